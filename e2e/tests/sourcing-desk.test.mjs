// The coordinator over a plan of purchases: looks at it, decides by hand, asks what would be, orders,
// and shares out what a farm cannot bring. `closing` has C4 and C5, where nothing is decided.
import assert from "node:assert/strict";
import { choose, number, seen, tasks } from "../lib/tasks.mjs";
import { closeDay } from "../lib/week.mjs";

const task = tasks("cutoff");
const coordinator = { role: "coordinator", slow: 1 };
const SOURCING = "/weeks/2026-W48/sourcing";
const TUESDAY = "2026-11-24", THURSDAY = "2026-11-26";
const WHY = "Promis au téléphone à la ferme";

const dayOf = (page, day = TUESDAY) => page.locator(`section[id="${day}"]`);
const proposed = (page, day) => dayOf(page, day).locator(".notice", { hasText: /^Plan proposé pour/ });
const status = (page, hasText) => page.locator("[role=status]", { hasText }).first();
const near = (one, other) => Math.abs(one - other) < 0.001;
const sum = (all) => all.reduce((total, one) => total + one, 0);

/// The plan that a day proposes: each of its goods with the farms that bring them.
async function planOf(page, day) {
	await proposed(page, day).waitFor();
	const groups = dayOf(page, day).locator("tbody:has(a[href*='/sourcing/plans/'])");
	const read = await groups.evaluateAll((all) => all.map((body) => ({
		name: body.querySelector("th").firstChild.textContent.trim(),
		href: body.querySelector("a").getAttribute("href"),
		sold: body.querySelector("small").textContent,
		parts: [...body.querySelectorAll("tr:not(.group)")].map((row) => ({
			farm: row.cells[0].textContent.trim(),
			quantity: row.cells[1].textContent,
			why: row.cells[2].textContent.trim(),
		})),
	})));
	return read.map(({ sold, parts, ...goods }) => ({
		...goods,
		sold: number(sold),
		unit: /\d\s+(\S+) en commande/.exec(sold)[1],
		short: number(/, ([^,]*) sans ferme/.exec(sold)?.[1] ?? "0"),
		parts: parts.map((part) => ({ ...part, quantity: number(part.quantity) })),
	}));
}

/// The plan says of all that is sold who brings it and why, or that nobody does.
function isWhole(plan) {
	for (const { name, sold, short, parts } of plan) {
		assert.ok(near(sum(parts.map(({ quantity }) => quantity)) + short, sold), `${name}: ${sold} are sold`);
		for (const { farm, why } of parts) assert.ok(why.length > 10, `${farm} brings ${name}: « ${why} »`);
	}
}

/// Goods of several farms of which one could bring all, and that farm.
async function contested(page, plan) {
	for (const goods of plan.filter(({ parts }) => parts.length > 1)) {
		const html = await (await page.context().request.get(goods.href)).text();
		const farms = await page.evaluate((html) => {
			const form = new DOMParser().parseFromString(html, "text/html");
			return [...form.querySelectorAll("#f-farm option")].map((one) => one.textContent);
		}, html);
		const read = farms.map((text) => /^(.*) \((.*)\)$/.exec(text)).map(([, name, left]) => ({ name, left: number(left) }));
		const farm = read.find(({ left }) => left >= goods.sold);
		if (farm) return { goods, farm: farm.name };
	}
	throw new Error("no farm could bring all of what several bring");
}

/// Decides on the page of some goods that a farm brings all of them.
async function decide(page, { goods, farm }) {
	const all = goods.sold.toString().replace(".", ",");
	await choose(page, page.locator("#f-farm"), (text) => text.startsWith(`${farm} (`));
	await page.locator("#f-quantity").click();
	await page.keyboard.type(all);
	await page.keyboard.press("Tab");
	await page.locator("#f-reason:focus").waitFor();
	await page.keyboard.type(WHY);
	await page.keyboard.press("Enter");
	await status(page, /réglées? à la main/).waitFor();
}

