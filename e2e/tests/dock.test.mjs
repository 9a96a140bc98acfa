// The dock at dawn: D1 to D5, and T-16, twenty picks through a network that lies.
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { after, before, test } from "node:test";
import { audit } from "../lib/axe.mjs";
import { enter, launch, SIZES, visit } from "../lib/browser.mjs";
import { overflow } from "../lib/eye.mjs";
import { figure } from "../lib/figures.mjs";
import { open } from "../lib/site.mjs";
import { seen } from "../lib/tasks.mjs";

let site, browser;
before(async () => {
	[site, browser] = await Promise.all([open("dawn"), launch()]);
	await buy();
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/// Closes the orders of the day and orders the goods, as the coordinator does before it.
async function buy() {
	const { page, context } = await visit(browser, site);
	await enter(page, "coordinator");
	await page.goto("/weeks/2026-W48/orders");
	const close = page.locator("form[action$='/closings'] button");
	if (await close.count()) await close.first().click();
	await page.goto("/weeks/2026-W48/sourcing");
	const plan = page.locator("form[action$='/plans'] button");
	if (await plan.count()) await plan.first().click();
	await page.waitForLoadState();
	await context.close();
}

/// A network between the browser and the site: it counts what is posted, loses answers, breaks.
async function network() {
	const { hostname, port } = new URL(site.origin);
	const net = { posts: 0, lose: 0, isDown: false };
	const sockets = new Set();
	const server = createServer((asked, answer) => {
		if (net.isDown) return asked.socket.destroy();
		const isPost = asked.method === "POST" && asked.url.endsWith("/dock/floor/acts");
		net.posts += isPost ? 1 : 0;
		const { url: path, method, headers } = asked;
		const onward = request({ hostname, port, path, method, headers }, (got) => {
			const parts = [];
			got.on("data", (part) => parts.push(part));
			got.on("end", () => {
				// It is done by now: only the answer is lost.
				if (isPost && net.lose > 0) {
					net.lose -= 1;
					return asked.socket.destroy();
				}
				answer.writeHead(got.statusCode, got.headers);
				answer.end(Buffer.concat(parts));
			});
		});
		onward.on("error", () => asked.socket.destroy());
		asked.pipe(onward);
	});
	server.on("connection", (socket) => {
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket));
	});
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	const cut = () => sockets.forEach((socket) => socket.destroy());
	return Object.assign(net, {
		origin: `http://localhost:${server.address().port}`,
		break() {
			net.isDown = true;
			cut();
		},
		mend: () => (net.isDown = false),
		stop() {
			cut();
			server.close();
		},
	});
}

/// Somebody with gloves and a telephone, on the floor, with the page kept on the device.
async function floor(origin = site.origin, options = {}) {
	const visitor = await visit(browser, { origin }, { size: "phone", slow: 4, ...options });
	await enter(visitor.page, "dock");
	await visitor.page.locator(".line").first().waitFor();
	await visitor.page.evaluate(() => navigator.serviceWorker.ready);
	await visitor.page.waitForFunction(async () => (await caches.keys()).length === 2);
	await visitor.page.locator(".state.on").waitFor();
	return visitor;
}

/// A broken network is printed as an error by the browser: that is no fault of the page.
const faultsOf = ({ faults }) => faults.filter((fault) => !/net::ERR_/.test(fault));
const state = (page) => page.locator("[data-state]");
const rests = (page) => page.locator(".tick[aria-pressed=false]").filter({ hasNotText: "au plus" });
/// A line by its number: two farms may bring goods of one name.
const lineOf = (page, id) => page.locator(`[data-line="${id}"]`);
/// The number of the first line that waits, of those that `which` fits.
const firstOpen = (page, which = "") => page
	.locator(`.line${which}:has(.tick[aria-pressed=false])`).filter({ hasNotText: "au plus" }).first()
	.getAttribute("data-line");
const allSent = (page) => page.locator(".state:not(.waits)", { hasText: "0 en attente" }).waitFor();
const ticked = (page) => page.locator(".tick[aria-pressed=true]").count();

