// The coordinator's grid of prices, as hands use it: the keyboard alone, filling down, undoing,
// filters, sums, two people at once, a cell that is unfit.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter, launch, visit } from "../lib/browser.mjs";
import { open } from "../lib/site.mjs";
import { dearer } from "../lib/prices.mjs";
import { copy, seen } from "../lib/tasks.mjs";

const LIST = "/weeks/2026-W49/mercuriale";
const SALE = 5;

let site, browser;
before(async () => {
	[site, browser] = await Promise.all([open("saturday"), launch()]);
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/// A coordinator before the grid, and what a test does and looks at there. A row is named by its
/// key: goods, labels, policy.
async function coordinator(hub = site) {
	const visitor = await visit(browser, hub);
	const { page, context } = visitor;
	await enter(page, "coordinator");
	await page.goto(LIST);
	const sent = [];
	page.on("request", (one) => {
		if (one.method() === "POST" && one.url().endsWith("/cells")) sent.push(one.postDataJSON());
	});
	const rows = () => page.locator("tr[data-row]").evaluateAll((all) =>
		all.filter((one) => !one.hidden).map((one) => one.dataset.row));
	const row = (key) => page.locator(`tr[data-row="${key}"]`);
	const sale = (key) => row(key).locator("td[data-c=sale]");
	return {
		...visitor,
		sent,
		rows,
		row,
		sale,
		/// What stands in a cell, without the choice that a conflict puts below it.
		text: (key) => sale(key).evaluate((one) => one.querySelector("input")?.value ?? one.firstChild.textContent),
		texts: (keys) => page.evaluate((keys) => keys.map((key) =>
			document.querySelector(`tr[data-row="${key}"] td[data-c=sale]`).firstChild.textContent), keys),
		/// Euros paid to the farm, in a row.
		cost: async (key) => euros(await row(key).locator("[data-label='Prix ferme']").innerText()),
		/// The row and column of the cell that has the focus; whether it is written in.
		where: () => page.evaluate(() => {
			const here = document.activeElement, td = here.closest("td, th");
			return td && { row: td.parentNode.dataset.row, column: td.cellIndex, isOpen: here.matches("input") };
		}),
		async press(...keys) {
			for (const key of keys) await page.keyboard.press(key);
		},
		/// Types a price over what stands in a cell.
		async write(key, typed) {
			await sale(key).click();
			await page.keyboard.type(typed);
			await page.keyboard.press("Enter");
		},
		state: (text) => page.locator("[data-state]", { hasText: text }).waitFor(),
		saved: () => page.locator("[data-state]", { hasText: /^Tout est enregistré à/ }).waitFor(),
		/// What the site has: the page without its script.
		async stored(key) {
			const html = await (await context.request.get(LIST)).text();
			const [, value] = html.split(`name="price-${key}" value="`);
			return value.slice(0, value.indexOf('"'));
		},
	};
}

const euros = (text) => Number(text.replace(/[^\d,−-]/g, "").replace(",", "."));
const said = (price) => price.toFixed(2).replace(".", ",");

/// A test with one coordinator or two, on whom no page may have thrown a fault.
function grid(name, does, many = 1) {
	test(name, { timeout: 120_000 }, () => together(site, many, does));
}

/// So many coordinators of a hub do something.
async function together(hub, many, does) {
	const all = await Promise.all(Array.from({ length: many }, () => coordinator(hub)));
	try {
		await does(...all);
		for (const { faults } of all) assert.deepEqual(faults, []);
	} finally {
		for (const { context } of all) await context.close();
	}
}

grid("the keyboard alone goes, writes and leaves", async (at) => {
	const { page, press, where, text, texts, rows, sent } = at;
	const [first, second, third] = await rows();
	const before = await texts([first, second, third]);
	// In by Tab: one cell of the whole grid is in its order.
	for (let tabs = 0; tabs < 60 && !(await where())?.row; tabs += 1) await press("Tab");
	const is = async (row, column, isOpen = false) => assert.deepEqual(await where(), { row, column, isOpen });
	await is(first, SALE);
	assert.equal(await page.locator("#mercuriale [tabindex='0']").count(), 1);
	await press("ArrowDown");
	await is(second, SALE);
	await press("ArrowRight");
	await is(second, SALE + 1);
	await press("ArrowLeft", "ArrowUp");
	await is(first, SALE);
	await press("ArrowUp");
	await is(first, SALE);
	await press("Enter");
	await is(second, SALE);
	await press("Shift+Enter");
	await is(first, SALE);
	// Tab goes to what can be written, whatever lies between.
	const open = await at.row(first).locator("td[data-c]").evaluateAll((all) => all.map((one) => one.cellIndex));
	await press("Tab");
	await is(first, open.find((column) => column > SALE));
	await press("Shift+Tab");
	await is(first, SALE);
	// A digit opens the cell; Escape takes it back, and nothing of it leaves the page.
	await page.keyboard.type("9,5");
	await is(first, SALE, true);
	assert.equal(await text(first), "9,5");
	await press("Escape");
	await is(first, SALE);
	assert.deepEqual(await texts([first]), [before[0]]);
	assert.equal(sent.length, 0);
	// F2 opens what stands there, and the arrows stay in it.
	await press("F2");
	assert.equal(await text(first), before[0]);
	await press("ArrowRight");
	await is(first, SALE, true);
	await press("Control+a");
	await page.keyboard.type("9,99");
	await press("Enter");
	await is(second, SALE);
	// Of a digit's entry an arrow is the end.
	await page.keyboard.type("8,88");
	await press("ArrowDown");
	await is(third, SALE);
	await at.saved();
	assert.deepEqual(await texts([first, second, third]), ["9,99", "8,88", before[2]]);
	// What no hand may write does not open.
	await press("Home");
	await is(third, 0);
	await press("7", "F2");
	await is(third, 0);
	assert.equal(await page.locator("#mercuriale input.qty").count(), 0);
	await press("Escape");
	assert.equal(await page.evaluate(() => document.activeElement.id), "find");
	await page.reload();
	assert.deepEqual(await texts([first, second, third]), ["9,99", "8,88", before[2]]);
	// Emptied, they follow the rule again.
	for (const key of [first, second]) {
		await at.sale(key).click();
		await press("Delete");
	}
	await at.saved();
	assert.deepEqual(await texts([first, second]), before.slice(0, 2));
	assert.deepEqual([await at.stored(first), await at.stored(second)], before.slice(0, 2));
});

grid("Ctrl+D fills down; undo and redo take whole acts", async (at) => {
	const { page, press, texts, rows, sent } = at;
	const keys = (await rows()).slice(4, 10);
	const before = await texts(keys);
	const costs = await Promise.all(keys.map(at.cost));
	const price = said(Math.max(...costs) + 1);
	await at.write(keys[0], price);
	await at.sale(keys[0]).click();
	await press("Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown");
	assert.equal(await page.locator("#mercuriale [aria-selected=true]").count(), 4);
	await press("Control+d");
	const filled = [price, price, price, price, ...before.slice(4)];
	assert.deepEqual(await texts(keys), filled);
	assert.match(await seen(page.locator(".toast")), /3 cellules recopiées/);
	await at.saved();
	await press("Control+z");
	assert.deepEqual(await texts(keys), [price, ...before.slice(1)], "the whole filling, and no more");
	await press("Control+z");
	assert.deepEqual(await texts(keys), before);
	await press("Control+z");
	assert.deepEqual(await texts(keys), before, "there is nothing else to undo");
	await at.saved();
	assert.deepEqual(await Promise.all(keys.map(at.stored)), before, "undone on the site as well");
	await press("Control+y");
	assert.deepEqual(await texts(keys), [price, ...before.slice(1)]);
	await press("Control+y");
	assert.deepEqual(await texts(keys), filled);
	await press("Control+y");
	await at.saved();
	assert.deepEqual(await Promise.all(keys.map(at.stored)), filled);
	// One cell takes what stands above it; a new act ends what could be done again.
	await press("Control+z");
	await at.sale(keys[1]).click();
	await press("Control+d", "Control+y");
	assert.deepEqual(await texts(keys), [price, price, ...before.slice(2)]);
	await at.saved();
	// Each batch has a key of its own, and says what was seen.
	assert.equal(new Set(sent.map(({ key }) => key)).size, sent.length);
	assert.ok(sent.every(({ changes }) => changes.every(({ seen }) => typeof seen === "string")));
});

/// Checks the foot against the rows that are shown.
async function footed({ page }) {
	const found = await page.evaluate(() => {
		const shown = [...document.querySelectorAll("tr[data-row]")].filter((one) => !one.hidden);
		const pairs = shown.map((one) => one.dataset.cents.split(" ").map(Number));
		const sum = (at) => pairs.reduce((all, pair) => all + pair[at], 0);
		const foot = (what) => document.querySelector(`[data-sum=${what}]`).textContent;
		return { many: shown.length, sums: [sum(0), sum(1)], said: ["lines", "cost", "value", "markup"].map(foot) };
	});
	const [lines, cost, value, markup] = found.said;
	assert.equal(Number(/\d+/.exec(lines)[0]), found.many);
	assert.deepEqual([cost, value].map(euros), found.sums.map((sum) => Math.round(sum / 100)));
	const [paid, sold] = found.sums;
	assert.ok(Math.abs(euros(markup) - ((sold - paid) * 100) / paid) <= 0.051, markup);
	return found;
}

grid("filter and sort; the sums follow, and acts touch what is shown", async (at) => {
	const { page, press, texts, rows } = at;
	const all = await rows();
	const whole = await footed(at);
	assert.equal(whole.many, all.length);
	await page.locator("#find").fill("celeri");
	const few = await rows();
	assert.ok(few.length > 0 && few.every((key) => key.startsWith("celeri")), few.join(" "));
	assert.equal(await seen(page.locator("[data-tools] output")), `${few.length} sur ${all.length}`);
	assert.ok((await footed(at)).sums[1] < whole.sums[1]);
	// Two rows with one between them that the filter hides.
	await page.locator("#find").fill("carotte bio");
	const [from, to, ...more] = await rows();
	assert.deepEqual([from, to, more], ["carotte|organic|*", "carotte-sable|organic|*", []]);
	const hidden = all.slice(all.indexOf(from) + 1, all.indexOf(to));
	assert.ok(hidden.length > 0, "a row lies between");
	const before = await texts(hidden);
	await at.write(from, "7,77");
	await at.sale(from).click();
	await press("Shift+ArrowDown", "Control+d");
	await at.saved();
	assert.deepEqual(await texts([from, to]), ["7,77", "7,77"]);
	assert.deepEqual(await texts(hidden), before, "what is not shown is not filled");
	await page.locator("#find").fill("");
	await page.locator("#family").selectOption("Fruits");
	const fruits = await rows();
	assert.ok(fruits.length > 1 && fruits.length < all.length && !fruits.includes(from));
	await footed(at);
	await page.locator("#family").selectOption("");
	assert.deepEqual(await rows(), all);
	const changed = await footed(at);
	assert.ok(changed.sums[1] > whole.sums[1] && changed.sums[0] === whole.sums[0], "sold dearer, paid the same");
	// The whole of a row is its quantities at its price.
	const pears = "poire-conference|organic|*";
	const grams = await at.row(pears).locator("[data-g]").evaluateAll((all) =>
		all.reduce((sum, one) => sum + Number(one.dataset.g), 0));
	await at.write(pears, "4,00");
	await at.saved();
	assert.equal(Number((await at.row(pears).getAttribute("data-cents")).split(" ")[1]), (grams / 1000) * 400);
	await footed(at);
	// Sorted up, down, and as it was.
	const head = page.locator("#mercuriale thead th").nth(SALE);
	const order = async (way) => {
		await head.getByRole("button").press("Enter");
		assert.equal(await head.getAttribute("aria-sort"), way);
		return rows();
	};
	const values = async (keys) => (await texts(keys)).map(euros);
	const up = await order("ascending");
	assert.deepEqual([...up].sort(), [...all].sort(), "no row is lost");
	const rising = await values(up);
	assert.deepEqual(rising, [...rising].sort((a, b) => a - b));
	const falling = await values(await order("descending"));
	assert.deepEqual(falling, [...falling].sort((a, b) => b - a));
	assert.deepEqual(await order("none"), all);
	await footed(at);
});

grid("two at once: different cells merge, the same cell shows both", async (one, other) => {
	const [mine, theirs, both] = ["fenouil|organic|*", "butternut||*", "blette|organic|*"];
	const [before, second] = [await one.text(theirs), await one.text(mine)];
	await Promise.all([one.write(mine, "9,10"), other.write(theirs, "9,20")]);
	await Promise.all([one.saved(), other.saved()]);
	assert.ok(before !== "9,20" && second !== "9,10");
	// Each sees the other's without asking, marked as another's; their own stays.
	await one.sale(theirs).and(one.page.locator("[data-s=other]")).waitFor();
	await other.sale(mine).and(other.page.locator("[data-s=other]")).waitFor();
	for (const { texts, page } of [one, other]) {
		assert.deepEqual(await texts([mine, theirs]), ["9,10", "9,20"]);
		assert.equal(await page.locator(".clash").count(), 0, "nobody is asked to choose");
	}
	for (const [choice, theirsNow, mineNow, kept] of [
		["prendre l'autre", "9,30", "9,31", "9,30"],
		["garder le mien", "9,32", "9,33", "9,33"],
	]) {
		// The second writes already when the first saves: what the second saw is old by then.
		const stood = await other.text(both);
		await other.sale(both).click();
		await other.page.keyboard.type(mineNow);
		await one.write(both, theirsNow);
		await one.saved();
		await other.press("Enter");
		await other.state("1 cellule en conflit");
		const cell = other.sale(both);
		assert.equal(await other.text(both), mineNow, "what was typed stays to be seen");
		const [was, own, theirOwn, ...more] = await cell.locator(".clash small").allInnerTexts();
		assert.deepEqual([was, own, more], [`avant : ${stood}`, `vous : ${mineNow}`, []]);
		assert.match(theirOwn, new RegExp(`^.+, \\d\\d\\sh\\s\\d\\d : ${theirsNow}$`));
		assert.equal(await one.stored(both), theirsNow, "nothing is overwritten unseen");
		assert.equal(await one.page.locator(".clash").count(), 0, "who was first is not asked");
		await cell.getByRole("button", { name: choice }).click();
		await other.state(/^Tout est enregistré/);
		assert.equal(await cell.locator(".clash").count(), 0);
		assert.equal(await other.text(both), kept);
		assert.equal(await one.stored(both), kept);
		await one.sale(both).filter({ hasText: kept }).waitFor();
	}
}, 2);

grid("an unfit cell is named and focused, and nothing of what was typed is lost", async (at) => {
	const { page, context, press, texts, rows, where } = at;
	const keys = (await rows()).slice(-4);
	const before = await texts(keys);
	const costs = await Promise.all(keys.map(at.cost));
	const typed = costs.map((cost) => said(cost + 1));
	typed[1] = "0,01";
	await copy(context, page, typed.slice(0, 3).join("\n"));
	await at.sale(keys[0]).click();
	await press("Control+v");
	await at.sale(keys[1]).and(page.locator("[data-s=bad]")).waitFor();
	await at.state("1 cellule refusée");
	assert.deepEqual(await where(), { row: keys[1], column: SALE, isOpen: false });
	assert.equal(await at.sale(keys[1]).getAttribute("aria-invalid"), "true");
	const named = await seen(page.locator("[data-unread] li"));
	const goods = (await seen(at.row(keys[1]).locator("th"))).split(" ")[0];
	for (const what of [goods, "Vente HT", "sous le prix payé à la ferme"]) {
		assert.ok(named.includes(what), `${what} in: ${named}`);
	}
	assert.deepEqual(await texts(keys), [...typed.slice(0, 3), before[3]], "the other edits are still there");
	assert.deepEqual(await Promise.all(keys.map(at.stored)), before, "and nothing of the batch is written");
	assert.equal(await page.locator("#mercuriale [aria-invalid]").count(), 1);
	// The others leave when they are told to; the unfit one does not.
	await page.getByRole("button", { name: "Enregistrer les autres (2)" }).click();
	await at.sale(keys[2]).and(page.locator("[data-s=saved]")).waitFor();
	assert.deepEqual(await Promise.all(keys.map(at.stored)), [typed[0], before[1], typed[2], before[3]]);
	assert.equal(await at.text(keys[1]), "0,01");
	assert.match(await seen(page.locator("[data-state]")), /1 cellule refusée/);
	// What is no number does not leave the page at all.
	const posts = at.sent.length;
	await at.write(keys[3], "2x");
	await at.state("2 cellules refusées");
	assert.equal(await at.text(keys[3]), "2x");
	assert.match(await at.sale(keys[3]).getAttribute("title"), /n'est pas un nombre/);
	// Written again, all is well.
	await at.write(keys[3], typed[3]);
	await at.write(keys[1], said(costs[1] + 1));
	await at.saved();
	assert.ok(at.sent.slice(posts).every(({ changes }) => changes.every(({ value }) => value !== "2x")));
	assert.equal(await page.locator("#mercuriale [aria-invalid]").count(), 0);
	typed[1] = said(costs[1] + 1);
	await page.reload();
	assert.deepEqual(await texts(keys), typed);
});

test("one unfit cell among 300: the 299 others stand where they were typed", { timeout: 180_000 }, async () => {
	// As many rows as that has only a hub of hundreds of farms.
	const hub = await open("large");
	await together(hub, 1, async (at) => {
		const { page, context, press, texts, where } = at;
		const keys = (await at.rows()).slice(0, 300);
		const typed = await dearer(page, 300);
		const unfit = 137;
		typed[unfit] = "0,01";
		const stored = await at.stored(keys[0]);
		await copy(context, page, typed.join("\n"));
		await at.sale(keys[0]).click();
		await press("Control+v");
		await at.state("1 cellule refusée");
		assert.equal(keys.length, 300);
		assert.deepEqual(await texts(keys), typed, "nothing of what was typed is lost");
		assert.deepEqual(await where(), { row: keys[unfit], column: SALE, isOpen: false });
		assert.equal(await at.stored(keys[0]), stored, "nothing of the batch is written");
		await page.getByRole("button", { name: "Enregistrer les autres (299)" }).click();
		await page.locator("#mercuriale [data-s=saved]").nth(298).waitFor();
		assert.equal(await page.locator("#mercuriale [aria-invalid]").count(), 1);
		const html = await (await context.request.get(LIST)).text();
		const kept = keys.map((key) => html.split(`name="price-${key}" value="`)[1].split('"')[0]);
		assert.deepEqual(kept.filter((price, row) => price !== typed[row]).length, 1, "all but the unfit one");
	}).finally(() => hub.stop());
});
