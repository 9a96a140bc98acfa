// The food-aid logistician: A1 to A5.
import assert from "node:assert/strict";
import { enter, visit } from "../lib/browser.mjs";
import { faultsOf, network } from "../lib/network.mjs";
import { seen, tasks } from "../lib/tasks.mjs";

const task = tasks("friday");
const aid = { role: "food-aid.", size: "phone", isMobile: true };
const surplus = (page) => page.goto(page.url().replace(/(\d{4}-W\d\d).*/, "$1/surplus"));

task("A1 see what is offered, reserve it", { ...aid, budget: 3 }, async ({ page, hand }) => {
	// Whoever comes in stands before what is offered.
	hand.begin();
	const goods = page.locator(".offers a").first();
	const name = (await seen(goods)).split(" ").slice(0, 1).join();
	await goods.tap();
	await page.getByRole("button", { name: /^Tout réserver/ }).tap();
	await page.getByRole("heading", { name: /^À enlever/ }).waitFor();
	assert.ok((await seen(page.locator(".mine"))).includes(name), name);
});

task("A2 plan when to come, and with what", { ...aid, budget: 3 }, async ({ page, hand, look }) => {
	await surplus(page);
	await page.goto(await page.locator(".mine a.big").getAttribute("href"));
	await look("slot");
	await surplus(page);
	hand.begin();
	await page.locator(".mine a.big").tap();
	assert.match(await seen(page.locator("main")), /\d kg à charger/);
	const slot = page.locator("button[name=slot]:not([disabled])").first();
	assert.match(await seen(slot), /kg/, "what the slot still takes is shown");
	await slot.tap();
	await page.getByText(/Signer le reçu/).first().waitFor();
});

