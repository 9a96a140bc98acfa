// The floor on a bad network: T-16, two devices at one line, refusals; every screen for the eye. What
// the dock does each morning (D1 to D5) is in dock.test.mjs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audit } from "../lib/axe.mjs";
import { enter, launch, SIZES, visit } from "../lib/browser.mjs";
import { overflow } from "../lib/eye.mjs";
import { figure } from "../lib/figures.mjs";
import { allSent, firstOpen, floor, isKept, line, lineOf, ticked } from "../lib/floor.mjs";
import { faultsOf, network } from "../lib/network.mjs";
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

const isAct = (url) => url.endsWith("/dock/floor/acts");
const state = (page) => page.locator("[data-state]");
const rests = (page) => page.locator(".tick[aria-pressed=false]").filter({ hasNotText: "au plus" });

test("T-16 twenty picks without a network: 25 posts, 20 effects, 20 rows ticked", async () => {
	const net = await network(site, { isCounted: isAct });
	const visitor = await floor(browser, net.origin);
	const { page, context } = visitor;
	const before = await ticked(page);
	await context.setOffline(true);
	net.break();
	let slowest = 0;
	for (let pick = 1; pick <= 20; pick += 1) {
		const row = await rests(page).first().elementHandle();
		await row.scrollIntoViewIfNeeded();
		const took = await row.evaluate(async (one) => {
			const since = performance.now();
			one.click();
			await new Promise(requestAnimationFrame);
			return one.getAttribute("aria-pressed") === "true" ? performance.now() - since : Infinity;
		});
		slowest = Math.max(slowest, took);
	}
	assert.ok(Number.isFinite(slowest), "a tap ticks in the next picture");
	assert.match(await seen(state(page)), /Hors ligne · 20 en attente/);

	const since = performance.now();
	await page.reload();
	await line(page, 0).waitFor();
	const cold = performance.now() - since;
	assert.equal((await ticked(page)) - before, 20, "ticked after a reload without a network");
	assert.match(await seen(state(page)), /20 en attente/);
	assert.equal(net.posts, 0);

	net.lose = 5;
	net.mend();
	await context.setOffline(false);
	const sent = performance.now();
	await page.locator(".state:not(.waits)", { hasText: "En ligne · 0 en attente" }).waitFor({ timeout: 60_000 });
	const empty = (performance.now() - sent) / 1000;
	assert.equal(net.posts, 25);
	assert.equal((await ticked(page)) - before, 20);
	const kept = await page.evaluate(() => Object.keys(localStorage).filter((name) => name.includes(".act.")));
	assert.deepEqual(kept, []);
	// The server's own word, on another device: twenty receipts, none twice.
	const desk = await visit(browser, site);
	await enter(desk.page, "coordinator");
	await desk.page.goto("/weeks/2026-W48/dock");
	const rows = desk.page.locator("section", { has: desk.page.getByRole("heading", { name: "Reçu", exact: true }) });
	assert.equal(await rows.last().locator("tbody tr").count(), before + 20);
	await desk.context.close();
	figure(`T-16: slowest tick ${slowest.toFixed(0)} ms, reload without a network ${cold.toFixed(0)} ms, queue empty after ${empty.toFixed(1)} s`);
	assert.deepEqual(faultsOf(visitor), []);
	await context.close();
	net.stop();
});

test("two devices at one line: the second sees both words, and is asked", async () => {
	const one = await floor(browser, site.origin), other = await floor(browser, site.origin);
	const id = await firstOpen(one.page);
	const [mine, theirs] = [lineOf(one.page, id), lineOf(other.page, id)];
	await other.context.setOffline(true);
	await theirs.locator(".peser").tap();
	await other.page.locator("[data-figure]").pressSequentially("1");
	await other.page.locator("[data-pad-done]").tap();
	await mine.locator(".tick").tap();
	await allSent(one.page);
	await other.context.setOffline(false);
	const told = theirs.locator(".told");
	await told.getByRole("button", { name: /^Mettre/ }).waitFor();
	assert.match(await seen(told), /a noté : reçu .* Vous : reçu 1 /);
	// It is still there after a reload, until somebody has chosen.
	await other.page.reload();
	await theirs.getByRole("button", { name: /^Mettre/ }).tap();
	await allSent(other.page);
	await mine.locator("small", { hasText: "reçu 1" }).waitFor();
	assert.deepEqual([...faultsOf(one), ...faultsOf(other)], []);
	await one.context.close();
	await other.context.close();
});

