// A sample of pages as people with other senses and other hands have them: forced colours, letters
// twice as big, the keyboard alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audit, thin } from "../lib/axe.mjs";
import { enter, launch, SIZES, visit } from "../lib/browser.mjs";
import { cut, focus, overflow } from "../lib/eye.mjs";
import { open } from "../lib/site.mjs";

let site, browser;
before(async () => {
	[site, browser] = await Promise.all([open("saturday"), launch()]);
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/// Pages of the sample: a role, and what follows "weeks/" in the address, or all of it.
const SAMPLE = [
	["coordinator", ["2026-W48", "2026-W49/mercuriale", "2026-W48/offers", "2026-W48/orders", "2026-W48/sourcing"]],
	["dock", ["2026-W47/dock", "2026-W47/rounds"]],
	["administrator", ["2026-W48", "/admin", "/admin/people", "/admin/prices", "/admin/texts", "/admin/calendar"]],
	["driver", ["2026-W47/rounds"]],
	["food-aid.", ["2026-W47/surplus", "2026-W47/surplus/profile"]],
	["observer", ["2026-W48", "2026-W47/impact"]],
	["accountant", ["2026-W47/billing", "2026-W47/impact"]],
	["buyer.", ["2026-W48/my-orders", "2026-W48/my-orders/new?like=last", "2026-W48/my-orders/history"]],
	["producer.", ["2026-W48/my-offers", "2026-W49/my-offers"]],
];

/// Every page of the sample in a kind of browser; what `look` finds, a line for each.
async function everywhere(options, look, reader = browser) {
	const found = [];
	for (const [role, pages] of SAMPLE) {
		const { page, context, faults } = await visit(reader, site, options);
		await enter(page, role);
		for (const path of pages) {
			const answer = await page.goto(path.startsWith("/") ? path : `/weeks/${path}`);
			if (answer.status() !== 200) found.push(`${path}: status ${answer.status()}`);
			found.push(...(await look(page)).map((fault) => `${path}: ${fault}`));
		}
		found.push(...faults);
		await context.close();
	}
	return found;
}

test("forced colours", { timeout: 300_000 }, async () => {
	const look = async (page) => {
		await thin(page);
		return [...(await audit(page)), ...(await focus(page, 12))];
	};
	assert.deepEqual(await everywhere({ forcedColors: "active" }, look), []);
});

test("letters twice as big", { timeout: 300_000 }, async () => {
	const reader = await launch({ letters: 32 });
	const look = async (page) => {
		const found = [];
		for (const size of ["desk", "phone"]) {
			await page.setViewportSize(SIZES[size]);
			const grown = await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));
			if (grown < 30) found.push(`letters of ${grown} px at ${size}: they do not grow`);
			found.push(...(await overflow(page)), ...(await cut(page)));
		}
		return found;
	};
	const found = await everywhere({}, look, reader).finally(() => reader.close());
	assert.deepEqual(found, []);
});

test("the focus is seen wherever Tab leads, and nothing lies on it", { timeout: 300_000 }, async () => {
	assert.deepEqual(await everywhere({ size: "desk" }, (page) => focus(page)), []);
	assert.deepEqual(await everywhere({ size: "small" }, (page) => focus(page)), []);
});

test("less motion where that is asked for", async () => {
	const look = (page) => page.evaluate(() => {
		const moves = [...document.querySelectorAll("*")].filter((one) => {
			const { transitionDuration, animationDuration } = getComputedStyle(one);
			const longest = Math.max(...`${transitionDuration},${animationDuration}`.split(",").map(parseFloat));
			return longest > 0.12;
		});
		return moves.slice(0, 3).map((one) => `${one.tagName}.${one.className} moves`);
	});
	assert.deepEqual(await everywhere({ reducedMotion: "reduce" }, look), []);
});
