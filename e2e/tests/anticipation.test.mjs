// The coordinator looks four weeks ahead: calls a farm for what is missing, writes down what it
// promises, and what a kitchen will serve; tells food aid of what will be too much.
import assert from "node:assert/strict";
import { choose, number, seen, tasks } from "../lib/tasks.mjs";

const task = tasks("saturday");
const coordinator = { role: "coordinator", slow: 1 };
const AHEAD = "/anticipation", PLEDGES = "/anticipation/pledges", MENUS = "/anticipation/menus";

const status = (page, hasText) => page.locator("[role=status]", { hasText }).first();
const plain = (text) => text.replace(/\s+/g, " ").trim();

/// The weeks ahead as the page has them: goods, and what is said of each week.
async function ahead(page) {
	await page.goto(AHEAD);
	await page.getByRole("heading", { name: "Quatre semaines devant" }).waitFor();
	return read(page);
}

async function read(page) {
	const rows = await page.locator("tbody tr").evaluateAll((all) => all.map((row) => ({
		name: row.cells[0].textContent,
		part: [...document.querySelectorAll("details.part")].indexOf(row.closest("details.part")),
		weeks: [...row.querySelectorAll("td[data-label^='S.']")].map((cell) => ({
			week: cell.dataset.label,
			likely: cell.querySelector("b").textContent,
			said: [...cell.querySelectorAll("small, .tag")].map((one) => one.textContent),
		})),
		worths: ["Manque", "Excédent"].map((label) => row.querySelector(`[data-label='${label}']`).textContent),
		farms: [...row.querySelectorAll("details li b")].map((one) => one.textContent),
	})));
	const amount = (said, word) => {
		const found = said.find((text) => text.startsWith(word));
		return found ? number(found.slice(word.length)) : 0;
	};
	return rows.map(({ name, part, weeks, worths, farms }) => ({
		name: plain(name),
		part,
		farms,
		worth: Math.max(...worths.map((worth) => /\d/.test(worth) ? number(worth) : 0)),
		weeks: weeks.map(({ week, likely, said }) => ({
			week: Number(/\d+/.exec(week)[0]),
			likely: /\d/.test(likely) ? number(likely) : 0,
			promised: amount(said, "promis"),
			usual: amount(said, "habituel"),
			missing: amount(said, "manque"),
		})),
	}));
}

/// Goods of which something is missing in two weeks that follow, and that the forms may be asked for.
async function missing(page) {
	const goods = await ahead(page);
	await page.goto(PLEDGES);
	const known = await page.locator("#f-goods option").allTextContents();
	const found = goods.find(({ name, farms, weeks }) =>
		known.includes(name) && farms.length > 0 && weeks[1].missing > 0 && weeks[2].missing > 0);
	assert.ok(found, "nothing is missing for two weeks");
	return found;
}

task("four weeks ahead, the dearest gap first, and whom to call", { ...coordinator, budget: 2 }, async ({ page, hand }) => {
	hand.begin();
	await page.getByRole("link", { name: "Quatre semaines devant" }).click();
	await page.getByRole("heading", { name: "Quatre semaines devant" }).waitFor();
	const goods = await read(page);
	for (const { name, weeks } of goods) {
		assert.deepEqual(weeks.map(({ week }) => week), [49, 50, 51, 52], name);
	}
	// By family, that of the dearest gap first; what is even is folded, behind all others.
	const parts = await page.locator("details.part").evaluateAll((all) => all.map((part) => part.open));
	assert.deepEqual(parts, [...parts].sort((one, other) => Number(other) - Number(one)), "folded parts come last");
	const dearest = parts.map((_, at) => {
		const gaps = goods.filter(({ part }) => part === at).map(({ worth }) => worth);
		assert.deepEqual(gaps, [...gaps].sort((one, other) => other - one), "the dearest gap comes first");
		return gaps[0];
	});
	assert.deepEqual(dearest, [...dearest].sort((one, other) => other - one), "the family of the dearest gap comes first");
	const short = goods.filter(({ weeks }) => weeks.some((week) => week.missing > 0));
	assert.ok(short.length > 0, "nothing is missing");
	const tile = page.locator(".tile", { hasText: "produits à trouver" }).locator("dd");
	assert.equal(number(await seen(tile)), short.length);
	// A farm's number is behind one click.
	const row = page.locator("tbody tr", { has: page.locator(".tag", { hasText: "manque" }) }).first();
	await row.locator("summary", { hasText: /à appeler/ }).click();
	await row.locator("li a[href^='tel:']").first().waitFor();
});

/// Writes a pledge down by hand, from the week in which one is to three weeks on.
async function pledge(page, { farm, goods, weekly }) {
	await choose(page, page.locator("#f-producer"), (text) => text === farm);
	await choose(page, page.locator("#f-goods"), (text) => text === goods);
	await choose(page, page.locator("#f-to"), (text, value) => value === "2026-W51");
	await page.locator("#f-weekly").click();
	await page.keyboard.type(String(weekly));
	await page.keyboard.press("Enter");
	await status(page, /^Noté\s:/).waitFor();
}

/// The one row of a farm's pledge for some goods that begins now.
const promised = (page, farm, goods) => page.locator("#pledges tbody tr")
	.filter({ has: page.locator("th", { hasText: farm }) })
	.filter({ has: page.locator(`td[data-label=Produit]:text-is("${goods}")`) })
	.filter({ hasText: /semaine\s47[^à]* à\s/ });

