// The dock at five in the morning: gloves, a bad network. D1 to D5.
import assert from "node:assert/strict";
import { figure } from "../lib/figures.mjs";
import { seen, tasks } from "../lib/tasks.mjs";
import { closeAndPlan } from "../lib/week.mjs";

const task = tasks("dawn");
const dock = { role: "dock", size: "phone", isMobile: true };
const FLOOR = "/weeks/2026-W48/dock/floor";
const line = (page, at) => page.locator("[data-list] .line").nth(at);
const pressed = (page) => page.locator("[data-list] .tick[aria-pressed=true]").count();

let isPlanned = false;
/// The floor with today's goods on it.
async function floor(at) {
	if (!isPlanned) await closeAndPlan(at);
	isPlanned = true;
	await at.page.goto(FLOOR);
	await line(at.page, 0).waitFor();
}

task("D1 open today's work", { ...dock, budget: 1 }, async (at) => {
	const { context, page, hand } = at;
	await floor(at);
	await page.goto("/weeks/2026-W48/dock");
	hand.begin();
	await page.getByRole("link", { name: /Page du quai/ }).tap();
	await line(page, 0).waitFor();
	assert.match(await seen(page.locator("[data-tab=list]")), /à recevoir/);
	// The next morning without a network: the page and its list are there all the same.
	await page.evaluate(() => navigator.serviceWorker.ready);
	await context.setOffline(true);
	const since = performance.now();
	await page.reload();
	await line(page, 0).waitFor();
	figure(`D1: opened without a network in ${Math.round(performance.now() - since)} ms`);
	await context.setOffline(false);
});

task("D2 tick a line", { ...dock, budget: 1 }, async (at) => {
	const { context, page, hand } = at;
	await floor(at);
	const tick = line(page, 0).locator(".tick");
	const { width, height } = await tick.boundingBox();
	assert.ok(Math.min(width, height) >= 72, `a target of ${width} × ${height}`);
	const before = await pressed(page);
	await context.setOffline(true);
	hand.begin();
	await tick.tap();
	assert.equal(await tick.getAttribute("aria-pressed"), "true");
	assert.match(await seen(page.locator("[data-state]")), /1 en attente/);
	await page.reload();
	await line(page, 0).waitFor();
	assert.equal(await pressed(page), before + 1, "what was ticked offline is ticked after a reload");
	await context.setOffline(false);
	await page.locator("[data-state]", { hasText: /0 en attente/ }).waitFor();
});

task("D3 enter a weight", { ...dock, budget: 4 }, async (at) => {
	const { page, hand } = at;
	await floor(at);
	const one = page.locator("[data-list] .line:has(.peser)", { hasText: "Peser" })
		.filter({ has: page.locator(".tick[aria-pressed=false]") }).first();
	const name = await seen(one.locator(".tick > b"));
	const expected = Number((await one.locator(".much b").innerText()).replace(/\s/g, "").replace(",", "."));
	hand.begin();
	await one.locator(".peser").tap();
	const keys = page.locator("[data-keys] button");
	const sizes = await keys.evaluateAll((all) => all.map((key) => key.getBoundingClientRect().height));
	assert.ok(sizes.length === 12 && Math.min(...sizes) >= 64, `keys of ${Math.min(...sizes)} px`);
	const weight = (expected - 1.5).toFixed(1).replace(".", ",");
	for (const key of weight) await keys.filter({ hasText: new RegExp(`^${key}$`) }).tap();
	await page.locator("[data-pad-done]").tap();
	const said = await seen(page.locator("[data-list] .line", { hasText: name }).filter({ hasText: weight }).first());
	assert.ok(said.includes(weight), `${weight} in ${said}`);
});

task("D4 flag what is missing", { ...dock, budget: 2 }, async (at) => {
	const { page, hand, context } = at;
	await floor(at);
	const open = page.locator("[data-list] .line").filter({ has: page.locator(".tick[aria-pressed=false]") });
	const name = await seen(open.first().locator(".tick > b"));
	hand.begin();
	await open.first().locator(".souci").tap();
	await page.locator("[data-reasons]").getByText("Rien n'est venu").tap();
	assert.match(await seen(page.locator("[data-list]")), /rien n'est venu/);
	await page.locator("[data-state]", { hasText: /0 en attente/ }).waitFor();
	const desk = await context.newPage();
	await desk.goto("/weeks/2026-W48/dock");
	assert.ok((await seen(desk.locator("main"))).includes(name), "the desk sees it");
});

task("D5 a crate on the wrong pallet", { ...dock, budget: 4 }, async (at) => {
	const { page, hand } = at;
	await floor(at);
	hand.begin();
	await page.locator("[data-tab=pallets]").tap();
	await page.locator("[data-pallets] .open").first().tap();
	await page.locator("[data-pallet-title]").waitFor();
	// A hand scanner types the label's code and presses Enter.
	hand.begin();
	await page.keyboard.type("9999-1");
	await page.keyboard.press("Enter");
	const alarm = page.locator("[data-alarm]:not([hidden])");
	await alarm.waitFor();
	const box = await alarm.boundingBox();
	assert.ok(box.width >= 380 && box.height >= 600, `an alarm of ${box.width} × ${box.height}`);
	assert.match(await seen(alarm), /Code inconnu/);
});
