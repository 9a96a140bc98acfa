// The canteen's chef: K1 to K5.
import assert from "node:assert/strict";
import { enter, visit } from "../lib/browser.mjs";
import { copy, seen, tasks } from "../lib/tasks.mjs";

const task = tasks("saturday");
const buyer = { role: "buyer." };
const send = "button:text-is('Commander')";
const rows = "tbody tr:not(.group):has(input[data-of])";

task("K2 change 5 quantities by keyboard", { ...buyer, budget: 5 }, async ({ page, hand }) => {
	await page.getByText("Commander comme la semaine dernière").click();
	// The chef is in the first field of a delivery that has goods.
	const fields = page.locator("input[data-of='2']");
	await fields.first().focus();
	hand.begin();
	const before = await seen(page.locator(".bar .sum"));
	for (const typed of ["6", "30", "4", "11", "5"]) {
		await page.keyboard.type(typed);
		await page.keyboard.press("Enter");
	}
	const values = await fields.evaluateAll((all) => all.slice(0, 5).map((one) => one.value));
	assert.deepEqual(values, ["6", "30", "4", "11", "5"]);
	assert.notEqual(await seen(page.locator(".bar .sum")), before, "the sum follows");
	const wrong = await page.locator("td.wrong").count();
	assert.equal(wrong, await page.locator("td.wrong .error").count(), "what is wrong says so");
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
	const { page, hand, browser, site } = at;
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
});

task("K3 paste an own list", { ...buyer, budget: 3 }, async ({ context, page, hand }) => {
	const list = "Produit\tkg\nCarottes bio\t40\npommes gala\t60\nTopinambour de la lune\t5\n";
	await copy(context, page, list);
	hand.begin();
	await page.getByRole("link", { name: "Déposer ma liste" }).click();
	await page.locator("#f-text").focus();
	await page.keyboard.press("Control+v");
	await page.getByRole("button", { name: "Lire ma liste" }).click();
	await page.getByRole("heading", { name: /n'est pas reconnue/ }).waitFor();
	assert.match(await seen(page.locator(".unmatched")), /Topinambour de la lune/);
	const filled = page.locator("input[data-of]").evaluateAll((all) => all.filter((one) => one.value).length);
	assert.ok((await filled) >= 2, "what was recognised is filled in");
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

// From where the canteen begins: the papers of the last deliveries lie there.
task("K5 the ma cantine file and a delivery note", { ...buyer, budget: 2 }, async ({ page, hand }) => {
	hand.begin();
	for (const [link, kind] of [["a[href*='ma-cantine']", /\.csv"?$/], ["a[href*='/note/']", /\.pdf"?$/]]) {
		const [answer] = await Promise.all([
			page.context().waitForEvent("response", (one) => kind.test(one.headers()["content-disposition"])),
			page.locator(link).first().click(),
		]);
		assert.equal(answer.status(), 200);
	}
});