test("T-17 a clock that is 26 hours off: the server's hour is signed, and acts leave in their order", async () => {
	for (const hours of [26, -26]) {
		const { page, context } = await visit(browser, site, { size: "phone" });
		const off = (by) => page.clock.setFixedTime(Date.now() + by * 3_600_000);
		await off(hours);
		await enter(page, "dock");
		await line(page, 0).waitFor();
		await isKept(page);
		const one = lineOf(page, await firstOpen(page));
		await context.setOffline(true);
		await one.locator(".tick").tap();
		// The clock jumps to the other side before the next act: it is still the later one.
		await off(-hours);
		await page.reload();
		await one.locator(".peser").tap();
		await page.locator("[data-figure]").pressSequentially("1");
		await page.locator("[data-pad-done]").tap();
		await context.setOffline(false);
		await allSent(page);
		assert.match(await seen(one.locator("small")), /reçu 1 .*Karim Haddad, 5 h \d\d/, `${hours} hours off`);
		assert.equal(await one.locator(".told").isVisible(), false);
		await context.close();
	}
});

test("a refusal is French, and stays on its row", async () => {
	const { page, context } = await floor(browser, site.origin);
	const id = await firstOpen(page);
	const row = lineOf(page, id);
	// A word that the page would not let out, written by hand into what waits.
	await page.evaluate((id) => {
		const { hub, week } = document.body.dataset;
		const said = { received: 9_000_000_000, rejected: 0, rejection: null, temperature: null };
		const act = { key: "too-much-0001", order: 1, week, act: "line", line: id, seen: null, said };
		localStorage.setItem(`quai.${hub}.act.000000000000001.too-much-0001`, JSON.stringify(act));
	}, Number(id));
	await page.reload();
	const told = row.locator(".told");
	await told.getByText("ce qui dépasse est à refuser").waitFor();
	assert.equal(await row.locator(".tick").getAttribute("aria-pressed"), "false");
	await page.reload();
	await told.getByText("ce qui dépasse est à refuser").waitFor();
	await told.getByRole("button", { name: "Compris" }).tap();
	await told.waitFor({ state: "hidden" });
	await context.close();
});

test("what another person left on the device leaves under one's own name only when asked", async () => {
	const net = await network(site, { isCounted: isAct });
	const { page, context } = await floor(browser, net.origin);
	const id = await firstOpen(page);
	await context.setOffline(true);
	await lineOf(page, id).locator(".tick").tap();
	await page.evaluate(() => {
		const name = Object.keys(localStorage).find((name) => name.includes(".act."));
		const act = JSON.parse(localStorage.getItem(name));
		localStorage.setItem(name, JSON.stringify({ ...act, by: "Sami Benali" }));
	});
	await page.reload();
	await line(page, 0).waitFor();
	await context.setOffline(false);
	const notice = page.locator("[data-notice]");
	await notice.getByText("Sami Benali a pointé ici").waitFor();
	assert.match(await seen(state(page)), /1 en attente/);
	assert.equal(net.posts, 0);
	await notice.getByRole("button", { name: "Les envoyer sous mon nom" }).tap();
	await allSent(page);
	assert.equal(net.posts, 1);
	assert.match(await seen(lineOf(page, id).locator("small")), /Karim/);
	await context.close();
	net.stop();
});

test("every screen of the floor: nothing for axe, nothing wider than the screen", async () => {
	for (const size of ["small", "phone", "desk"]) {
		const { page, context, faults } = await visit(browser, site, { size });
		await enter(page, "dock");
		await line(page, 0).waitFor();
		const id = /(\d+)$/.exec(await page.locator(".peser").nth(3).getAttribute("href"))[1];
		const client = await page.evaluate(async () => (await (await fetch(`${document.body.dataset.base}/floor/book`)).json()).pallets[0].site);
		const screens = ["", `peser/${id}`, `souci/${id}`, `motif/${id}/1000`, "palettes", `palette/${client}`, `code/${client}`];
		for (const screen of screens) {
			await page.evaluate((screen) => (location.hash = `#/${screen}`), screen);
			await page.waitForFunction(() => document.querySelector("[data-screen]:not([hidden])"));
			// Rows are alike: the first farms stand for all.
			await page.evaluate(() => [...document.querySelectorAll(".farm")].slice(6).forEach((farm) => farm.remove()));
			const found = [...(await overflow(page)), ...(await audit(page))];
			assert.deepEqual(found, [], `${screen} at ${SIZES[size].width}`);
			assert.deepEqual(await tooSmall(page), [], `${screen} at ${SIZES[size].width}`);
		}
		assert.deepEqual(faults, []);
		await context.close();
	}
});

/// What a glove would miss: 72 px in height, keys and fields 60.
function tooSmall(page) {
	return page.evaluate(() => {
		const all = [...document.querySelectorAll("button, a, input:not([type=radio])")];
		const least = (one) => (one.matches("input, .keys button") ? 60 : 72);
		const small = all.filter((one) => {
			const { width, height } = one.getBoundingClientRect();
			return width > 0 && !one.matches(".skip") && height < least(one) - 0.5;
		});
		return small.map((one) => `${one.className} ${one.textContent.slice(0, 30)}`);
	});
}
