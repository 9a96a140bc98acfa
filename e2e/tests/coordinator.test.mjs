// The hub's coordinator: C1 to C5.
import assert from "node:assert/strict";
import { figure } from "../lib/figures.mjs";
import { copy, seen, tasks } from "../lib/tasks.mjs";

const task = tasks("saturday");
const coordinator = { role: "coordinator" };
const next = (page, step) => page.goto(page.url().replace(/W48.*/, `W49${step}`));

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

task("C2 paste 300 prices from a spreadsheet", { ...coordinator, budget: 3 }, async (at) => {
	const { context, page, hand } = at;
	await next(page, "/mercuriale");
	const sale = page.locator("#mercuriale td[data-c=sale]");
	// Prices above what the farms are paid: others are refused.
	const paid = await sale.evaluateAll((all) => all.map((one) => one.parentNode.cells[3].textContent));
	const [rows, price] = [paid.length, (text) => (parseFloat(text.replace(",", ".")) + 2.5).toFixed(2)];
	assert.ok(rows >= 50, `${rows} rows`);
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
	await page.locator("[data-state]", { hasText: /Tout est enregistré/ }).waitFor();
	const undone = await painted(page, "Control+z");
	assert.equal(await sale.first().innerText(), before, "the whole paste is undone");
	assert.notEqual(await sale.nth(8).innerText(), prices[8]);
	figure(`C2: ${rows} cells pasted in ${pasted.toFixed(0)} ms, undone in ${undone.toFixed(0)} ms`);
});

task("C3 see who has not answered, and remind them", { ...coordinator, budget: 2 }, async ({ page, hand }) => {
	await next(page, "");
	hand.begin();
	await page.getByRole("link", { name: /Offres/ }).first().click();
	const head = await seen(page.getByRole("heading", { name: /n'ont pas répondu/ }));
	const silent = Number(/^(\d+)/.exec(head)[1]);
	await page.getByRole("button", { name: /^Relancer/ }).click();
	const said = await seen(page.locator("[role=status]").first());
	assert.match(said, new RegExp(`^${silent} lettres? `), said);
	await page.goto("/mail");
	assert.match(await seen(page.locator("main")), /Rappel : vos offres de la semaine 49/);
});
