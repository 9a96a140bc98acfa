// The checks themselves: each is seen to fail on what is bad.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audit } from "../lib/axe.mjs";
import { badSite } from "../lib/bad.mjs";
import { launch, visit } from "../lib/browser.mjs";
import { count } from "../lib/counter.mjs";
import { crawl, kind, unlinked } from "../lib/crawl.mjs";
import { focus, overflow, unexplained } from "../lib/eye.mjs";
import { strange, tabTo } from "../lib/keyboard.mjs";
import { middle, painted } from "../lib/paint.mjs";
import { choose } from "../lib/tasks.mjs";
import { atWidths } from "../lib/widths.mjs";
import { names } from "../lib/zip.mjs";

let bad, browser;
before(async () => {
	[bad, browser] = await Promise.all([badSite(), launch()]);
});
after(async () => {
	await browser?.close();
	await bad?.stop();
});

// `^` is Ctrl, a letter or digit is typed into the field named before the colon, `*` is a click.
const events = (text) =>
	text.split(" ").filter(Boolean).map((word) => {
		if (word === "*") return { kind: "pointer" };
		const [field, key] = word.includes(":") ? word.split(":") : ["", word];
		const chord = key.startsWith("^");
		return { kind: "key", key: chord ? key.slice(1) : key, chord, field };
	});

test("acts are counted as a hand does them", () => {
	for (const [does, acts] of [
		["", 0],
		["*", 1],
		["* *", 2],
		["a:1 a:2 a:, a:5", 1],
		["a:1 a:2 Enter b:3 b:Tab", 2],
		["a:1 Tab b:2 Tab", 2],
		["Tab Tab", 2],
		["a:1 Tab Tab", 2],
		["a:1 * a:2", 3],
		["Control Control ^v", 1],
		["a:1 a:Backspace a:2", 1],
		["a:1 b:2", 2],
		["a:1 ^Enter", 2],
		["x", 1],
	]) {
		assert.equal(count(events(does)), acts, does);
	}
});

test("what a browser trusts is counted, what a script does is not", async () => {
	const { page, hand, context } = await visit(browser, bad);
	await page.goto("/");
	hand.begin();
	await page.evaluate(() => document.querySelector("input").click());
	assert.equal(hand.acts(), 0, "a click by a script");
	await page.locator("input").first().click();
	await page.keyboard.type("12,5");
	await page.keyboard.press("Enter");
	await page.keyboard.press("Control+a");
	assert.equal(hand.acts(), 3, JSON.stringify(hand.events()));
	hand.end();
	await page.locator("input").first().click();
	assert.equal(hand.acts(), 3, "nothing counts after the end");
	hand.begin();
	await page.locator("input").first().click();
	assert.equal(hand.acts(), 1);
	await context.close();
});

test("what is chosen from a list is chosen by hand, its letters one act", async () => {
	const { page, hand, context } = await visit(browser, bad);
	await page.goto("/");
	await page.evaluate(() => document.body.insertAdjacentHTML("beforeend", `<label for="farm">Ferme</label>
		<select id="farm"><option>Clos<option>Mas Bel<option>Mas Vert<option>Éolienne</select>`));
	const farm = page.locator("#farm");
	hand.begin();
	await choose(page, farm, (text) => text === "Mas Vert");
	assert.equal(await farm.inputValue(), "Mas Vert");
	assert.equal(hand.acts(), 2, JSON.stringify(hand.events()));
	await choose(page, farm, (text) => text === "Éolienne");
	assert.equal(await farm.inputValue(), "Éolienne");
	assert.equal(hand.acts(), 4, JSON.stringify(hand.events()));
	await assert.rejects(choose(page, farm, (text) => text === "Mas"), /not in the list: Clos, Mas Bel/);
	await context.close();
});

test("axe finds what is wrong with a bad page, in French", async () => {
	const { page, context } = await visit(browser, bad);
	await page.goto("/");
	const found = await audit(page);
	const rules = new Set(found.map((line) => line.split(" ")[0]));
	const expected = [
		"button-name", "color-contrast", "document-title", "heading-order", "html-has-lang",
		"image-alt", "label", "landmark-one-main", "meta-viewport",
	];
	assert.deepEqual(expected.filter((rule) => !rules.has(rule)), [], [...rules].join(" "));
	assert.ok(found.some((line) => line.includes("alternative textuelle")), found.join("\n"));
	await context.close();
});

