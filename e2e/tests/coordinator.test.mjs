// The hub's coordinator before the list: C1, C3. `sheet` has C2, `closing` C4 and C5.
import assert from "node:assert/strict";
import { seen, tasks } from "../lib/tasks.mjs";

const task = tasks("saturday");
const coordinator = { role: "coordinator" };
const next = (page, step) => page.goto(page.url().replace(/W48.*/, `W49${step}`));

task("C1 begin with last week's list", { ...coordinator, budget: 2 }, async ({ page, hand }) => {
	await next(page, "");
	hand.begin();
	await page.getByRole("link", { name: /Mercuriale/ }).first().click();
	await page.getByRole("button", { name: "Reprendre la semaine 48" }).click();
	await page.getByRole("heading", { name: /^À confirmer par \d+ ferme/ }).waitFor();
	// The days of the new week, ordered until noon in Paris two days before.
	const until = await seen(page.locator(".deadlines"));
	assert.match(until, /mardi 1er décembre .*dimanche 29 novembre à 12 h/);
	assert.match(until, /jeudi 3 décembre .*mardi 1er décembre à 12 h/);
	assert.match(await seen(page.locator("#mercuriale thead")), /mar\. 1.*jeu\. 3/);
});

/// The reminders of the week in the outbox: to whom, and where each is read.
async function reminded(page) {
	const html = await (await page.context().request.get("/mail")).text();
	return page.evaluate((html) => {
		const rows = new DOMParser().parseFromString(html, "text/html").querySelectorAll("#letters tbody tr");
		const own = [...rows].filter((row) => /^Rappel : vos offres de la semaine 49/.test(row.cells[0].textContent.trim()));
		return own.map((row) => ({ name: row.cells[1].textContent, href: row.querySelector("a").getAttribute("href") }));
	}, html);
}

task("C3 see who has not answered, and remind them", { ...coordinator, budget: 2 }, async ({ page, hand }) => {
	await next(page, "");
	hand.begin();
	await page.getByRole("link", { name: /Offres/ }).first().click();
	const section = page.locator("section", { has: page.getByRole("heading", { name: /n'ont pas répondu/ }) });
	await section.waitFor();
	// A page that is still coming names some of them only.
	await page.waitForLoadState("load");
	const silent = (await section.locator("li b").allTextContents()).sort();
	assert.match(await seen(section.locator("h2")), new RegExp(`^${silent.length} fermes`));
	const before = await reminded(page);
	await page.getByRole("button", { name: /^Relancer/ }).click();
	const said = await seen(page.locator("[role=status]").first());
	assert.match(said, new RegExp(`^${silent.length} lettres? `), said);
	hand.end();
	// Each silent farm once, at an address of its own, and nobody else.
	const letters = (await reminded(page)).filter(({ href }) => !before.some((one) => one.href === href));
	assert.deepEqual(letters.map(({ name }) => name).sort(), silent);
	const addresses = [];
	for (const { href, name } of letters) {
		const html = await (await page.context().request.get(href)).text();
		const [, to] = /<span>([^<]*)<\/span>/.exec(html.split(">À</span>")[1]);
		assert.ok(to.startsWith(`${name.replaceAll("'", "&#39;")}, `), `${to} for ${name}`);
		addresses.push(to.split(", ").at(-1));
	}
	assert.equal(new Set(addresses).size, silent.length, addresses.join(" "));
});
