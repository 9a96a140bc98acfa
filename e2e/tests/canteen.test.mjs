// The canteen's chef: K1 to K5.
import assert from "node:assert/strict";
import { enter, visit } from "../lib/browser.mjs";
import { copy, seen, tasks } from "../lib/tasks.mjs";

const task = tasks("saturday");
const buyer = { role: "buyer." };
const send = "button:text-is('Commander')";

/// Quantities that the sheet takes, other than those that stand: whole packs, what is left.
const others = (fields) => fields.map(({ value, pack, left }) => {
	const step = pack || 1000;
	const now = Number(value.replace(/\s/g, "").replace(",", ".")) * 1000;
	const wanted = [2, 1, 3].map((packs) => packs * step).find((own) => own !== now && own <= left);
	assert.ok(wanted, `${left} are left of packs of ${step}`);
	return String(wanted / 1000).replace(".", ",");
});

task("K2 change 5 quantities by keyboard", { ...buyer, at: 1, budget: 5 }, async ({ page, hand }) => {
	await page.getByText("Commander comme la semaine dernière").click();
	// The page itself puts the chef into the first quantity that is filled in.
	await page.locator("input[data-of]:focus").waitFor();
	const sheet = page.locator("input[data-of]");
	const all = await sheet.evaluateAll((all) => all.map((one) => ({
		isHere: one === document.activeElement,
		value: one.value,
		name: one.name,
		column: one.dataset.column,
		pack: Number(one.closest("tr").dataset.pack),
		left: Number(one.dataset.left),
	})));
	const here = all.findIndex(({ isHere }) => isHere);
	assert.equal(here, all.findIndex(({ value }) => value), "the first that is filled in");
	const five = all.filter(({ column }, at) => at >= here && column === all[here].column).slice(0, 5);
	const typed = others(five);
	const rest = all.filter((one) => !five.includes(one));
	const values = (fields) => page.evaluate(
		(names) => names.map((name) => document.getElementsByName(name)[0].value), fields.map(({ name }) => name));
	const before = await seen(page.locator(".bar .sum"));
	hand.begin();
	for (const one of typed) {
		await page.keyboard.type(one);
		await page.keyboard.press("Enter");
	}
	hand.end();
	assert.deepEqual(await values(five), typed);
	assert.deepEqual(await values(rest), rest.map(({ value }) => value), "no other field is touched");
	const total = await seen(page.locator(".bar .sum"));
	assert.notEqual(total, before, "the sum follows");
	assert.equal(await page.locator("td.wrong").count(), 0, "nothing is wrong, nothing is said to be");
	// What stands on the sheet is what is ordered, by one chord more.
	await page.keyboard.press("Control+Enter");
	await page.getByText("est enregistrée").or(page.getByText("sont enregistrées")).waitFor();
	const said = await seen(page.locator("main"));
	assert.match(said, /Commande n° \d+/);
	assert.ok(said.includes(total), `${total} in: ${said}`);
});

/// The letter with the price list that the canteen `name` was sent, as its mail program shows it.
async function priceList({ browser, site }, name) {
	const { page, context } = await visit(browser, site);
	await enter(page, "coordinator");
	await page.goto("/mail");
	const letter = page.locator("tr, li").filter({ hasText: name }).filter({ hasText: "Mercuriale" });
	const href = await letter.locator("a[href^='/mail/']").first().getAttribute("href");
	const html = await (await context.request.get(`${href}/html`)).text();
	await context.close();
	// The weeks were played at another port.
	return html.replaceAll(/http:\/\/localhost:\d+/g, site.origin);
}

task("K1 from the mail, order last week's list again", { budget: 3 }, async (at) => {
	const { page, hand, browser, site, look } = at;
	const door = await visit(browser, site);
	await door.page.goto("/enter");
	const button = door.page.locator("form:has(input[value^='buyer.']) button").first();
	const name = (await button.innerText()).split("\n")[0].trim();
	await door.context.close();
	// A page of its own, as in a mail program.
	await page.goto(`data:text/html;charset=utf-8,${encodeURIComponent(await priceList(at, name))}`);
	hand.begin();
	await page.getByRole("link", { name: /^Commander/ }).click();
	await page.getByRole("button", { name: "Ouvrir ma page" }).click();
	const total = await seen(page.locator(".bar .sum"));
	await page.locator(send).click();
	await page.getByText("est enregistrée").or(page.getByText("sont enregistrées")).waitFor();
	const said = await seen(page.locator("main"));
	assert.match(said, /Commande n° \d+/);
	assert.ok(said.includes(total), `${total} in: ${said}`);
	hand.end();
	await look("order taken");
});

