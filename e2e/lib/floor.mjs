// The floor of the dock, as its tests hold it.
import { enter, visit } from "./browser.mjs";

export const FLOOR = "/weeks/2026-W48/dock/floor";
export const line = (page, at) => page.locator("[data-list] .line").nth(at);
/// A line by its number: two farms may bring goods of one name.
export const lineOf = (page, id) => page.locator(`[data-line="${id}"]`);
/// The lines that wait, of those that `which` fits; not those that ask for a thermometer.
const open = (page, which) => page
	.locator(`.line${which}:has(.tick[aria-pressed=false])`).filter({ hasNotText: "au plus" });
/// The number of the first of them.
export const firstOpen = (page, which = "") => open(page, which).first().getAttribute("data-line");
export const ticked = (page) => page.locator("[data-list] .tick[aria-pressed=true]").count();
export const allSent = (page) => page.locator(".state:not(.waits)", { hasText: "0 en attente" }).waitFor();
/// The page and its files are on the device by now.
export async function isKept(page) {
	await page.evaluate(() => navigator.serviceWorker.ready);
	await page.waitForFunction(async () => (await caches.keys()).filter((name) => name.startsWith("quai ")).length === 2);
	await page.locator(".state.on").waitFor();
}

/// Somebody with gloves and a telephone, on the floor, with the page kept on the device.
export async function floor(browser, origin, options = {}) {
	const visitor = await visit(browser, { origin }, { size: "phone", slow: 4, ...options });
	await enter(visitor.page, "dock");
	await line(visitor.page, 0).waitFor();
	await isKept(visitor.page);
	return visitor;
}

/// All that is still expected arrives, and is sorted.
export async function arrive(page) {
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
	if (!done.every((one) => one === "written")) throw new Error(done.join());
	await page.reload();
	await line(page, 0).waitFor();
}
