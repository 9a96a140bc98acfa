// A person's task: done by hand, counted against its budget.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter, launch, visit } from "./browser.mjs";
import { figure } from "./figures.mjs";
import { open } from "./site.mjs";
import { atWidths } from "./widths.mjs";

// A slow laptop, a slow telephone.
const SLOW = Number(process.env.CARREAU_SLOW ?? 4);

/// Tasks of a test file, on one demonstration, in their order: a later one finds what an earlier
/// one did. Returns the function that declares a task: its name, what it may cost, and what is
/// done. `does({ page, hand, site, browser, ... })` calls `hand.begin()` where the person begins,
/// and `hand.end()` where the budget ends before the task does. `look(name)` audits the page as it
/// stands at three widths; it takes rows away, so that it comes last on a page. `slow: 1` is the
/// machine's own speed, for long tasks of which nobody waits for the seconds.
export function tasks(moment) {
	const at = {};
	before(async () => {
		[at.site, at.browser] = await Promise.all([open(moment), launch()]);
	});
	after(async () => {
		await at.browser?.close();
		await at.site?.stop();
	});
	return (name, { role, at: which = 0, budget, slow = SLOW, ...options }, does) =>
		test(name, { timeout: 120_000 }, async () => {
			const visitor = await visit(at.browser, at.site, { slow, ...options });
			try {
				if (role) await enter(visitor.page, role, which);
				visitor.hand.begin();
				await does({ ...visitor, ...at, look: (name) => look(visitor, name, slow) });
				const [acts, seconds] = [visitor.hand.acts(), visitor.hand.seconds()];
				const told = `${name}: ${acts} of ${budget} acts, ${seconds.toFixed(1)} s`;
				assert.ok(acts <= budget, `${told}\n${JSON.stringify(visitor.hand.events())}`);
				assert.ok(acts > 0 || budget === 0, "nothing was done by hand");
				assert.deepEqual(visitor.faults, []);
				figure(told);
			} finally {
				await visitor.context.close();
			}
		});
}

async function look({ page, pace }, name, slow) {
	await pace(1);
	assert.deepEqual(await atWidths(page, name), []);
	await pace(slow);
}

/// The text that the eye sees of a part of the page, spaces made plain.
export async function seen(locator) {
	return (await locator.innerText()).replace(/[\s\u00a0\u202f]+/g, " ").trim();
}

/// The first number of a text: `1 253,55 €`.
export const number = (text) => Number(/[\d\s]+(,\d+)?/.exec(text)[0].replace(/\s/g, "").replace(",", "."));

/// Chooses from a list as a hand does that knows it: a click on its label, the first letters, arrows
/// where these are not enough. `isIt(text, value)` says which. Errors: there is none.
export async function choose(page, select, isIt) {
	await page.locator(`label[for="${await select.getAttribute("id")}"]`).click();
	const options = await select.locator("option").evaluateAll((all) =>
		all.map((one) => ({ text: one.textContent.trim(), value: one.value })));
	const goal = options.findIndex(({ text, value }) => isIt(text, value));
	assert.ok(goal >= 0, `not in the list: ${options.map(({ text }) => text).join(", ")}`);
	const now = () => select.evaluate((one) => one.selectedIndex);
	// Letters that no key of the test has are left to the arrows.
	const plain = /^[A-Za-z0-9 ]*/.exec(options[goal].text)[0].trimEnd();
	if (plain && (await now()) !== goal) await page.keyboard.type(plain);
	for (let at = await now(); at !== goal; at = await now()) {
		await page.keyboard.press(at < goal ? "ArrowDown" : "ArrowUp");
		assert.notEqual(await now(), at, "an arrow goes on in the list");
	}
}

/// Puts a text where Ctrl+V takes it from, as copying it in another program does.
export async function copy(context, page, text) {
	await context.grantPermissions(["clipboard-read", "clipboard-write"]);
	await page.evaluate((text) => navigator.clipboard.writeText(text), text);
}