task("K3 paste an own list", { ...buyer, budget: 3 }, async ({ context, page, hand, look }) => {
	const list = "Produit\tkg\nCarottes bio\t40\npommes gala\t60\nTopinambour de la lune\t5\n";
	await copy(context, page, list);
	hand.begin();
	await page.getByRole("link", { name: "Déposer ma liste" }).click();
	await page.locator("#f-text:focus").waitFor();
	await page.keyboard.press("Control+v");
	await page.getByRole("button", { name: "Lire ma liste" }).click();
	await page.getByRole("heading", { name: /n'est pas reconnue/ }).waitFor();
	assert.match(await seen(page.locator(".unmatched")), /Topinambour de la lune/);
	const filled = await page.locator("input[data-of]").evaluateAll((all) =>
		all.filter((one) => one.value).map((one) => [one.closest("tr").cells[0].textContent, one.value]));
	for (const [goods, value] of [[/^Carotte Bio/, "40"], [/^Pomme Gala/, "60"]]) {
		assert.ok(filled.some(([name, own]) => goods.test(name) && own === value), `${goods}: ${filled.join(" ; ")}`);
	}
	assert.equal(filled.length, 2, "nothing else is filled in");
	hand.end();
	await look("own list read");
});

// A photo as a telephone takes one: the smallest PNG there is.
const PHOTO = {
	name: "carottes.png",
	mimeType: "image/png",
	buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64"),
};

const telephone = { role: "buyer.", size: "phone", isMobile: true };
task("K4 claim one line with a photo, offline", { ...telephone, budget: 4 }, async (at) => {
	const { context, page, hand } = at;
	await page.goto(page.url().replace("W48", "W47"));
	await page.locator("a[href*='/delivery/']").first().click();
	await context.setOffline(true);
	hand.begin();
	const line = page.locator("li:has(details.claim)").first();
	const goods = (await seen(line.locator("h3"))).split(" ")[0];
	await line.locator("summary").tap();
	// The page itself asks first how much.
	const quantity = line.locator("input[name=quantity]");
	assert.equal(await quantity.inputValue(), "", "nothing is claimed that nobody wrote");
	await line.locator("input[name=quantity]:focus").waitFor();
	await page.keyboard.type(await quantity.getAttribute("data-most"));
	const [chooser] = await Promise.all([
		page.waitForEvent("filechooser"),
		line.locator("input[type=file]").tap(),
	]);
	await chooser.setFiles(PHOTO);
	await line.getByRole("button", { name: "Envoyer la réclamation" }).tap();
	await page.locator("#waiting:not([hidden])").waitFor();
	assert.match(await seen(page.locator("#waiting")), /1 réclamation|en attente/);
	await context.setOffline(false);
	await page.locator("#waiting").waitFor({ state: "hidden" });
	await page.reload();
	const claim = page.locator("li", { hasText: goods }).first().locator(".claim");
	assert.match(await seen(claim), /photo/);
});

// The twelve columns of the platform, in its order: `wire::ma_cantine::COLUMNS`.
const COLUMNS = "siret;description;fournisseur;date;prix_ht;famille_produits;categories_egalim;origine;"
	+ "est_circuit_court;est_local;definition_local;definition_local_km";

// From where the canteen begins: the papers of the last deliveries lie there.
task("K5 the ma cantine file and a delivery note", { ...buyer, budget: 2 }, async ({ page, hand }) => {
	hand.begin();
	const asked = [];
	for (const [link, kind] of [["a[href*='ma-cantine']", /\.csv"?$/], ["a[href*='/note/']", /\.pdf"?$/]]) {
		const [answer] = await Promise.all([
			page.context().waitForEvent("response", (one) => kind.test(one.headers()["content-disposition"])),
			page.locator(link).first().click(),
		]);
		assert.equal(answer.status(), 200);
		asked.push(answer.url());
	}
	// Read again: what the browser keeps for itself is no text of the answer.
	const [file, note] = await Promise.all(asked.map((url) => page.context().request.get(url)));
	const rows = (await file.text()).trimEnd().split(/\r?\n/);
	assert.equal(rows[0], COLUMNS);
	assert.ok(rows.length > 1, "what was delivered is in the file");
	for (const row of rows.slice(1)) {
		// No cell of the demonstration has the sign that parts cells.
		const cells = row.split(";");
		assert.equal(cells.length, 12, row);
		assert.match(cells[0], /^\d{14}$/, row);
		assert.match(cells[3], /^\d{4}-\d\d-\d\d$/, row);
		assert.match(cells[4], /^\d+(\.\d{1,2})?$/, row);
	}
	assert.equal((await note.body()).subarray(0, 5).toString(), "%PDF-");
});
