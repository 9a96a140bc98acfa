// A public buyer's finance office: P1 to P5.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { seen, tasks } from "../lib/tasks.mjs";

const task = tasks("saturday");
const buyer = { role: "buyer." };

/// The engagement number under which a buyer has bought.
async function history(page) {
	await page.getByRole("link", { name: "Historique" }).click();
	return page.locator("datalist option").first().getAttribute("value");
}

const file = async (page, click) => {
	const [download] = await Promise.all([page.waitForEvent("download"), click()]);
	return download;
};

task("P1 an invoice that Chorus Pro reads", { ...buyer, budget: 0 }, async ({ page, hand }) => {
	const number = await history(page);
	const invoice = page.locator("a[href*='/invoice/']").first();
	const answer = await page.context().request.get(await invoice.getAttribute("href"));
	const input = await answer.body();
	const text = execFileSync("pdftotext", ["-layout", "-", "-"], { input, encoding: "utf8" });
	assert.match(text, /SIRET/);
	assert.match(text, /engagement/i);
	assert.ok(text.includes(number), `${number} stands on the invoice`);
	// Nothing is asked of the buyer: the hub sends it.
	hand.begin();
});

task("P2 order, delivery note and invoice of one engagement", { ...buyer, budget: 2 }, async ({ page, hand }) => {
	const number = await history(page);
	// Where the finance office begins: the papers of all weeks.
	await page.reload();
	hand.begin();
	await page.locator("#f-engagement").click();
	await page.keyboard.type(number);
	await page.keyboard.press("Enter");
	await page.getByRole("heading", { name: `Engagement ${number}` }).waitFor();
	for (const kind of ["$='/my-orders'", "*='/note/'", "*='/invoice/'"]) {
		const links = page.locator(`main a[href${kind}]`);
		assert.ok((await links.count()) > 0, `no link to ${kind}`);
	}
	assert.match(await seen(page.locator("dl.tiles").first()), /livré.*facturé/);
});

task("P3 a new engagement number", { ...buyer, budget: 2 }, async ({ page, hand }) => {
	const home = page.url();
	hand.begin();
	await page.locator("a[href$='/references']").click();
	// The number is ready to be written over.
	await page.locator("#f-commitment:focus").waitFor();
	await page.keyboard.type("2026-EJ-0999");
	await page.keyboard.press("Enter");
	await page.locator("[role=status]").first().waitFor();
	await page.goto(`${home}/new?like=last`);
	assert.equal(await page.locator("#f-commitment_number").inputValue(), "2026-EJ-0999");
	await page.goto(home);
	assert.doesNotMatch(await seen(page.locator("#orders, .empty").first()), /0999/, "earlier orders keep theirs");
});

task("P4 prices beside the contract's", { ...buyer, at: 1, budget: 2 }, async ({ page }) => {
	await page.getByRole("link", { name: "Marchés" }).click();
	await page.getByRole("heading", { name: "Cette semaine" }).waitFor();
	assert.match(await seen(page.locator("main")), /aucun écart|Écarts/);
});

task("P5 the proof of one engagement", { ...buyer, budget: 1 }, async ({ page, hand }) => {
	const number = await history(page);
	hand.begin();
	const link = page.getByRole("link", { name: `Dossier complet (ZIP) de ${number}` });
	const download = await file(page, () => link.click());
	assert.match(download.suggestedFilename(), /\.zip$/);
	const bytes = readFileSync(await download.path(), "latin1");
	assert.ok(bytes.startsWith("PK") && bytes.includes(".pdf"), "papers are inside");
});
