// The coordinator's sheet of prices, in a hub with hundreds of rows: C2.
import assert from "node:assert/strict";
import { figure } from "../lib/figures.mjs";
import { painted } from "../lib/paint.mjs";
import { dearer } from "../lib/prices.mjs";
import { copy, seen, tasks } from "../lib/tasks.mjs";

const task = tasks("large");
const coordinator = { role: "coordinator" };

task("C2 paste 600 prices from a spreadsheet", { ...coordinator, budget: 3 }, async (at) => {
	const { context, page, hand } = at;
	await page.goto("/weeks/2026-W49/mercuriale");
	const sale = page.locator("#mercuriale td[data-c=sale]");
	const prices = await dearer(page, 600);
	const rows = prices.length;
	assert.equal(rows, 600);
	const after = await sale.nth(rows).innerText();
	const fourth = prices[4];
	prices[4] = "voir Anaïs";
	await copy(context, page, prices.join("\n"));
	const before = await sale.first().innerText();
	hand.begin();
	await sale.first().click();
	const pasted = await painted(page, () => page.keyboard.press("Control+v"));
	await page.locator("[data-unread] li").first().waitFor();
	assert.match(await seen(page.locator("[data-unread]")), /1 cellule non lue.*voir Anaïs/);
	for (const row of [0, 8, rows - 1]) {
		assert.equal((await sale.nth(row).innerText()).split("\n")[0].trim(), prices[row], `row ${row}`);
	}
	assert.notEqual(await sale.nth(4).innerText(), fourth);
	assert.equal(await sale.nth(rows).innerText(), after, "what was not pasted stays");
	await page.locator("[data-state]", { hasText: /Tout est enregistré/ }).waitFor();
	const undone = await painted(page, () => page.keyboard.press("Control+z"));
	assert.equal(await sale.first().innerText(), before, "the whole paste is undone");
	assert.notEqual(await sale.nth(8).innerText(), prices[8]);
	figure(`C2: ${rows} cells pasted in ${pasted.toFixed(0)} ms, undone in ${undone.toFixed(0)} ms`);
});