test("T-16 twenty picks without a network: 25 posts, 20 effects, 20 rows ticked", async () => {
	const net = await network();
	const visitor = await floor(net.origin);
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
	assert.ok(slowest < 100, `${slowest} ms from the tap to the tick`);
	assert.match(await seen(state(page)), /Hors ligne · 20 en attente/);

	const since = performance.now();
	await page.reload();
	await page.locator(".line").first().waitFor();
	const cold = performance.now() - since;
	assert.equal((await ticked(page)) - before, 20, "ticked after a reload without a network");
	assert.match(await seen(state(page)), /20 en attente/);
	assert.equal(net.posts, 0);

	net.lose = 5;
	net.mend();
	await context.setOffline(false);
	const sent = performance.now();
	await page.locator(".state:not(.waits)", { hasText: "En ligne · 0 en attente" }).waitFor();
	const empty = (performance.now() - sent) / 1000;
	assert.equal(net.posts, 25);
	assert.equal((await ticked(page)) - before, 20);
	assert.ok(empty < 5, `the queue is empty after ${empty} s`);
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

test("D1 opens without a network, in less than two seconds", async () => {
	const net = await network();
	const visitor = await floor(net.origin);
	const { page, context } = visitor;
	await context.setOffline(true);
	net.break();
	for (const address of ["/dock", new URL(page.url()).pathname]) {
		const cold = await context.newPage();
		const since = performance.now();
		await cold.goto(address);
		await cold.locator(".line").first().waitFor();
		const took = performance.now() - since;
		assert.ok(took < 2000, `${address}: ${took} ms`);
		figure(`D1: ${address.replace(/.*W48/, "…")} opens without a network in ${took.toFixed(0)} ms`);
		await cold.close();
	}
	assert.deepEqual(faultsOf(visitor), []);
	await context.close();
	net.stop();
});

test("D2 to D4 tick, undo, weigh, flag: within their taps, and the desk sees it", async () => {
	const visitor = await floor();
	const { page, hand, context } = visitor;
	const desk = await visit(browser, site);
	await enter(desk.page, "coordinator");

	const line = lineOf(page, await firstOpen(page, ":has(.peser:text-is('Peser'))"));
	const before = await ticked(page);
	hand.begin();
	await line.locator(".tick").tap();
	assert.equal(await ticked(page), before + 1);
	assert.equal(hand.acts(), 1, "D2");
	await page.getByRole("button", { name: "Annuler", exact: true }).tap();
	assert.equal(await ticked(page), before);
	await allSent(page);

	hand.begin();
	await line.locator(".peser").tap();
	await page.locator("[data-figure]").pressSequentially("1,5");
	await page.locator("[data-pad-done]").tap();
	assert.ok(hand.acts() <= 4, `D3: ${hand.acts()} acts`);
	assert.match(await seen(line.locator("small")), /reçu 1,5 kg/);
	await allSent(page);

	const other = lineOf(page, await firstOpen(page));
	const missing = await seen(other.locator(".tick > b"));
	hand.begin();
	await other.locator(".souci").tap();
	await page.getByRole("button", { name: "Rien n'est venu" }).tap();
	const since = performance.now();
	assert.equal(hand.acts(), 2, "D4");
	await desk.page.locator("[data-troubles]", { hasText: missing }).waitFor({ timeout: 5000 });
	figure(`D4: the coordinator sees it after ${((performance.now() - since) / 1000).toFixed(1)} s`);
	assert.match(await seen(desk.page.locator("[data-troubles]")), /rien n'est venu/);
	assert.deepEqual([...visitor.faults, ...desk.faults], []);
	await desk.context.close();
	await context.close();
});

test("two devices at one line: the second sees both words, and is asked", async () => {
	const one = await floor(), other = await floor();
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
	await mine.locator("small", { hasText: "reçu 1" }).waitFor({ timeout: 6000 });
	assert.deepEqual([...faultsOf(one), ...faultsOf(other)], []);
	await one.context.close();
	await other.context.close();
});

test("a refusal is French, and stays on its row", async () => {
	const visitor = await floor();
	const { page, context } = visitor;
	const id = await firstOpen(page);
	const line = lineOf(page, id);
	// A word that the page would not let out, written by hand into what waits.
	await page.evaluate((id) => {
		const { hub, week } = document.body.dataset;
		const said = { received: 9_000_000_000, rejected: 0, rejection: null, temperature: null };
		const act = { key: "too-much-0001", order: 1, week, act: "line", line: id, seen: null, said };
		localStorage.setItem(`quai.${hub}.act.000000000000001.too-much-0001`, JSON.stringify(act));
	}, Number(id));
	await page.reload();
	const told = line.locator(".told");
	await told.getByText("ce qui dépasse est à refuser").waitFor();
	assert.equal(await line.locator(".tick").getAttribute("aria-pressed"), "false");
	await page.reload();
	await told.getByText("ce qui dépasse est à refuser").waitFor();
	await told.getByRole("button", { name: "Compris" }).tap();
	await told.waitFor({ state: "hidden" });
	await context.close();
});

test("D5 labels in two taps; a crate on the wrong pallet is red, loud and felt", async () => {
	const visitor = await floor();
	const { page, hand, context } = visitor;
	await arrive(page);
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
		navigator.vibrate = (pattern) => window.felt.push(pattern);
		const make = AudioContext.prototype.createOscillator;
		AudioContext.prototype.createOscillator = function () {
			const wave = make.call(this);
			window.tones.push(wave);
			return wave;
		};
	});
	hand.begin();
	await page.locator("[data-tab=pallets]").tap();
	const label = page.locator(".pallets .side").first();
	const paper = await context.request.get(await label.getAttribute("href"));
	assert.equal((await paper.body()).subarray(0, 4).toString(), "%PDF");
	await label.tap();
	assert.equal(hand.acts(), 2, "D5");
	await page.bringToFront();

	const { week, parts, pallets } = await page.evaluate(async () => (await fetch(`${document.body.dataset.base}/floor/book`)).json());
	const own = parts.find((part) => part.site === pallets[0].site);
	const foreign = parts.find((part) => part.site !== pallets[0].site);
	await page.locator(".pallets .open").first().tap();
	const show = (code) => page.evaluate((code) => (window.shown = code), code);
	await show(`${week}.${own.code}-1`);
	await page.locator("[data-scan-hint].good").waitFor();
	await show(`${week}.${foreign.code}-1`);
	const alarm = page.locator("[data-alarm]");
	await alarm.waitFor();
	const letter = pallets.find((pallet) => pallet.site === foreign.site).letter;
	assert.match(await seen(alarm), new RegExp(`Pas ici : palette ${letter}`));
	const box = await alarm.boundingBox();
	assert.deepEqual([box.width, box.height], Object.values(SIZES.phone), "the whole screen");
	assert.equal(await alarm.evaluate((one) => getComputedStyle(one).backgroundColor), "rgb(179, 38, 30)");
	const felt = await page.evaluate(() => [window.felt.at(-1), window.tones.at(-1).type]);
	assert.deepEqual(felt, [[300, 120, 300, 120, 300], "square"]);
	await show("");
	await alarm.tap();
	// A hand scanner types, and presses Enter.
	await page.keyboard.type(`${week}.${own.code}-1`);
	await page.keyboard.press("Enter");
	await page.locator("[data-scan-hint].again").waitFor();
	assert.deepEqual(visitor.faults, []);
	await context.close();
});

/// All that is still expected arrives, and is sorted.
async function arrive(page) {
	const done = await page.evaluate(async () => {
		const { base } = document.body.dataset;
		const book = await (await fetch(`${base}/floor/book`)).json();
		const acts = book.lines.filter((line) => line.expected && !line.stands).map(({ id, expected, limit }) => {
			const said = { received: expected, rejected: 0, rejection: null, temperature: limit };
			return { act: "line", key: `arrive-${id}-000`, line: id, seen: null, said };
		});
		acts.push({ act: "sort", key: "sort-all-0001", day: book.days[0].code });
		const headers = { "content-type": "application/json", "x-form-token": book.token };
		const body = JSON.stringify({ hub: book.hub, acts });
		const got = await (await fetch(`${base}/floor/acts`, { method: "POST", headers, body })).json();
		return got.answers.map((answer) => answer.done);
	});
	assert.ok(done.every((one) => one === "written"), done.join());
	await page.reload();
	await page.locator(".line").first().waitFor();
}

test("every screen of the floor: nothing for axe, nothing wider than the screen", async () => {
	for (const size of ["small", "phone", "desk"]) {
		const { page, context, faults } = await visit(browser, site, { size });
		await enter(page, "dock");
		await page.locator(".line").first().waitFor();
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
