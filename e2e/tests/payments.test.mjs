// The hub's accountant, over all weeks: F3 and F4.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { seen, tasks, copy } from "../lib/tasks.mjs";

const task = tasks("friday");
const accountant = { role: "accountant" };
const LINES = 40;

// The tiles of a statement that was read; French counts none as one.
const TILES = [/^reconnues?$/, /^à regarder$/, /^déjà notées?$/, /^non lues?$/];
const tile = async (page, name) => {
	const own = page.locator(".tile").filter({ has: page.locator("dt").filter({ hasText: name }) });
	return Number(await seen(own.locator("dd")));
};

/// The statement as the accountant has it in the clipboard: 40 lines below their titles. One and
/// the same for the whole file: the site makes the next one of what is still due.
let kept;
async function statement(page, context) {
	await page.goto("/accounts/bank");
	const answer = await context.request.get(new URL("/accounts/bank/sample", page.url()).href);
	kept ??= await answer.text();
	assert.equal(kept.trim().split("\r\n").length - 1, LINES);
	await copy(context, page, kept);
}

const cents = (text) => Math.round(Number(text.replaceAll(" ", "").replace(",", ".")) * 100);

/// What waits to be paid, as the page says it: how many invoices, and their sum in cents.
async function due(page) {
	const said = await seen(page.locator("section", { hasText: "En attente" }).last());
	const [, many, sum] = /(\d+) factures? attend(?:ent)? : ([\d ]+,\d\d) €/.exec(said) ?? [];
	assert.ok(sum, said);
	return { many: Number(many), sum: cents(sum) };
}

/// The statement is pasted and read: two acts.
async function paste(page) {
	await page.keyboard.press("Control+v");
	await page.getByRole("button", { name: "Lire le relevé" }).click();
	await page.getByRole("heading", { level: 1, name: "Relevé lu" }).waitFor();
	const [certain, doubtful, known, unread] = await Promise.all(TILES.map((name) => tile(page, name)));
	return { certain, doubtful, known, unread };
}

task("F4 the page of a statement that was read", { ...accountant, budget: 2 }, async ({ page, context, hand, look }) => {
	await statement(page, context);
	const before = await due(page);
	hand.begin();
	await paste(page);
	hand.end();
	await look("statement read");
	await page.goto("/accounts/bank");
	assert.deepEqual(await due(page), before, "reading notes nothing");
});

task("F4 forty lines of the bank", { ...accountant, budget: 3 }, async ({ page, context, hand }) => {
	await statement(page, context);
	const before = await due(page);
	hand.begin();
	const read = await paste(page);
	const { certain } = read;
	assert.deepEqual(read, { certain, doubtful: LINES - certain, known: 0, unread: 0 });
	assert.ok(certain >= 0.9 * LINES, `${certain} of ${LINES}`);
	assert.equal(await page.locator("input[type=checkbox]:checked").count(), certain);
	const said = await seen(page.locator("form p", { hasText: "encaissés par les lignes reconnues" }));
	const paid = cents(/([\d ]+,\d\d) € encaissés/.exec(said)[1]);
	await page.getByRole("button", { name: "Noter les lignes cochées" }).first().click();
	await page.locator("[role=status]", { hasText: `${certain} lignes notées` }).waitFor();
	// What is left is listed with the reason.
	const left = page.locator("section").filter({ has: page.getByRole("heading", { name: "À regarder" }) });
	assert.equal(await left.locator("li").count(), LINES - certain);
	const after = await due(page);
	assert.equal(before.sum - after.sum, paid, "so much less waits");
	assert.ok(after.many < before.many, JSON.stringify([before, after]));
});

task("F4 brought again it counts once, and is taken back", { ...accountant, budget: 4 }, async ({ page, context, hand }) => {
	await statement(page, context);
	const before = await due(page);
	const batch = page.locator("tbody tr").first();
	assert.match(await seen(batch), /^RB000001/);
	const paid = cents(/[\d ]+,\d\d/.exec(await seen(batch.locator("[data-label=Encaissé]")))[0]);
	const noted = Number(await seen(batch.locator("[data-label=Lignes]")));
	hand.begin();
	const read = await paste(page);
	assert.deepEqual(read, { certain: 0, doubtful: LINES - noted, known: noted, unread: 0 });
	assert.equal(await page.locator("input[type=checkbox]").count(), 0, "no line can be noted twice");
	assert.equal(await page.locator("section", { hasText: "Déjà notées" }).last().locator("li").count(), noted);
	await page.getByRole("link", { name: "Renoncer" }).click();
	assert.deepEqual(await due(page), before, "reading it again changes nothing");
	await batch.getByRole("button", { name: /^Annuler/ }).click();
	await page.locator("[role=status]", { hasText: "attendent de nouveau" }).waitFor();
	assert.match(await seen(page.locator("tbody tr").first()), /annulé/);
	const after = await due(page);
	assert.equal(after.sum - before.sum, paid, "all of it waits again");
	assert.ok(after.many > before.many, JSON.stringify([before, after]));
	hand.end();
	// What was taken back may be noted again.
	await statement(page, context);
	assert.deepEqual(await paste(page), { ...read, certain: noted, known: 0 });
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
