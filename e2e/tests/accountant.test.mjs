// The hub's accountant: F1, F2, F5.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enter, visit } from "../lib/browser.mjs";
import { seen, tasks } from "../lib/tasks.mjs";

const task = tasks("friday");
const accountant = { role: "accountant" };
const BILLED = "2026-W47";

/// Numbers of the first sheet of documents, as the page shows them.
const numbers = async (page) =>
	(await page.locator("a[href*='/billing/paper/']").allInnerTexts()).filter((text) => /^F\d/.test(text));

task("F1 the week's invoices", { ...accountant, budget: 2 }, async ({ page, hand }) => {
	await page.goto("/weeks/2026-W48/billing");
	// What would be sent back waits, and the page says why before anything is posted.
	const section = page.locator("section", { hasText: "À facturer" }).first();
	const waiting = await section.locator(".held").count();
	const said = await seen(section);
	if (waiting) assert.match(said, /attend/);
	else assert.match(said, /Aucune ne serait renvoyée/);
	const button = section.getByRole("button", { name: /^Émettre/ });
	const count = Number(/\d+/.exec(await seen(button))[0]);
	assert.ok(count > 0);
	hand.begin();
	await button.click();
	await page.locator("[role=status]").first().waitFor();
	assert.match(await seen(page.locator("[role=status]").first()), /factures? émises?/);
	const posted = (await numbers(page)).map((text) => Number(text.slice(-6))).sort((a, b) => a - b);
	assert.ok(posted.length >= count, `${posted.length} of ${count}`);
	posted.forEach((number, at) => assert.equal(number, posted[0] + at, "a gap in the series"));
	assert.equal(await section.locator(".held").count(), waiting, "what waits still waits");
});

/// A canteen claims a line of a delivery that is invoiced, and the coordinator accepts.
async function claimed({ browser, site }) {
	const buyer = await visit(browser, site);
	await enter(buyer.page, "buyer.");
	await buyer.page.goto(`/weeks/${BILLED}/my-orders`);
	await buyer.page.locator("a[href*='/delivery/']").first().click();
	const line = buyer.page.locator("li:has(details.claim)").first();
	await line.locator("summary").click();
	const quantity = line.locator("input[name=quantity]");
	await quantity.fill(await quantity.getAttribute("data-most"));
	await line.getByRole("button", { name: "Envoyer la réclamation" }).click();
	await buyer.page.locator(".claim", { hasText: "à traiter" }).first().waitFor();
	const delivery = buyer.page.url();
	await buyer.context.close();
	const hub = await visit(browser, site);
	await enter(hub.page, "coordinator");
	await hub.page.goto(`/weeks/${BILLED}/orders/claims`);
	await hub.page.getByRole("button", { name: "Accepter" }).first().click();
	await hub.page.locator("[role=status]", { hasText: "acceptée" }).waitFor();
	await hub.context.close();
	return delivery;
}

task("F2 one credit note for a claim", { ...accountant, budget: 3 }, async (at) => {
	const { page, hand, look } = at;
	const delivery = await claimed(at);
	await page.goto(`/weeks/${BILLED}/billing`);
	const preview = page.getByRole("link", { name: "Préparer l'avoir" }).first();
	await page.goto(await preview.getAttribute("href"));
	await look("credit note before it is one");
	await page.goto(`/weeks/${BILLED}/billing`);
	hand.begin();
	await preview.click();
	assert.match(await seen(page.locator("main")), /Corrige la facture F2026-\d{6}/);
	await page.getByRole("button", { name: /^Établir l'avoir/ }).click();
	await page.locator("[role=status]", { hasText: "établi" }).waitFor();
	const row = page.locator("tr", { hasText: /A2026-\d{6}/ }).first();
	assert.match(await seen(row), /A2026-000001 .* sur F2026-\d{6}/);
	assert.equal(await page.getByText("avoirs à établir").count(), 0, "nothing waits any more");
	// Linked, and the chain holds.
	await page.goto("/accounts/proof");
	assert.match(await seen(page.locator("main")), /Tout tient/);
	// The canteen finds it at its delivery.
	const buyer = await visit(at.browser, at.site);
	await enter(buyer.page, "buyer.");
	await buyer.page.goto(delivery);
	const paper = buyer.page.getByRole("link", { name: /Avoir A2026-000001/ });
	const answer = await buyer.page.context().request.get(await paper.getAttribute("href"));
	const input = await answer.body();
	const text = execFileSync("pdftotext", ["-layout", "-", "-"], { input, encoding: "utf8" });
	assert.match(text, /Avoir/);
	assert.match(text, /facture F2026-\d{6} du/);
	assert.match(text, /Réclamation du/);
	await buyer.context.close();
});

task("F5 the proof for an auditor", { ...accountant, budget: 1 }, async ({ page, hand }) => {
	await page.goto("/accounts/proof");
	assert.match(await seen(page.locator("main")), /Tout tient/);
	hand.begin();
	const [download] = await Promise.all([
		page.waitForEvent("download"),
		page.getByRole("link", { name: "Vérifier et télécharger la preuve" }).click(),
	]);
	assert.match(download.suggestedFilename(), /^preuve-.*\.zip$/);
	// As the auditor does: unpacked and verified without Carreau.
	const folder = mkdtempSync(join(tmpdir(), "preuve-"));
	try {
		const file = await download.path();
		const unpack = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])";
		execFileSync("python3", ["-c", unpack, file, folder]);
		const verified = spawnSync("python3", [join(folder, "verifier.py")], { encoding: "utf8" });
		assert.equal(verified.status, 0, verified.stdout + verified.stderr);
		assert.match(verified.stdout, /TOUT TIENT/);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
});
