// A public buyer's finance office: P1 to P5.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { seen, tasks } from "../lib/tasks.mjs";
import { names } from "../lib/zip.mjs";

const task = tasks("saturday");
const buyer = { role: "buyer." };

/// Opens the papers of all weeks, where a finance office begins; the engagement number under which
/// the buyer has bought.
async function history(page) {
	await page.goto(await page.getByRole("link", { name: "Historique" }).getAttribute("href"));
	return page.locator("datalist option").first().getAttribute("value");
}

/// Euros as the page writes them, in cents.
const cents = (text) => {
	const found = /-?[\d\s]+,\d\d(?= €)/.exec(text.replace(/[\u00a0\u202f]/g, " ").replace("−", "-"));
	return found ? Math.round(Number(found[0].replace(/\s/g, "").replace(",", ".")) * 100) : NaN;
};

/// The papers of one engagement that the page lists: of each kind, its links and their sum.
async function papers(page) {
	const rows = await page.locator("main ul.list li").evaluateAll((all) => all.map((one) =>
		[one.querySelector("a").getAttribute("href"), one.lastElementChild.textContent]));
	const kinds = { orders: /\/my-orders$/, notes: /\/note\//, invoices: /\/invoice\// };
	return Object.fromEntries(Object.entries(kinds).map(([kind, href]) => {
		const own = rows.filter(([to]) => href.test(to));
		return [kind, { many: own.length, sum: own.reduce((sum, [, net]) => sum + cents(net), 0) }];
	}));
}

const file = async (page, click) => {
	const [download] = await Promise.all([page.waitForEvent("download"), click()]);
	return download;
};

task("P1 an invoice that Chorus Pro reads", { ...buyer, budget: 0 }, async ({ page, hand }) => {
	// Nothing is asked of the buyer: the hub sends it.
	hand.begin();
	const number = await history(page);
	const invoice = page.locator("a[href*='/invoice/']").first();
	const answer = await page.context().request.get(await invoice.getAttribute("href"));
	const input = await answer.body();
	const text = execFileSync("pdftotext", ["-layout", "-", "-"], { input, encoding: "utf8" });
	assert.match(text, /SIRET client : \d{14}\b/);
	assert.match(text, /engagement/i);
	assert.ok(text.includes(number), `${number} stands on the invoice`);
});

task("P2 order, delivery note and invoice of one engagement", { ...buyer, budget: 2 }, async ({ page, hand }) => {
	const number = await history(page);
	hand.begin();
	await page.locator("#f-engagement").click();
	await page.keyboard.type(number);
	await page.keyboard.press("Enter");
	await page.getByRole("heading", { name: `Engagement ${number}` }).waitFor();
	const found = await papers(page);
	const tile = async (name) => cents(await seen(page.locator(".tile", { hasText: name }).locator("dd")));
	for (const [kind, name] of [["orders", "commandé HT"], ["notes", "livré HT"], ["invoices", "facturé HT"]]) {
		assert.ok(found[kind].many > 0 && found[kind].sum > 0, `no ${kind}`);
		assert.equal(await tile(name), found[kind].sum, `${name} is the sum of its papers`);
	}
	const open = found.notes.sum - found.invoices.sum;
	const head = page.getByRole("heading", { name: `Engagement ${number}` });
	const said = await seen(page.locator("section").filter({ has: head }));
	if (open === 0) assert.match(said, /livré = facturé/);
	else {
		assert.match(said, open > 0 ? /reste à facturer/ : /facturé plus que livré/);
		assert.equal(cents(said.slice(said.indexOf(open > 0 ? "reste" : "plus que"))), Math.abs(open));
	}
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

/// Orders last week's goods again; lines under contract and others, by the sheet itself: of each
/// kind how many, and what they come to in cents.
async function order(page) {
	await page.goto(`${page.url()}/new?like=last`);
	const lines = await page.locator("input[data-of]").evaluateAll((all) => all.filter((one) => one.value).map((one) => {
		const { dataset } = one.closest("tr");
		const quantity = Number(one.value.replace(/\s/g, "").replace(",", "."));
		return { isAgreed: "contract" in dataset, cents: Math.round((quantity * (one.dataset.price ?? dataset.price)) / 100) };
	}));
	await page.locator("button:text-is('Commander')").click();
	await page.getByText("est enregistrée").or(page.getByText("sont enregistrées")).waitFor();
	const of = (kind) => lines.filter(({ isAgreed }) => isAgreed === kind);
	return [true, false].map((kind) => ({ many: of(kind).length, net: of(kind).reduce((sum, one) => sum + one.cents, 0) }));
}

task("P4 prices beside the contract's", { ...buyer, at: 1, budget: 1 }, async ({ page, hand }) => {
	const home = page.url(), main = page.locator("main");
	const left = async () => cents(await seen(page.locator(".ceiling b")));
	await page.goto(`${home}/contracts`);
	assert.match(await seen(main), /0 ligne au prix du marché 0,00 €/, "nothing is ordered this week");
	const before = await left();
	await page.goto(home);
	const [agreed, outside] = await order(page);
	assert.ok(agreed.many > 0 && outside.many > 0, "lines under contract, and others");
	await page.goto(home);
	hand.begin();
	await page.getByRole("link", { name: "Marchés" }).click();
	await page.getByRole("heading", { name: "Cette semaine" }).waitFor();
	const tile = (name) => page.locator(".tile", { hasText: name });
	assert.match(await seen(tile("au prix du marché").locator("dt")), new RegExp(`^${agreed.many} lignes? `));
	assert.equal(cents(await seen(tile("au prix du marché").locator("dd"))), agreed.net);
	assert.equal(cents(await seen(tile("hors marché").locator("dd"))), outside.net);
	assert.equal(await seen(tile("écart de prix").locator("dd")), "0");
	assert.match(await seen(main), /aucun écart Toutes les lignes sous marché sont facturées au prix du marché/);
	assert.equal(await left(), before - agreed.net, "the ceiling is called off by so much");
	// The list's price beside the agreed one, and how much it is above or below.
	const rows = await page.locator("tbody tr").evaluateAll((all) => all.map((row) =>
		["Prix du marché", "Mercuriale", "Écart"].map((name) => row.querySelector(`[data-label="${name}"]`)?.textContent ?? "")));
	const priced = rows.filter(([, , gap]) => gap);
	assert.ok(priced.length > 0, "no goods of the contract are on the list");
	for (const [own, list, gap] of priced) {
		const price = (text) => Math.round(Number(/[\d,]+/.exec(text)[0].replace(",", ".")) * 10_000);
		const sign = gap.includes("−") ? -1 : 1;
		assert.equal(price(own) + (gap.trim() === "=" ? 0 : sign * price(gap)), price(list), `${own} ${gap} ${list}`);
	}
});

task("P5 the proof of one engagement", { ...buyer, budget: 1 }, async ({ page, hand }) => {
	const number = await history(page);
	const home = page.url();
	hand.begin();
	const link = page.getByRole("link", { name: `Dossier complet (ZIP) de ${number}` });
	const download = await file(page, () => link.click());
	hand.end();
	assert.equal(download.suggestedFilename(), `engagement-${number}.zip`);
	const inside = names(readFileSync(await download.path()));
	// Each paper of the engagement that the page lists, and nothing twice.
	await page.goto(`${home}?engagement=${number}`);
	const found = await papers(page);
	for (const [kind, shape] of [
		["orders", /^commandes\/commande-\d+\.txt$/],
		["notes", /^bons-de-livraison\/\d{4}-\d\d-\d\d-.+\.pdf$/],
		["invoices", /^factures\/F\d{4}-\d{6}\.pdf$/],
	]) {
		const own = inside.filter((name) => shape.test(name));
		assert.ok(own.length > 0 && own.length === found[kind].many, `${kind}: ${own.length} of ${found[kind].many}`);
	}
	assert.equal(new Set(inside).size, inside.length, inside.join("\n"));
});
