// The rounds on a map: it takes the drawing's place where a browser can draw it, leads to the list
// and back, and asks nobody but the hub's own tiles for anything.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audit } from "../lib/axe.mjs";
import { enter, launch, visit } from "../lib/browser.mjs";
import { cut, focus, overflow } from "../lib/eye.mjs";
import { open } from "../lib/site.mjs";

const ROUNDS = "/weeks/2026-W47/rounds";
// The browser draws without a graphics card; it may take its time.
const PATIENCE = { timeout: 60_000 };
// One dot, as every tile.
const DOT = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

let site, browser;
before(async () => {
	[site, browser] = await Promise.all([open("saturday"), launch()]);
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/// Somebody at the rounds of last week; `asked` fills with the files that the page asks for.
async function rounds({ role = "coordinator", prepare, ...options } = {}) {
	const seen = await visit(browser, site, { reducedMotion: "reduce", ...options });
	const asked = [];
	seen.context.on("request", (request) => asked.push(new URL(request.url()).pathname));
	await prepare?.(seen);
	await enter(seen.page, role);
	await seen.page.goto(ROUNDS);
	const figure = seen.page.locator("figure.map").first();
	const show = () => seen.page.locator("summary", { hasText: /^Carte$/ }).first().click();
	return { ...seen, asked, figure, show };
}

const drawn = (figure) => figure.locator(".moves[data-state=drawn]").waitFor(PATIENCE);
/// The label of the stop that has the focus on the map.
const held = (page) => page.evaluate(() => document.activeElement.getAttribute("aria-label"));

for (const size of ["desk", "phone", "small"]) {
	test(`the map takes the drawing's place, ${size}`, { timeout: 180_000 }, async () => {
		const { page, context, faults, asked, figure, show } = await rounds({ size });
		const library = () => asked.filter((path) => path.startsWith("/assets/maplibre"));
		assert.deepEqual(library(), [], "nobody has looked at the map yet");
		await show();
		await drawn(figure);
		assert.ok(library().includes("/assets/maplibre-gl-csp-worker.js"), library().join(" "));
		assert.equal(await figure.locator("svg").first().isVisible(), false);
		const stops = await figure.locator("svg g.stop").count();
		assert.ok(stops > 1);
		assert.equal(await figure.locator(".pin").count(), stops);
		const late = await figure.locator("svg g.stop.late").count();
		assert.equal(await figure.locator(".pin.late").count(), late);
		assert.deepEqual([...(await audit(page)), ...(await overflow(page)), ...(await cut(page))], []);
		assert.deepEqual(await focus(page, 20), []);
		assert.deepEqual(faults, []);
		await context.close();
	});
}

test("from the map to the list and back, by the keyboard alone", { timeout: 180_000 }, async () => {
	const { page, context, faults, figure, show } = await rounds();
	await show();
	await drawn(figure);
	const [first, second] = await figure.locator("svg g.stop").evaluateAll((all) => all.map((one) => (
		{ key: one.dataset.stop, said: one.querySelector("title").textContent }
	)));
	await figure.locator(".pin[tabindex='0']").focus();
	assert.ok((await held(page)).startsWith(first.said), await held(page));
	await page.keyboard.press("ArrowRight");
	assert.ok((await held(page)).startsWith(second.said), await held(page));
	await page.keyboard.press("Enter");
	assert.equal(await page.evaluate(() => document.activeElement.id), second.key);
	assert.deepEqual(await page.locator(".stop.marked").evaluateAll((all) => all.map((one) => one.id)), [second.key]);
	// The list's own way back, for another stop.
	await page.locator(`[id="${first.key}"] .to-map`).focus();
	await page.keyboard.press("Enter");
	assert.ok((await held(page)).startsWith(first.said), await held(page));
	assert.equal(await figure.locator(".pin[aria-current]").count(), 1);
	assert.deepEqual(faults, []);
	await context.close();
});

test("the drawing stays on paper, without WebGL and without a script", { timeout: 180_000 }, async () => {
	const live = await rounds();
	await live.show();
	await drawn(live.figure);
	await live.page.emulateMedia({ media: "print" });
	assert.equal(await live.figure.locator("svg").first().isVisible(), true);
	assert.equal(await live.figure.locator(".moves").isVisible(), false);
	await live.context.close();

	const prepare = ({ context }) => context.addInitScript(() => {
		const lent = HTMLCanvasElement.prototype.getContext;
		HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
			return kind.startsWith("webgl") ? null : lent.call(this, kind, ...rest);
		};
	});
	const poor = await rounds({ prepare });
	await poor.show();
	await poor.figure.locator("svg").first().waitFor();
	// What looks whether a map is in view has run by the frame after next.
	await poor.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
	assert.equal(await poor.figure.locator("svg").first().isVisible(), true);
	assert.deepEqual(poor.asked.filter((path) => /maplibre|rounds-map|ground/.test(path)), []);
	assert.deepEqual(poor.faults, []);
	await poor.context.close();

	const plain = await rounds({ javaScriptEnabled: false });
	await plain.show();
	assert.equal(await plain.figure.locator("svg").first().isVisible(), true);
	await plain.context.close();
});

// The last one: it changes what the hub has set.
test("tiles come from the host that the hub has set, and nothing else does", { timeout: 180_000 }, async () => {
	const office = await visit(browser, site);
	await enter(office.page, "administrator");
	await office.page.goto("/admin/roads");
	await office.page.getByLabel("Tuiles de la carte").fill("https://tuiles.example/{z}/{x}/{y}.png");
	await office.page.getByLabel("Mention des tuiles").fill("© Essai");
	await office.page.getByRole("button", { name: "Enregistrer", exact: true }).click();
	await office.page.locator("[role=status]", { hasText: "Routes enregistrées" }).waitFor();
	assert.deepEqual(office.faults, []);
	await office.context.close();

	const prepare = ({ context }) => context.route("https://tuiles.example/**", (route) => route.fulfill({
		contentType: "image/png",
		headers: { "access-control-allow-origin": "*" },
		body: DOT,
	}));
	const { context, faults, asked, figure, show } = await rounds({ prepare });
	await show();
	await drawn(figure);
	assert.match(await figure.locator(".credit").innerText(), /^© Essai/);
	assert.ok(asked.some((path) => /^\/\d+\/\d+\/\d+\.png$/.test(path)), "no tile was asked for");
	assert.deepEqual([...new Set(faults)], ["asks tuiles.example"]);
	await context.close();
});
