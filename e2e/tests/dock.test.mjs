// The dock at five in the morning: gloves, a bad network. D1 to D5.
import assert from "node:assert/strict";
import { enter, SIZES, visit } from "../lib/browser.mjs";
import { figure } from "../lib/figures.mjs";
import { allSent, arrive, firstOpen, FLOOR, isKept, line, lineOf, ticked } from "../lib/floor.mjs";
import { seen, tasks } from "../lib/tasks.mjs";
import { closeAndPlan } from "../lib/week.mjs";

const task = tasks("dawn");
const gloves = { size: "phone", isMobile: true };
const dock = { role: "dock", ...gloves };

let isPlanned = false;
/// The goods of today are on their way.
async function planned(at) {
	if (!isPlanned) await closeAndPlan(at);
	isPlanned = true;
}
/// The floor with today's goods on it.
async function floor(at) {
	await planned(at);
	await at.page.goto(FLOOR);
	await line(at.page, 0).waitFor();
}

// From the door: whoever comes in as the dock is at work. Later it is the sign on the home screen.
task("D1 open today's work", { ...gloves, budget: 1 }, async (at) => {
	const { context, page, hand } = at;
	await planned(at);
	await page.goto("/enter");
	hand.begin();
	await page.locator("form:has(input[value=dock]) button").tap();
	await line(page, 0).waitFor();
	assert.match(await seen(page.locator("[data-tab=list]")), /à recevoir/);
	assert.match(await seen(page.locator("[data-days] [aria-pressed=true]").first()), /mardi 24/);
	await isKept(page);
	// The next morning without a network: by the sign, and by the week's own address.
	await context.setOffline(true);
	assert.ok(await page.evaluate(() => fetch("/aide/api").then(() => false, () => true)), "no network");
	for (const address of ["/dock", FLOOR]) {
		const cold = await context.newPage();
		const since = performance.now();
		await cold.goto(address);
		await line(cold, 0).waitFor();
		figure(`D1: ${address} opens without a network in ${Math.round(performance.now() - since)} ms`);
		assert.match(await seen(cold.locator("[data-state]")), /Hors ligne/);
		await cold.close();
	}
	await context.setOffline(false);
});

task("D2 tick a line", { ...dock, budget: 1 }, async (at) => {
	const { context, page, hand } = at;
	await floor(at);
	await isKept(page);
	const tick = lineOf(page, await firstOpen(page)).locator(".tick");
	const { width, height } = await tick.boundingBox();
	assert.ok(Math.min(width, height) >= 72, `a target of ${width} × ${height}`);
	const before = await ticked(page);
	await context.setOffline(true);
	hand.begin();
	await tick.tap();
	assert.equal(await tick.getAttribute("aria-pressed"), "true");
	assert.match(await seen(page.locator("[data-state]")), /1 en attente/);
	await page.reload();
	await line(page, 0).waitFor();
	assert.equal(await ticked(page), before + 1, "what was ticked offline is ticked after a reload");
	await context.setOffline(false);
	await allSent(page);
	assert.equal(await ticked(page), before + 1);
});

task("D2 take a tick back", { ...dock, budget: 2 }, async (at) => {
	const { page, hand } = at;
	await floor(at);
	const before = await ticked(page);
	const one = lineOf(page, await firstOpen(page));
	hand.begin();
	await one.locator(".tick").tap();
	assert.equal(await ticked(page), before + 1);
	await page.getByRole("button", { name: "Annuler", exact: true }).tap();
	assert.equal(await ticked(page), before);
	await allSent(page);
	assert.equal(await ticked(page), before);
});

task("D3 enter a weight", { ...dock, budget: 4 }, async (at) => {
	const { page, hand } = at;
	await floor(at);
	const one = lineOf(page, await firstOpen(page, ":has(.peser:text-is('Peser'))"));
	hand.begin();
	await one.locator(".peser").tap();
	const keys = page.locator("[data-keys] button");
	const sizes = await keys.evaluateAll((all) => all.map((key) => key.getBoundingClientRect().height));
	assert.ok(sizes.length === 12 && Math.min(...sizes) >= 64, `keys of ${Math.min(...sizes)} px`);
	for (const key of "1,5") await keys.filter({ hasText: new RegExp(`^${key}$`) }).tap();
	await page.locator("[data-pad-done]").tap();
	assert.match(await seen(one.locator("small")), /reçu 1,5 kg/);
	await allSent(page);
	assert.match(await seen(one.locator("small")), /reçu 1,5 kg/, "also when the server has said so");
});