task("the plan at one glance, and why a farm brings what it brings", { ...coordinator, budget: 2 }, async (at) => {
	const { page, hand } = at;
	await closeDay(at);
	await page.reload();
	hand.begin();
	await page.getByRole("link", { name: /Achats/ }).first().click();
	await proposed(page).waitFor();
	// Figures and what orders stand on the screen without a hand's doing.
	const tiles = dayOf(page).locator(".tiles .tile");
	assert.match(await seen(tiles.first()), /^de ce qui est vendu \d+(,\d+)? %$/);
	for (const tile of await tiles.all()) {
		const { y, height } = await tile.boundingBox();
		assert.ok(y >= 0 && y + height <= 900, `${await seen(tile)} at ${y} px`);
	}
	const plan = await planOf(page);
	isWhole(plan);
	const farms = new Set(plan.flatMap(({ parts }) => parts.map(({ farm }) => farm)));
	assert.match(await seen(proposed(page)), new RegExp(`mardi 24 novembre : ${farms.size} fermes`));
	await dayOf(page).locator("summary", { hasText: "Qui apporte quoi" }).click();
	const { name, parts } = plan.find((goods) => goods.parts.length > 1);
	const row = dayOf(page).locator("tbody", { hasText: name }).locator("tr", { hasText: parts[0].farm }).first();
	await row.waitFor();
	assert.ok((await seen(row)).includes(parts[0].why.replace(/[\s\u00a0\u202f]+/g, " ")), await seen(row));
});

task("decide by hand, with a reason: the plan is made around it", { ...coordinator, budget: 8 }, async ({ page, hand, look }) => {
	await page.goto(SOURCING);
	const { goods, farm } = await contested(page, await planOf(page));
	hand.begin();
	await dayOf(page).locator("summary", { hasText: "Qui apporte quoi" }).click();
	await dayOf(page).locator(`a[href="${goods.href}"]`).click();
	await page.getByRole("heading", { name: "Décider", exact: true }).waitFor();
	await decide(page, { goods, farm });
	await page.getByRole("heading", { name: "Décidé à la main" }).waitFor();
	const locks = await page.locator("section", { has: page.getByRole("heading", { name: "Décidé à la main" }) })
		.locator("tbody tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent.trim())));
	assert.ok(locks.length > 0);
	for (const [buyer, by, rule, why, who] of locks) {
		assert.deepEqual([by, why], [farm, WHY], buyer);
		assert.match(rule, /^exactement /);
		assert.match(who, /^\S.*, \d/, "a name and an instant");
	}
	assert.ok(near(sum(locks.map(([, , rule]) => number(rule.replace("exactement", "")))), goods.sold));
	await page.getByRole("link", { name: "Retour aux achats" }).click();
	await dayOf(page).locator("tbody", { hasText: WHY }).first().waitFor({ state: "attached" });
	hand.end();
	const plan = await planOf(page);
	isWhole(plan);
	const { parts } = plan.find(({ href }) => href === goods.href);
	assert.deepEqual(parts.map((part) => [part.farm, part.quantity]), [[farm, goods.sold]]);
	assert.match(parts[0].why, new RegExp(`décidé par .+ : ${WHY}`));
	await page.goto(goods.href);
	await look("decided by hand");
});

/// Asks what would be if the offer of some goods changed; the answer as it is read.
async function ask(page, { name, parts: [{ farm }] }, { change, quantity }, answer) {
	await choose(page, page.locator(`#offer-${TUESDAY}`), (text) => text.startsWith(name) && text.includes(` · ${farm} · `));
	await choose(page, page.locator(`#change-${TUESDAY}`), (text) => text === change);
	await page.locator(`#quantity-${TUESDAY}`).click();
	if (quantity) await page.keyboard.type(quantity);
	await page.keyboard.press("Enter");
	const asked = dayOf(page).locator("details", { hasText: "Et si une ferme" });
	await asked.getByText(answer).waitFor();
	return seen(asked);
}

task("and if this farm brought 200 kg more, or nothing?", { ...coordinator, budget: 14 }, async ({ page, hand, look }) => {
	await page.goto(SOURCING);
	const plan = await planOf(page);
	const mark = () => dayOf(page).locator("input[name=mark]").inputValue();
	const before = await mark();
	// Of farms that give all they have beside another, the one that is farther behind its share than
	// the others by most: with more it gives more, in their place.
	const lack = ({ why }) => {
		const read = /^(?:toute|.*% de) son offre : elle avait (\S+) % .* sa part est de (\S+) %/.exec(why.replace(/\s/g, " "));
		return read ? number(read[2]) - number(read[1]) : NaN;
	};
	const apart = ({ parts: [first, second] }) => lack(first) - lack(second);
	const pairs = plan.filter(({ unit, parts }) => unit === "kg" && parts.length > 1 && !parts.some((one) => isNaN(lack(one))))
		.map((goods) => ({ goods, parts: goods.parts.toSorted((one, other) => lack(other) - lack(one)) }))
		.filter(({ parts: [first] }) => /^toute son offre/.test(first.why))
		.toSorted((one, other) => apart(other) - apart(one));
	const [{ goods: full, parts: [farm] }] = pairs;
	const alone = plan.find(({ parts }) => parts.length === 1 && /^seule ferme/.test(parts[0].why));
	hand.begin();
	await dayOf(page).locator("summary", { hasText: "Et si une ferme" }).click();
	const more = await ask(page, { ...full, parts: [farm] }, { change: "de plus", quantity: "200" },
		new RegExp(`, si ${farm.farm} apportait`));
	assert.match(more, new RegExp(`${full.name}, si ${farm.farm} apportait 200 kg de plus`));
	assert.match(more, /Rien n'est noté/);
	const changes = await dayOf(page).locator("details", { hasText: "Et si une ferme" }).locator("tr.changed")
		.evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent.trim())));
	const own = changes.find(([product, by]) => product.startsWith(full.name) && by === farm.farm);
	assert.ok(own, `nothing of ${farm.farm} in ${JSON.stringify(changes)}`);
	assert.ok(near(number(own[2]), farm.quantity) && number(own[3]) > farm.quantity, own.join(" "));
	const nothing = await ask(page, alone, { change: "rien du tout" }, new RegExp(`, si ${alone.parts[0].farm} n'en apportait pas`));
	const less = /reçoivent ([\d\s]+(,\d+)?) kg ou pièces de moins/.exec(nothing);
	assert.ok(less && near(number(less[1]), alone.sold), `${alone.sold} in: ${nothing}`);
	hand.end();
	// Asking keeps nothing.
	assert.equal(await mark(), before);
	await page.goto(SOURCING);
	assert.deepEqual(await planOf(page), plan);
	await look("purchases proposed");
});

