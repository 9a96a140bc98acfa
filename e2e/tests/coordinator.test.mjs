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

task("C3 see who has not answered, and remind them", { ...coordinator, budget: 2 }, async ({ page, hand }) => {
	await next(page, "");
	hand.begin();
	await page.getByRole("link", { name: /Offres/ }).first().click();
	const head = await seen(page.getByRole("heading", { name: /n'ont pas répondu/ }));
	const silent = Number(/^(\d+)/.exec(head)[1]);
	await page.getByRole("button", { name: /^Relancer/ }).click();
	const said = await seen(page.locator("[role=status]").first());
	assert.match(said, new RegExp(`^${silent} lettres? `), said);
	await page.goto("/mail");
	assert.match(await seen(page.locator("main")), /Rappel : vos offres de la semaine 49/);
});
