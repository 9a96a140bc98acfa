// The hub's accountant, over all weeks: F3 and F4.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { seen, tasks, copy } from "../lib/tasks.mjs";

const task = tasks("friday");
const accountant = { role: "accountant" };

const tile = async (page, name) =>
	Number(await seen(page.locator(".tile", { hasText: name }).locator("dd").first()));

task("F4 forty lines of the bank", { ...accountant, budget: 3 }, async ({ page, context, hand }) => {
	await page.goto("/accounts/bank");
	const answer = await context.request.get(new URL("/accounts/bank/sample", page.url()).href);
	const statement = await answer.text();
	await copy(context, page, statement);
	const due = await seen(page.locator("main"));
	hand.begin();
	await page.keyboard.press("Control+v");
	await page.getByRole("button", { name: "Lire le relevé" }).click();
	await page.getByRole("heading", { name: "Relevé lu" }).waitFor();
	const lines = statement.trim().split("\r\n").length - 1;
	const certain = await tile(page, "reconnues");
	assert.equal(lines, 40);
	assert.equal(certain + (await tile(page, "à regarder")), lines);
	assert.ok(certain >= 0.9 * lines, `${certain} of ${lines}`);
	assert.equal(await page.locator("input[type=checkbox]:checked").count(), certain);
	await page.getByRole("button", { name: "Noter les lignes cochées" }).first().click();
	await page.locator("[role=status]", { hasText: `${certain} lignes notées` }).waitFor();
	assert.notEqual(await seen(page.locator("main")), due, "less waits than before");
});

task("F4 brought again it counts once, and is taken back", { ...accountant, budget: 1 }, async ({ page, context, hand }) => {
	await page.goto("/accounts/bank");
	const batch = page.locator("tbody tr").first();
	assert.match(await seen(batch), /^RB000001/);
	hand.begin();
	await batch.getByRole("button", { name: /^Annuler/ }).click();
	await page.locator("[role=status]", { hasText: "attendent de nouveau" }).waitFor();
	assert.match(await seen(page.locator("tbody tr").first()), /annulé/);
});

task("F3 the file for the tax office", { ...accountant, budget: 2 }, async ({ page, hand }) => {
	await page.goto("/accounts");
	hand.begin();
	await page.getByRole("link", { name: "Exports", exact: true }).click();
	const [download] = await Promise.all([
		page.waitForEvent("download"),
		page.getByRole("link", { name: "Télécharger FEC" }).click(),
	]);
	assert.match(download.suggestedFilename(), /^\d{9}FEC\d{8}(_\d+)?\.txt$/);
	const text = readFileSync(await download.path(), "latin1");
	const rows = text.split("\r\n").slice(0, -1).map((row) => row.split("\t"));
	assert.ok(rows.length > 100, `${rows.length} rows`);
	assert.ok(rows.every((row) => row.length === 18));
	const sums = new Map();
	for (const row of rows.slice(1)) {
		const cents = (cell) => Number(cell.replace(",", ""));
		sums.set(row[2], (sums.get(row[2]) ?? 0) + cents(row[11]) - cents(row[12]));
		assert.match(row[3], /^\d{8}$/);
		assert.match(row[15], /^\d{8}$/);
	}
	assert.deepEqual([...sums.values()].filter((sum) => sum !== 0), []);
	assert.deepEqual([...sums.keys()].map(Number), [...sums.keys()].map((_, at) => at + 1));
});

for (const name of ["Sage 100", "Cegid", "EBP", "Pennylane"]) {
	task(`F3 the file for ${name}`, { ...accountant, budget: 2 }, async ({ page, hand }) => {
		await page.goto("/accounts");
		hand.begin();
		await page.getByRole("link", { name: "Exports", exact: true }).click();
		const [download] = await Promise.all([
			page.waitForEvent("download"),
			page.getByRole("link", { name: `Télécharger ${name}` }).click(),
		]);
		assert.ok(readFileSync(await download.path()).length > 5_000);
	});
}