task("accept what was seen: the farms are ordered from", { ...coordinator, budget: 1 }, async ({ page, hand }) => {
	await page.goto(SOURCING);
	const plan = await planOf(page);
	const lines = plan.flatMap(({ parts }) => parts);
	hand.begin();
	await dayOf(page).getByRole("button", { name: "Accepter et commander" }).click();
	const said = status(page, /commandées à/);
	await said.waitFor();
	const farms = new Set(lines.map(({ farm }) => farm));
	assert.match(await seen(said), new RegExp(`${lines.length} lignes commandées à ${farms.size} fermes`));
	await proposed(page).waitFor({ state: "detached" });
	// Each farm is asked for what the plan gave it.
	const asked = await dayOf(page).locator("tbody:has(a[href*='/paper/'])").evaluateAll((all) => all.map((body) => [
		body.querySelector("th").firstChild.textContent.trim(),
		[...body.querySelectorAll("[data-label='Commandé']")].map((cell) => cell.textContent),
	]));
	assert.equal(asked.length, farms.size);
	for (const [farm, quantities] of asked) {
		const own = lines.filter((line) => line.farm === farm).map(({ quantity }) => quantity);
		const sorted = (all) => [...all].sort((one, other) => one - other);
		assert.deepEqual(sorted(quantities.map(number)), sorted(own), farm);
	}
});

/// The rows of a shortage, in the order in which the orders came.
async function shares(page) {
	const rows = await page.locator("tbody tr").evaluateAll((all) => all.map((row) => ({
		came: Number(row.querySelector("[name^=gets-]")?.name.slice("gets-".length).split(".")[0] ?? 0),
		cells: ["Attendu d'elle", "Reçoit"].map((name) => row.querySelector(`[data-label="${name}"]`).textContent),
	})));
	return rows.map(({ came, cells: [asked, gets] }) => ({ came, asked: number(asked), gets: number(gets) }))
		.sort((one, other) => one.came - other.came);
}

