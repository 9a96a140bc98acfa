// Without JavaScript: what the week cannot do without. Answering as a farm, publishing, ordering,
// closing, planning, receiving at the dock.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter, launch, visit } from "../lib/browser.mjs";
import { open } from "../lib/site.mjs";
import { seen } from "../lib/tasks.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/// Somebody whose browser runs no script.
async function plain(site, role, size = "desk") {
	const visitor = await visit(browser, site, { size, javaScriptEnabled: false });
	await enter(visitor.page, role);
	return visitor;
}

const at = (page, week, step) => page.goto(page.url().replace(/\d{4}-W\d\d.*/, `${week}/${step}`));
const status = (page) => seen(page.locator("[role=status]").first());

test("a farm answers, the hub publishes, a canteen orders: without JavaScript", async () => {
	const site = await open("saturday");
	const farm = await plain(site, "producer.", "phone");
	await at(farm.page, "2026-W49", "my-offers");
	const field = farm.page.locator("input[data-step]:not([readonly])").first();
	const name = await field.getAttribute("name");
	await field.fill("42");
	await farm.page.getByRole("button", { name: "Enregistrer" }).click();
	assert.equal(await farm.page.locator(`input[name="${name}"]`).inputValue(), "42");

	const hub = await plain(site, "coordinator");
	await at(hub.page, "2026-W49", "mercuriale");
	await hub.page.getByRole("button", { name: "Publier la mercuriale" }).click();
	assert.match(await status(hub.page), /^Mercuriale publiée/);

	const chef = await plain(site, "buyer.");
	await at(chef.page, "2026-W49", "my-orders/new?like=empty");
	const goods = chef.page.locator("input[data-of]");
	for (const row of [3, 8, 15]) await goods.nth(row).fill("60");
	await chef.page.locator("button:text-is('Commander')").click();
	const said = await seen(chef.page.locator("main"));
	const isTaken = /est enregistrée|sont enregistrées/.test(said);
	if (!isTaken) {
		// What does not fit is said at its field; taking what is left is one more tap.
		assert.match(said, /par colis|il reste|épuisé|minimum/i);
		await chef.page.getByRole("button", { name: "Prendre ce qui reste" }).click();
		assert.match(await seen(chef.page.locator("main")), /est enregistrée|sont enregistrées/);
	}
	for (const one of [farm, hub, chef]) assert.deepEqual(one.faults, []);
	await site.stop();
});

test("a day is closed, planned and received: without JavaScript", async () => {
	const site = await open("dawn");
	const hub = await plain(site, "coordinator");
	await at(hub.page, "2026-W48", "orders");
	await hub.page.getByRole("button", { name: /^Clore/ }).first().click();
	assert.match(await status(hub.page), /clos/i);
	await at(hub.page, "2026-W48", "sourcing");
	await hub.page.getByRole("button", { name: /Accepter|Commander/ }).first().click();
	assert.match(await status(hub.page), /./);

	const dock = await plain(site, "dock", "phone");
	await at(dock.page, "2026-W48", "dock");
	const receive = dock.page.locator("form[action$='/receipts'] button:not([hidden])").first();
	await receive.click();
	assert.match(await status(dock.page), /./);
	for (const one of [hub, dock]) assert.deepEqual(one.faults, []);
	await site.stop();
});
