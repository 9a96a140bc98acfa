// The food-aid logistician: A1 to A5.
import assert from "node:assert/strict";
import { seen, tasks } from "../lib/tasks.mjs";

const task = tasks("friday");
const aid = { role: "food-aid.", size: "phone", isMobile: true };
const surplus = (page) => page.goto(page.url().replace(/(\d{4}-W\d\d).*/, "$1/surplus"));

task("A1 see what is offered, reserve it", { ...aid, budget: 3 }, async ({ page, hand }) => {
	hand.begin();
	await page.getByRole("link", { name: "Surplus" }).first().tap();
	const goods = page.locator(".offers a").first();
	const name = (await seen(goods)).split(" ").slice(0, 1).join();
	await goods.tap();
	await page.getByRole("button", { name: /^Tout réserver/ }).tap();
	await page.getByRole("heading", { name: /^À enlever/ }).waitFor();
	assert.ok((await seen(page.locator(".mine"))).includes(name), name);
});

task("A2 plan when to come, and with what", { ...aid, budget: 3 }, async ({ page, hand }) => {
	await surplus(page);
	hand.begin();
	await page.locator(".mine a.big").tap();
	assert.match(await seen(page.locator("main")), /\d kg à charger/);
	const slot = page.locator("button[name=slot]:not([disabled])").first();
	assert.match(await seen(slot), /kg/, "what the slot still takes is shown");
	await slot.tap();
	await page.getByText(/Signer le reçu/).first().waitFor();
});

task("A3 sign the receipt, offline", { ...aid, budget: 4 }, async ({ context, page, hand }) => {
	await surplus(page);
	hand.begin();
	await page.getByRole("link", { name: "Signer le reçu" }).first().tap();
	await context.setOffline(true);
	await page.locator("#temperature").tap();
	await page.keyboard.type("4");
	await page.getByRole("button", { name: "Signer le reçu" }).tap();
	await page.locator("[data-waiting]:not([hidden])").waitFor();
	await context.setOffline(false);
	await page.getByText("Enlevé cette semaine").waitFor();
});

task("A4 split over the charities", { ...aid, budget: 6 }, async ({ page, hand }) => {
	await surplus(page);
	hand.begin();
	await page.getByRole("link", { name: /^Répartir/ }).first().tap();
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