task("a farm promises what is missing: the gap shrinks, and comes back when it ends", { ...coordinator, budget: 14 }, async (at) => {
	const { page, hand, look } = at;
	const before = await missing(page);
	const [, first, second] = before.weeks;
	// A promise takes the place of what the farm brings as a rule: it is more than all of that.
	const weekly = Math.ceil(Math.max(first.usual, second.usual) + Math.min(first.missing, second.missing) / 2);
	const farm = before.farms[0];
	await page.goto(PLEDGES);
	hand.begin();
	await pledge(page, { farm, goods: before.name, weekly });
	const row = promised(page, farm, before.name);
	await row.waitFor();
	assert.equal(number(await seen(row.locator("[data-label='Par semaine']"))), weekly);
	assert.equal(await seen(row.locator("[data-label='État']")), "en cours");
	assert.match(await seen(row), /à semaine 51 /);
	hand.end();
	const during = (await ahead(page)).find(({ name }) => name === before.name);
	for (const at of [1, 2]) {
		const [was, is] = [before.weeks[at], during.weeks[at]];
		assert.equal(is.promised, was.promised + weekly, `week ${is.week}`);
		assert.ok(is.missing < was.missing, `${is.missing} of ${was.missing} are missing in week ${is.week}`);
		assert.equal(is.likely, was.likely, "a promise changes no need");
	}
	assert.deepEqual(during.weeks[3], before.weeks[3], "what comes after it stays");
	await page.goto(PLEDGES);
	await row.getByRole("button", { name: /^Arrêter/ }).click();
	await status(page, /s'arrête là/).waitFor();
	await row.filter({ hasText: /à\ssemaine\s47/ }).waitFor();
	await look("pledges, one that ends");
	assert.deepEqual((await ahead(page)).find(({ name }) => name === before.name), before, "as before");
});

task("a kitchen says what it will serve: the need follows", { ...coordinator, budget: 10 }, async ({ page, hand, look }) => {
	const before = await missing(page);
	await page.goto(MENUS);
	await page.getByRole("heading", { name: /^0\smenu annoncé/ }).waitFor();
	const buyer = (await page.locator("#f-buyer option", { hasText: "Cuisine centrale" }).first().textContent()).trim();
	hand.begin();
	await choose(page, page.locator("#f-buyer"), (text) => text === buyer);
	await choose(page, page.locator("#f-week"), (text, value) => value === "2026-W50");
	await choose(page, page.locator("#f-goods"), (text) => text === before.name);
	await page.locator("#f-servings").click();
	await page.keyboard.type("9000");
	await page.keyboard.press("Enter");
	const said = status(page, /^Noté\s:/);
	await said.waitFor();
	hand.end();
	assert.match(await seen(said), new RegExp(`${buyer} prendra [\\d ,]+ \\S+ de ${before.name} en`));
	const taken = number((await seen(said)).split("prendra")[1]);
	const row = page.locator("tbody tr", { hasText: buyer });
	await row.waitFor();
	assert.equal(number(await seen(row.locator("[data-label='Portions']"))), 9000);
	assert.equal(number(await seen(row.locator("[data-label='Quantité']"))), taken);
	await look("menus, one of them announced");
	const after = (await ahead(page)).find(({ name }) => name === before.name);
	assert.ok(after.weeks[1].likely >= taken && after.weeks[1].likely > before.weeks[1].likely,
		`${after.weeks[1].likely} are likely, ${taken} announced, ${before.weeks[1].likely} before`);
	for (const at of [0, 2, 3]) assert.deepEqual(after.weeks[at], before.weeks[at], "other weeks stay");
});

task("food aid is told of what will be too much: seen, sent, shown", { ...coordinator, budget: 4 }, async ({ page, hand, look }) => {
	const { name, farms } = await missing(page);
	await page.goto(PLEDGES);
	await pledge(page, { farm: farms[0], goods: name, weekly: 50_000 });
	await page.goto(AHEAD);
	hand.begin();
	const box = page.locator("input[name=line]").first();
	const line = await box.getAttribute("value");
	await box.click();
	await page.getByRole("button", { name: "Annoncer à l'aide alimentaire" }).click();
	await page.getByRole("heading", { name: "La lettre" }).waitFor();
	assert.match(plain(await page.locator("pre.letter").textContent()), /C'est prévu, non promis/);
	await look("food aid, what it will be told");
	await page.reload();
	await page.getByRole("button", { name: /^Envoyer/ }).click();
	await status(page, /^Annoncé à l'aide alimentaire/).waitFor();
	hand.end();
	await page.locator(".told", { hasText: /^annoncé le / }).first().waitFor();
	assert.equal(await page.locator(`input[name=line][value="${line}"]`).count(), 0, "it is told once");
	await look("four weeks ahead, food aid told");
});

task("on a telephone: see what is missing, write a promise down", { ...coordinator, size: "phone", isMobile: true, budget: 14 }, async ({ page, hand }) => {
	const goods = await missing(page);
	await page.goto(AHEAD);
	hand.begin();
	await page.getByRole("link", { name: "Engagements de saison" }).tap();
	await page.getByRole("heading", { name: "Noter un engagement" }).waitFor();
	await pledge(page, { farm: goods.farms.at(-1), goods: goods.name, weekly: 10 });
	await promised(page, goods.farms.at(-1), goods.name).filter({ hasText: "en cours" }).waitFor();
});