task("A3 sign the receipt, offline", { ...aid, budget: 4 }, async ({ context, page, hand, look }) => {
	await surplus(page);
	await page.goto(await page.getByRole("link", { name: "Signer le reçu" }).first().getAttribute("href"));
	await look("receipt");
	await surplus(page);
	hand.begin();
	await page.getByRole("link", { name: "Signer le reçu" }).first().tap();
	await context.setOffline(true);
	await page.locator("#temperature").tap();
	await page.keyboard.type("4");
	await page.getByRole("button", { name: "Signer le reçu" }).tap();
	await page.locator("[data-waiting]", { hasText: /Reçu signé par Nadia Ferrand à \d\d\sh\s\d\d, en attente d'envoi/ }).waitFor();
	assert.ok(await page.locator("form[data-keep] button").isDisabled(), "what is signed is not signed again");
	await context.setOffline(false);
	await page.getByText("Enlevé cette semaine").waitFor();
	assert.match(await seen(page.locator("[role=status]").filter({ hasText: "Reçu signé" })), /merci, Nadia Ferrand/);
	assert.equal(await page.locator("[data-waiting]:not([hidden])").count(), 0);
	hand.end();
	await look("receipt signed");
});

const isReceipt = (url) => url.endsWith("/surplus/receipt");
/// The list and the receipt are on the telephone by now.
const isKept = (page) => page.waitForFunction(async () => {
	const names = (await caches.keys()).filter((name) => name.startsWith("surplus "));
	const kept = names.length === 1 ? await (await caches.open(names[0])).match(`${names[0].slice(8)}/receipt`) : null;
	return Boolean(kept) && (await kept.text()).includes("data-keep");
});

task("A3 on a telephone that was closed meanwhile, with an answer that is lost", { budget: 0 }, async ({ site, browser }) => {
	const net = await network(site, { isCounted: isReceipt });
	const visitor = await visit(browser, net, { size: "phone" });
	const { context } = visitor;
	let { page } = visitor;
	await enter(page, "food-aid.");
	await page.locator(".offers a").first().tap();
	await page.getByRole("button", { name: /^Tout réserver/ }).tap();
	await page.getByRole("heading", { name: /^À enlever/ }).waitFor();
	const list = page.url(), receipt = `${list}/receipt`;
	await page.evaluate(() => navigator.serviceWorker.ready);
	// The receipt itself was never opened: the list has it kept.
	await isKept(page);
	const again = async (address) => {
		await page.close();
		page = await context.newPage();
		await page.goto(address);
	};
	await context.setOffline(true);
	net.break();
	await again(receipt);
	await page.locator("[data-waiting]", { hasText: /Pas de réseau\s: page gardée à \d\d\sh\s\d\d/ }).waitFor();
	assert.ok(!(await page.content()).match(/form.token" (?:content|value)="[^"]/), "a kept page has no token");
	await page.locator("#temperature").fill("4");
	await page.getByRole("button", { name: "Signer le reçu" }).tap();
	await page.locator("[data-waiting]", { hasText: "en attente d'envoi" }).waitFor();
	for (const address of [receipt, list]) {
		await again(address);
		await page.locator("[data-waiting]", { hasText: "Reçu signé par Nadia Ferrand" }).waitFor();
	}
	assert.equal(net.posts, 0);
	await page.close();
	net.lose = 1;
	net.mend();
	await context.setOffline(false);
	page = await context.newPage();
	await page.goto(list);
	// Asked again by itself: the same key, one receipt.
	await page.getByText("Enlevé cette semaine").waitFor();
	await page.locator("[data-waiting]").waitFor({ state: "hidden" });
	assert.equal(net.posts, 2, "the first was done, its answer lost");
	assert.equal(await page.locator("h2", { hasText: "À enlever" }).count(), 0);
	assert.equal(await page.evaluate(() => localStorage.getItem("carreau-receipts")), null);
	assert.deepEqual(faultsOf(visitor), []);
	await context.close();
	net.stop();
});

task("A3 what the site refuses stays to be read", { budget: 0 }, async ({ site, browser }) => {
	const { page, context } = await visit(browser, site, { size: "phone" });
	await enter(page, "food-aid.");
	await page.locator("[data-waiting]").waitFor({ state: "attached" });
	await page.evaluate(() => {
		const { waiting, list } = document.querySelector("[data-waiting]").dataset;
		const body = "key=gone-0001&signed_by=Nadia&temperature=4&received-999999=5";
		const one = { key: "gone-0001", owner: waiting, action: `${list}/receipt`, body, by: "Nadia", at: Date.now() };
		const other = { ...one, key: "other-0001", owner: "elsewhere.somebody" };
		localStorage.setItem("carreau-receipts", JSON.stringify([one, other]));
	});
	await page.reload();
	const told = page.locator("[data-waiting]");
	await told.getByText("refusé").waitFor();
	assert.match(await seen(told), /La réservation 999999 n'est pas une des vôtres/);
	assert.match(await seen(told), /Un reçu d'une autre structure attend sur ce téléphone/);
	await page.reload();
	await told.getByText("refusé").waitFor();
	await told.getByRole("button", { name: "Compris" }).tap();
	await told.getByText("refusé").waitFor({ state: "detached" });
	const left = await page.evaluate(() => JSON.parse(localStorage.getItem("carreau-receipts")).map((one) => one.key));
	assert.deepEqual(left, ["other-0001"], "another's is neither sent nor thrown away");
	await context.close();
});

task("A4 split over the charities", { ...aid, budget: 6 }, async ({ page, hand }) => {
	await surplus(page);
	hand.begin();
	await page.getByRole("link", { name: /^Répartir/ }).first().tap();
	await page.locator("[data-split]").waitFor();
	const numbers = (texts) => texts.map((text) => Number(text.replace(/\s/g, "").replace(",", ".")) || 0);
	const parts = await page.locator("input[name^=part-]").evaluateAll((all) => all.map((one) => one.value));
	const total = Number(await page.locator("[data-split]").getAttribute("data-split").then((text) => text.replace(",", ".").replace(/\s/g, "")));
	const sum = numbers(parts).reduce((a, b) => a + b, 0);
	assert.ok(Math.abs(sum - total) < 0.0005, `${parts.join(" + ")} = ${total}`);
	await page.getByRole("button", { name: "Enregistrer la répartition" }).tap();
	await page.getByRole("button", { name: "Changer la répartition" }).waitFor();
});

task("A5 the month's report", { ...aid, budget: 2 }, async ({ page, hand }) => {
	await surplus(page);
	hand.begin();
	await page.getByRole("link", { name: "Rapport du mois" }).tap();
	assert.match(await seen(page.locator("dl.tiles")), /kg/);
	const [download] = await Promise.all([
		page.waitForEvent("download"),
		page.getByRole("link", { name: "CSV" }).tap(),
	]);
	assert.match(download.suggestedFilename(), /\.csv$/);
});
