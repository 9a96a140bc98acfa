// The coordinator after the cut-off: C4 and C5.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { number, seen, tasks } from "../lib/tasks.mjs";

const task = tasks("cutoff");
const coordinator = { role: "coordinator" };

task("C5 close, order from the farms, print", { ...coordinator, budget: 3 }, async ({ page, hand }) => {
	hand.begin();
	await page.getByRole("button", { name: /^Clore : mardi/ }).click();
	await page.getByRole("button", { name: "Accepter et commander" }).first().click();
	await page.locator("[role=status]").first().waitFor();
	const link = page.getByRole("link", { name: /^Imprimer \d+ bons de commande/ }).first();
	const farms = number((await seen(link)).replace("Imprimer", ""));
	const [answer] = await Promise.all([
		page.context().waitForEvent("response", (one) => /pdf/.test(one.headers()["content-type"])),
		link.click(),
	]);
	assert.ok(farms > 10, `${farms} farms`);
	// Read again from the server: the browser keeps the pages of a paper for its own viewer.
	const paper = await page.context().request.get(answer.url());
	const text = execFileSync("pdftotext", ["-layout", "-", "-"], { input: await paper.body(), encoding: "utf8" })
		.replaceAll("\u200b", "");
	const numbers = new Set(text.match(/BC-2026-S48-\d+-[a-z0-9-]+/g));
	assert.equal(numbers.size, farms, "a purchase order for each farm");
	assert.ok(text.split("\f").length - 1 >= farms, "each on a page of its own");
});

task("C4 share out what a farm cannot bring", { ...coordinator, budget: 4 }, async ({ page, hand }) => {
	// Kilograms or pieces of a pack, by the goods; goods sold by weight are split to the gram.
	await page.goto("/weeks/2026-W48/mercuriale");
	const packs = new Map(await page.locator("tr[data-row]").evaluateAll((all) => all.map((row) =>
		[row.cells[0].firstChild.textContent.trim(), row.querySelector("[data-label=Colis]").textContent])));
	// A line that many canteens wait for: the longest list of receivers.
	await page.goto("/weeks/2026-W48/sourcing");
	const lines = page.getByRole("link", { name: /^Manque : / });
	const hrefs = await lines.evaluateAll((all) => all.map((one) => one.getAttribute("href")));
	let [most, name] = [0, ""];
	for (const [at, href] of hrefs.entries()) {
		const html = await (await page.context().request.get(href)).text();
		const many = html.split("<tbody>")[1].split("<tr").length - 1;
		if (many > most) [most, name] = [many, at];
	}
	assert.ok(most >= 6, `a line of ${most} canteens`);
	hand.begin();
	await lines.nth(name).click();
	await page.locator("#brings:focus").waitFor();
	const asked = number(await seen(page.locator("tfoot td[data-label=\"Attendu d'elle\"]")));
	const brings = String(asked - 20).replace(".", ",");
	await page.keyboard.type(brings);
	await page.keyboard.press("Enter");
	await page.getByText(/20(,0)?\s+kg en moins/).waitFor();
	const rows = await page.locator("tbody tr").evaluateAll((all) =>
		all.map((row) => ["Attendu d'elle", "Reçoit"].map((name) => row.querySelector(`[data-label="${name}"]`).textContent)));
	const pairs = rows.map((row) => row.map(number));
	const sum = (at) => pairs.reduce((total, pair) => total + pair[at], 0);
	assert.ok(Math.abs(sum(1) - (asked - 20)) < 0.001, `${sum(1)} of ${asked} - 20 are shared out`);
	assert.ok(pairs.every(([wanted, gets]) => gets <= wanted), "nobody gets more than was ordered");
	const goods = (await seen(page.locator("h1"))).replace("Manque : ", "");
	assert.ok(packs.has(goods), `${goods} is on the price list`);
	const pack = /^colis/.test(packs.get(goods)) ? number(packs.get(goods)) : 0.001;
	for (const [wanted, gets] of pairs) {
		const part = (wanted * (asked - 20)) / asked;
		assert.ok(Math.abs(gets - part) <= pack + 1e-6, `${gets} of ${wanted} for ${part}, by ${pack}`);
	}
	assert.ok(pairs.filter(([wanted, gets]) => gets < wanted).length >= 2, "nobody bears it alone");
	await page.getByRole("button", { name: /^Confirmer le partage/ }).click();
	await page.locator("[role=status]").first().waitFor();
	// The button says another thing as soon as it is pressed: the page that comes is what to wait for.
	await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Annuler le manque" }).click()]);
	assert.equal(await page.getByRole("button", { name: "Annuler le manque" }).count(), 0);
	await page.goto("/weeks/2026-W48/sourcing");
	assert.equal(await page.getByRole("link", { name: /^Partage : / }).count(), 0, "undone");
});
