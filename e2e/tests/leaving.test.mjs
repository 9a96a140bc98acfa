// A tablet that several people use: what it forgets when somebody leaves, and what it never does.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter, launch, visit } from "../lib/browser.mjs";
import { allSent, firstOpen, floor, FLOOR, lineOf } from "../lib/floor.mjs";
import { network } from "../lib/network.mjs";
import { open } from "../lib/site.mjs";
import { seen } from "../lib/tasks.mjs";
import { closeAndPlan } from "../lib/week.mjs";

let site, browser;
before(async () => {
	[site, browser] = await Promise.all([open("dawn"), launch()]);
	await closeAndPlan({ browser, site });
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/// What the device still has of somebody: in its store, its caches, its workers.
const remains = (page) => page.evaluate(async () => [
	...Object.keys(localStorage),
	...(await caches.keys()),
	...(await navigator.serviceWorker.getRegistrations()).map((one) => one.scope),
]);

/// Leaves by the account's page, as anybody does.
async function leave(page) {
	await page.goto("/account");
	await page.getByRole("button", { name: "Sortir", exact: true }).tap();
	await page.waitForURL("**/enter");
}

/// Everything through which the floor's data may still be read, in words; empty when nothing is.
async function readable(net, { page, context }) {
	const found = [];
	await page.goto("/aide/api");
	found.push(...(await remains(page)));
	await context.setOffline(true);
	net.break();
	for (const address of [FLOOR, "/dock"]) {
		const cold = await context.newPage();
		const lines = await cold.goto(address).then(() => cold.locator(".line").count(), () => 0);
		if (lines) found.push(`${address} opens without a network: ${lines} lines`);
		await cold.close();
	}
	net.mend();
	await context.setOffline(false);
	for (const address of [FLOOR, "/dock"]) {
		await page.goto(address);
		if (new URL(page.url()).pathname !== "/enter") found.push(`${address} opens`);
	}
	return found;
}

test("after leaving, the device has nothing of the floor, with and without a network", async () => {
	const net = await network(site);
	const visitor = await floor(browser, net.origin);
	await leave(visitor.page);
	assert.deepEqual(await readable(net, visitor), []);
	await visitor.context.close();
	net.stop();
});

test("the same on pages that forget nothing: the floor is read by the next one", async () => {
	const net = await network(site, { forgetful: false });
	const visitor = await floor(browser, net.origin);
	await leave(visitor.page);
	const found = await readable(net, visitor);
	assert.ok(found.some((what) => /quai\..*\.book\./.test(what)), found.join("\n"));
	assert.ok(found.some((what) => what.startsWith(`${FLOOR} opens without a network`)), found.join("\n"));
	await visitor.context.close();
	net.stop();
});

test("a page seen before is not behind the browser's back button", async () => {
	const { page, context } = await floor(browser, site.origin);
	await page.goto("/weeks/2026-W48/dock");
	await leave(page);
	await page.goBack();
	await page.goBack();
	assert.equal(new URL(page.url()).pathname, "/enter");
	await context.close();
});

test("a session ended elsewhere: the next answer clears the device, and keeps what waits", async () => {
	const { page, context } = await floor(browser, site.origin);
	await context.setOffline(true);
	await lineOf(page, await firstOpen(page)).locator(".tick").tap();
	const before = await remains(page);
	assert.ok(before.some((name) => name.includes(".book.")) && before.some((name) => name.startsWith("quai /")), before.join());
	const elsewhere = await visit(browser, site);
	await elsewhere.context.addCookies(await context.cookies());
	await elsewhere.page.goto("/account");
	await elsewhere.page.getByRole("button", { name: "Sortir", exact: true }).click();
	await elsewhere.page.waitForURL("**/enter");
	assert.deepEqual(await remains(page), before, "without a network nobody has told it");

	await context.setOffline(false);
	await page.locator(".state.enter").waitFor();
	await page.waitForFunction(async () => (await caches.keys()).length === 0);
	assert.equal(await page.locator(".line").count(), 0, "the list is gone from the screen too");
	assert.match(await seen(page.locator("[data-state]")), /Session finie · 1 en attente/);
	const left = await remains(page);
	assert.equal(left.length, 1, left.join());
	assert.match(left[0], /^quai\.[^.]+\.act\./);
	// The same person again: what waited leaves by itself.
	await enter(page, "dock");
	await allSent(page);
	assert.ok((await remains(page)).every((name) => !name.includes(".act.")));
	await context.close();
	await elsewhere.context.close();
});

test("who leaves with ticks that wait is told, and loses none whatever is pressed", async () => {
	const net = await network(site, { isCounted: (url) => url.endsWith("/floor/acts") });
	const { page, context } = await floor(browser, net.origin);
	const ids = [];
	await page.route("**/dock/floor/acts", (route) => route.abort());
	for (let at = 0; at < 3; at += 1) {
		const id = await firstOpen(page);
		ids.push(id);
		await lineOf(page, id).locator(".tick").tap();
	}
	await page.goto("/account");
	await page.getByRole("button", { name: "Sortir", exact: true }).tap();
	const said = page.locator("[data-leave-said]");
	assert.match(await seen(said), /3 pointages attendent le réseau : envoyez-les avant de sortir\./);
	assert.equal(new URL(page.url()).pathname, "/account", "nobody has left");
	const send = said.getByRole("link", { name: "Envoyer 3 pointages" });
	assert.ok(await send.evaluate((one) => one === document.activeElement), "the safe way is at hand");
	// The other way keeps them on the device.
	await said.getByRole("button", { name: "Sortir et les garder sur cet appareil" }).tap();
	await page.waitForURL("**/enter");
	const left = await remains(page);
	assert.equal(left.length, 3, left.join());
	assert.ok(left.every((name) => /^quai\.[^.]+\.act\./.test(name)), left.join());
	assert.equal(net.posts, 0);
	// In again, with a network that works: each leaves once, and one may go.
	await page.unroute("**/dock/floor/acts");
	await enter(page, "dock");
	await allSent(page);
	assert.equal(net.posts, 3);
	for (const id of ids) assert.equal(await lineOf(page, id).locator(".tick").getAttribute("aria-pressed"), "true");
	await leave(page);
	assert.deepEqual(await readable(net, { page, context }), []);
	await context.close();
	net.stop();
});

test("food aid's pages are forgotten as well", async () => {
	const { page, context } = await visit(browser, site, { size: "phone" });
	await enter(page, "food-aid.");
	await page.locator("[data-list]").waitFor({ state: "attached" });
	await page.evaluate(() => navigator.serviceWorker.ready);
	assert.ok((await remains(page)).some((name) => name.startsWith("surplus ")));
	const list = page.url();
	await leave(page);
	assert.deepEqual(await remains(page), []);
	await page.goto(list);
	assert.equal(new URL(page.url()).pathname, "/enter");
	await context.close();
});