test("what the eye would miss on a bad page is found", async () => {
	const { page, faults, context } = await visit(browser, bad, { size: "small" });
	await page.goto("/");
	assert.match((await overflow(page)).join(), /trop large/);
	assert.deepEqual(await unexplained(page), ["sans-raison is wrong without a reason", "muet is wrong and not said to be"]);
	const focused = (await focus(page)).join();
	assert.match(focused, /does not show its focus/);
	await page.addStyleTag({ content: "*:focus{outline:2px solid red !important}" });
	assert.match((await focus(page)).join(), /something lies on a « sous le couvercle »/);
	await page.goto("/policy");
	await page.goto("/broken");
	const told = faults.join("\n");
	for (const what of [/console: une panne/, /asks 127\.0\.0\.1:9/, /policy: style/, /^500 of/m]) {
		assert.match(told, what);
	}
	await context.close();
});

test("kinds of pages", () => {
	for (const [address, expected] of [
		["/weeks/2026-W48/offers/farm/figuiers", "/weeks/2026-W48/offers/farm/:"],
		["/mail/12", "/mail/:"],
		["/vehicles/berlingo", "/vehicles/:"],
		["/weeks/2026-W48/my-orders/new?like=last", "/weeks/2026-W48/my-orders/new?like"],
	]) {
		assert.equal(kind(address), expected);
	}
});

test("a page that answers is looked at where it stands, at three widths", async () => {
	const { page, context } = await visit(browser, bad);
	await page.goto("/");
	const found = (await atWidths(page, "bad")).join("\n");
	for (const width of [320, 390, 1280]) assert.match(found, new RegExp(`^bad at ${width}: color-contrast`, "m"));
	assert.match(found, /^bad at 320: \d+ px wide on 320/m);
	assert.equal(page.viewportSize().width, 1280, "the page is as it was");
	await context.close();
});

test("pages are never cut off in silence, and those without a link are named", async () => {
	const { page, context } = await visit(browser, bad);
	await page.goto("/policy");
	assert.equal((await crawl(page, [])).length, 1);
	await assert.rejects(crawl(page, [], 0), /more than 0 kinds of pages: \/policy/);
	const pages = unlinked("coordinator", { week: "2026-W48", buyer: "ecole", farm: "mas" });
	assert.ok(pages.includes("/weeks/2026-W48/orders/new?buyer=ecole"));
	assert.ok(pages.includes("/weeks/2026-W46/offers/farm/mas/labels/2026-11-10"), pages.join(" "));
	assert.ok(pages.includes("/weeks/2026-W46/rounds/plan/2026-11-10"), pages.join(" "));
	await context.close();
});

test("a mouse, a finger, a chord, or a way that Tab does not find, are no keyboard alone", async () => {
	const said = (text) => strange(events(text)).map(({ kind, key }) => key ?? kind);
	assert.deepEqual(said("Tab a:1 a:Tab Enter a:x"), []);
	assert.deepEqual(said("Tab * a:^v x"), ["pointer", "v", "x"]);
	assert.deepEqual(said("keypad:1"), ["1"], "a key on the screen is pressed by a finger");
	const { page, context } = await visit(browser, bad);
	await page.goto("/");
	await tabTo(page, page.locator("input").first(), 5);
	await page.locator("button").last().evaluate((one) => (one.tabIndex = -1));
	await assert.rejects(tabTo(page, page.locator("button").last(), 20), /20 Tabs do not lead to/);
	await context.close();
});

test("a page that is slow to answer a hand is measured as slow", async () => {
	const { page, context } = await visit(browser, bad);
	await page.goto("/");
	const press = () => page.keyboard.press("a");
	assert.ok(await painted(page, press) < 300, "nothing keeps it");
	await page.evaluate(() => addEventListener("keydown", () => {
		const until = performance.now() + 300;
		while (performance.now() < until);
		setTimeout(() => document.body.append(Object.assign(document.createElement("i"), { id: "late" })), 200);
	}, { once: true }));
	assert.ok(await painted(page, press, { until: "#late" }) >= 500, "what comes late, after the page stood still");
	await page.evaluate(() => addEventListener("keydown", () => {
		const until = performance.now() + 300;
		while (performance.now() < until);
	}, { once: true }));
	assert.ok(await painted(page, press) >= 300, "the page stood still");
	assert.equal(middle([9, 1, 5]), 5);
	await context.close();
});

test("what lies in a ZIP is read from its directory", () => {
	// A directory of one entry and its end, without the file itself.
	const name = Buffer.from("a.pdf");
	const entry = Buffer.alloc(46), end = Buffer.alloc(22);
	entry.writeUInt32LE(0x02014b50, 0);
	entry.writeUInt16LE(name.length, 28);
	end.writeUInt32LE(0x06054b50, 0);
	end.writeUInt16LE(1, 10);
	assert.deepEqual(names(Buffer.concat([entry, name, end])), ["a.pdf"]);
	assert.throws(() => names(Buffer.from("%PDF-1.7, and no ZIP at all")), /no ZIP/);
	end.writeUInt32LE(3, 16);
	assert.throws(() => names(Buffer.concat([entry, name, end])), /entry 1 is none/);
});