task("D4 flag what is missing", { ...dock, budget: 2 }, async (at) => {
	const { page, hand } = at;
	await floor(at);
	const desk = await visit(at.browser, at.site);
	await enter(desk.page, "coordinator");
	await desk.page.goto(FLOOR.replace("/floor", ""));
	const one = lineOf(page, await firstOpen(page));
	const name = await seen(one.locator(".tick > b"));
	hand.begin();
	await one.locator(".souci").tap();
	await page.getByRole("button", { name: "Rien n'est venu" }).tap();
	const since = performance.now();
	assert.match(await seen(one.locator("small")), /rien n'est venu/);
	// The coordinator touches nothing: the open page tells.
	await desk.page.locator("[data-troubles]", { hasText: name }).waitFor();
	figure(`D4: the coordinator sees it after ${((performance.now() - since) / 1000).toFixed(1)} s`);
	assert.match(await seen(desk.page.locator("[data-troubles]")), /rien n'est venu/);
	assert.deepEqual(desk.faults, []);
	await desk.context.close();
});

let hasArrived = false;
/// The pallets of today, from the list.
async function sorted(at) {
	await floor(at);
	if (!hasArrived) await arrive(at.page);
	hasArrived = true;
}

task("D5 print the labels of a pallet", { ...dock, budget: 2 }, async (at) => {
	const { context, page, hand } = at;
	await sorted(at);
	hand.begin();
	await page.locator("[data-tab=pallets]").tap();
	const label = page.locator(".pallets .side").first();
	const href = await label.getAttribute("href");
	const [opened] = await Promise.all([context.waitForEvent("page"), label.tap()]);
	assert.equal(new URL(opened.url() === "about:blank" ? href : opened.url(), page.url()).pathname, new URL(href, page.url()).pathname);
	const paper = await context.request.get(href);
	assert.equal((await paper.body()).subarray(0, 4).toString(), "%PDF");
});

/// What the device shows to its camera, does to the hand and says to the ear.
async function senses(page) {
	await page.evaluate(() => {
		Object.assign(window, { shown: "", felt: [], tones: [] });
		window.BarcodeDetector = class {
			detect = async () => (window.shown ? [{ rawValue: window.shown }] : []);
		};
		const screen = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
		screen.getContext("2d").fillRect(0, 0, 64, 64);
		navigator.mediaDevices.getUserMedia = async () => screen.captureStream(5);
		// A picture that never changes may never begin to play.
		HTMLMediaElement.prototype.play = async () => {};
		navigator.vibrate = (pattern) => window.felt.push([pattern].flat());
		const start = OscillatorNode.prototype.start;
		OscillatorNode.prototype.start = function (...when) {
			window.tones.push([this.type, this.frequency.value]);
			return start.apply(this, when);
		};
	});
}

task("D5 scan the crates of a pallet, one of them a wrong one", { ...dock, budget: 2 }, async (at) => {
	const { page, hand } = at;
	await sorted(at);
	await senses(page);
	const { week, parts, pallets } = await page.evaluate(async () => (await fetch(`${document.body.dataset.base}/floor/book`)).json());
	const own = parts.find((part) => part.site === pallets[0].site);
	const foreign = parts.find((part) => part.site !== pallets[0].site);
	const show = (code) => page.evaluate((code) => (window.shown = code), code);
	const felt = () => page.evaluate(() => [window.felt.at(-1), window.tones.at(-1)]);
	hand.begin();
	await page.locator("[data-tab=pallets]").tap();
	await page.locator(".pallets .open").first().tap();
	// The camera reads by itself: nothing is touched from here on.
	await show(`${week}.${own.code}-1`);
	await page.locator("[data-scan-hint].good").waitFor();
	assert.deepEqual(await felt(), [[60], ["sine", 880]]);
	await show(`${week}.${foreign.code}-1`);
	const alarm = page.locator("[data-alarm]");
	await alarm.waitFor();
	const letter = pallets.find((pallet) => pallet.site === foreign.site).letter;
	assert.match(await seen(alarm), new RegExp(`Pas ici : palette ${letter}`));
	const box = await alarm.boundingBox();
	assert.deepEqual([box.x, box.y, box.width, box.height], [0, 0, ...Object.values(SIZES.phone)], "the whole screen");
	assert.equal(await alarm.evaluate((one) => getComputedStyle(one).backgroundColor), "rgb(179, 38, 30)");
	assert.deepEqual(await felt(), [[300, 120, 300, 120, 300], ["square", 220]]);
	await show("");
});

task("D5 a hand scanner types, and presses Enter", { ...dock, budget: 4 }, async (at) => {
	const { page, hand } = at;
	await sorted(at);
	await senses(page);
	hand.begin();
	await page.locator("[data-tab=pallets]").tap();
	await page.locator(".pallets .open").first().tap();
	await page.locator("[data-pallet-title]").waitFor();
	const acts = hand.acts();
	assert.equal(acts, 2, "what the scanner types is no act of the hand");
	await page.keyboard.type("9999-1");
	await page.keyboard.press("Enter");
	const alarm = page.locator("[data-alarm]");
	await alarm.waitFor();
	assert.match(await seen(alarm), /Code inconnu/);
	assert.deepEqual(await page.evaluate(() => window.felt.at(-1)), [300, 120, 300, 120, 300]);
	hand.begin();
	await alarm.tap();
	await alarm.waitFor({ state: "hidden" });
});