task("a farm brings less: who bears it is looked at, confirmed, taken back", { ...coordinator, budget: 7 }, async ({ page, hand, look }) => {
	await page.goto(SOURCING);
	await dayOf(page).getByRole("link", { name: /^Manque : / }).first().waitFor();
	// Goods by weight that several kitchens wait for.
	let goal;
	for (const href of await page.getByRole("link", { name: /^Manque : / }).evaluateAll((all) => all.map((one) => one.getAttribute("href")))) {
		const html = await (await page.context().request.get(href)).text();
		const many = html.split("<tbody>")[1].split("<tr").length - 1;
		if (/apporte \(kg\)/.test(html) && many > (goal?.many ?? 2)) goal = { href, many };
	}
	assert.ok(goal, "no goods by weight of three kitchens");
	hand.begin();
	await page.locator(`a[href="${goal.href}"]`).click();
	await page.locator("#brings:focus").waitFor();
	const asked = number(await seen(page.locator("tfoot td[data-label=\"Attendu d'elle\"]")));
	const brings = Math.round(asked * 0.6);
	await page.keyboard.type(String(brings));
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: /^Confirmer le partage/ }).waitFor();
	const inProportion = await shares(page);
	assert.ok(near(sum(inProportion.map(({ gets }) => gets)), brings));
	await choose(page, page.locator("#policy"), (text) => text.startsWith("premiers à commander"));
	await page.getByRole("button", { name: "Voir le partage" }).click();
	await page.getByText(/en moins, premiers à commander servis d'abord/).waitFor();
	const first = await shares(page);
	assert.ok(near(sum(first.map(({ gets }) => gets)), brings), "what comes is shared out");
	const full = first.findIndex((one) => one.gets < one.asked);
	assert.ok(full >= 0 && first.slice(full + 1).every(({ gets }) => gets === 0),
		`later orders get what earlier ones leave: ${JSON.stringify(first)}`);
	assert.notDeepEqual(first, inProportion);
	// Looking has changed nothing.
	const now = await (await page.context().request.get(goal.href)).text();
	assert.doesNotMatch(now, /Annuler le manque/);
	await page.getByRole("button", { name: /^Confirmer le partage/ }).click();
	await status(page, /le partage est noté/).waitFor();
	await page.getByText(/en moins, premiers à commander servis d'abord/).waitFor();
	const gets = (all) => all.map((one) => one.gets).sort((one, other) => one - other);
	assert.deepEqual(gets(await shares(page)), gets(first), "as it was looked at");
	await page.getByRole("button", { name: "Annuler le manque" }).click();
	await status(page, /manque annulé, tout est servi/).waitFor();
	hand.end();
	const back = await shares(page);
	assert.ok(back.every((one) => one.gets === one.asked), JSON.stringify(back));
	await look("shortage");
	await page.goto(SOURCING);
	await dayOf(page).getByRole("link", { name: /^Manque : / }).first().waitFor();
	assert.equal(await page.getByRole("link", { name: /^Partage : / }).count(), 0, "undone");
});

task("the same on a telephone: look, decide, order", { ...coordinator, size: "phone", isMobile: true, budget: 10 }, async (at) => {
	const { page, hand } = at;
	await closeDay(at);
	await page.goto(SOURCING);
	const { goods, farm } = await contested(page, await planOf(page, THURSDAY));
	hand.begin();
	await dayOf(page, THURSDAY).locator("summary", { hasText: "Qui apporte quoi" }).tap();
	await dayOf(page, THURSDAY).locator(`a[href="${goods.href}"]`).tap();
	await page.getByRole("heading", { name: "Décider", exact: true }).waitFor();
	await decide(page, { goods, farm });
	await page.getByRole("link", { name: "Retour aux achats" }).tap();
	await dayOf(page, THURSDAY).locator("tbody", { hasText: WHY }).first().waitFor({ state: "attached" });
	await dayOf(page, THURSDAY).getByRole("button", { name: "Accepter et commander" }).tap();
	await status(page, /^jeudi\s26\snovembre\s:\s.*commandées/).waitFor();
});
