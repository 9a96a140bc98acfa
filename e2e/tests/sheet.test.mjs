// The coordinator's sheet of prices, in a hub with hundreds of rows: C2.
import assert from "node:assert/strict";
import { figure } from "../lib/figures.mjs";
import { copy, seen, tasks } from "../lib/tasks.mjs";

const task = tasks("large");
const coordinator = { role: "coordinator" };

/// Milliseconds in the browser itself from a key to the second picture after it.
async function painted(page, key) {
	await page.evaluate(() => {
		window.painted = new Promise((resolve) => {
			addEventListener("keydown", (event) => {
				if (["Control", "Shift"].includes(event.key)) return;
				const since = performance.now();
				requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - since)));
			}, true);
		});
	});
	await page.keyboard.press(key);
	return page.evaluate(() => window.painted);
}

task("C2 paste 600 prices from a spreadsheet", { ...coordinator, budget: 3 }, async (at) => {
	const { context, page, hand } = at;
	await page.goto("/weeks/2026-W49/mercuriale");
	const sale = page.locator("#mercuriale td[data-c=sale]");
	// Prices above what the farms are paid: others are refused.
	const paid = await sale.evaluateAll((all) => all.slice(0, 600).map((one) => one.parentNode.cells[3].textContent));
	const [rows, price] = [paid.length, (text) => (parseFloat(text.replace(",", ".")) + 2.5).toFixed(2)];
	assert.equal(rows, 600);
	const after = await sale.nth(rows).innerText();
	const prices = paid.map((text) => price(text).replace(".", ","));
	const fourth = prices[4];
	prices[4] = "voir Anaïs";
	await copy(context, page, prices.join("\n"));
	const before = await sale.first().innerText();
	hand.begin();
	await sale.first().click();
	const pasted = await painted(page, "Control+v");
	await page.locator("[data-unread] li").first().waitFor();
	assert.match(await seen(page.locator("[data-unread]")), /1 cellule non lue.*voir Anaïs/);
	for (const row of [0, 8, rows - 1]) {
		assert.equal((await sale.nth(row).innerText()).split("\n")[0].trim(), prices[row], `row ${row}`);
	}
	assert.notEqual(await sale.nth(4).innerText(), fourth);
	assert.equal(await sale.nth(rows).innerText(), after, "what was not pasted stays");
	await page.locator("[data-state]", { hasText: /Tout est enregistré/ }).waitFor();
	const undone = await painted(page, "Control+z");
	assert.equal(await sale.first().innerText(), before, "the whole paste is undone");
	assert.notEqual(await sale.nth(8).innerText(), prices[8]);
	figure(`C2: ${rows} cells pasted in ${pasted.toFixed(0)} ms, undone in ${undone.toFixed(0)} ms`);
});

