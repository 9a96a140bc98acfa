// The coordinator over a day's rounds: what is proposed beside what stands, a stop carried to another
// truck by mouse and by keyboard, a round that stays as it is, and what drivers take along.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { strange, tabTo } from "../lib/keyboard.mjs";
import { number, seen, tasks } from "../lib/tasks.mjs";
import { closeAndPlan } from "../lib/week.mjs";

const task = tasks("cutoff");
const coordinator = { role: "coordinator", slow: 1 };
const DAY = "2026-11-24";
const ROUNDS = "/weeks/2026-W48/rounds", PLAN = `${ROUNDS}/plan/${DAY}`;

const status = (page, hasText) => page.locator("[role=status]", { hasText }).first();
/// The rounds of the day have been made again.
const made = (page) => status(page, /^mardi\s24\snovembre\s:\s\d+\stournées?\./).waitFor();

/// The rounds of a page, in force or proposed: how each is called, its hours and way, its stops.
const roundsOf = (page) => page.locator("section.round").evaluateAll((all) => all.map((one) => {
	const plain = (text) => text.replace(/\s+/g, " ").trim();
	return {
		name: plain(one.querySelector("h3").textContent),
		said: plain(one.querySelector("p").textContent),
		isLocked: one.classList.contains("locked"),
		stops: [...one.querySelectorAll("li.stop")].map((stop) => ({
			// What stands behind the name is its address.
			name: plain(stop.querySelector("h3, b").firstChild.textContent).replace(/^\d+\. /, ""),
			times: plain(stop.querySelector("p").textContent).split(" · ")[0],
		})),
	};
}));
const names = ({ stops }) => stops.map(({ name }) => name);

/// The rounds in force.
async function standing(page) {
	await page.goto(ROUNDS);
	await page.locator("section.round").first().waitFor();
	return roundsOf(page);
}

/// The first two rounds, with the stop that ends the one.
async function pair(page) {
	const [one, two, ...rest] = await standing(page);
	assert.ok(one.stops.length > 1 && two.stops.length > 1, `${one.name}, ${two.name}`);
	return { one, two, rest, stop: one.stops.at(-1).name };
}

/// Carries the last stop of the first round before the first stop of the second, by mouse.
async function carry(page) {
	const round = (at) => page.locator("section.round").nth(at).locator("li.stop");
	const place = round(1).first().locator("h3");
	// Both are seen before the button goes down: a page that moves under it carries another stop.
	await place.evaluate((head) => head.scrollIntoView({ block: "end", behavior: "instant" }));
	await round(0).last().locator("h3").dragTo(place);
	await made(page);
}

task("what is proposed, seen and accepted", { ...coordinator, budget: 2 }, async (at) => {
	const { page, hand, look } = at;
	await closeAndPlan(at);
	await page.goto(PLAN);
	await page.getByRole("heading", { name: "Ce que cela donne" }).waitFor();
	await look("rounds proposed, none before");
	await page.goto(ROUNDS);
	hand.begin();
	await page.getByRole("link", { name: /^Proposer les tournées/ }).click();
	await page.getByRole("heading", { name: "Ce que cela donne" }).waitFor();
	const proposed = await roundsOf(page);
	const figure = async (name) => number(await seen(page.locator(`.tile:has(dt:text-is("${name}")) dd`)));
	assert.equal(await figure("Tournées"), proposed.length);
	assert.equal(await figure("Arrêts"), proposed.flatMap(names).length);
	assert.equal(new Set(proposed.flatMap(names)).size, proposed.flatMap(names).length, "each place once");
	await page.getByRole("button", { name: "Accepter ces tournées" }).click();
	await made(page);
	hand.end();
	const accepted = await roundsOf(page);
	assert.deepEqual(accepted.map((one) => one.name), proposed.map((one) => one.name));
	assert.deepEqual(accepted.map(({ stops }) => stops), proposed.map(({ stops }) => stops), "as it was proposed");
	// Planned again, nothing changes.
	await page.goto(PLAN);
	await page.getByText("Chaque arrêt reste à sa place et à son heure.").waitFor();
});

task("a stop is carried to another truck, and times follow", { ...coordinator, budget: 1 }, async ({ page, hand }) => {
	const { one, two, rest, stop } = await pair(page);
	hand.begin();
	await carry(page);
	const [less, more, ...others] = await roundsOf(page);
	assert.deepEqual(names(less), names(one).slice(0, -1));
	assert.deepEqual(names(more), [stop, ...names(two)]);
	assert.deepEqual(others, rest, "other rounds stay as they are");
	assert.notEqual(less.said, one.said, "hours and way of the truck that has one stop less");
	assert.notEqual(more.said, two.said, "hours and way of the truck that has one stop more");
	const [carried, before] = [more.stops[0].times, one.stops.at(-1).times];
	assert.match(carried, /^\d+ h \d\d, repart à \d+ h \d\d$/);
	assert.notEqual(carried, before);
});

task("and back by its form, by the keyboard alone", { ...coordinator, budget: 45 }, async ({ page, hand }) => {
	const [less, more] = await standing(page);
	const { name } = more.stops[0];
	hand.begin();
	const stop = page.locator("section.round").nth(1).locator("li.stop").first();
	await tabTo(page, stop.locator("summary", { hasText: "Déplacer" }));
	await page.keyboard.press("Enter");
	await tabTo(page, stop.locator("select[name=to]"), 2);
	await page.keyboard.type("T1");
	await tabTo(page, stop.locator("input[name=rank]"), 1);
	await page.keyboard.type(String(less.stops.length + 1));
	await page.keyboard.press("Enter");
	await made(page);
	hand.end();
	assert.deepEqual(strange(hand.events()), []);
	const [whole, rest] = await roundsOf(page);
	assert.deepEqual(names(whole), [...names(less), name]);
	assert.deepEqual(names(rest), names(more).slice(1));
	// All is as it was planned, to the minute.
	await page.goto(PLAN);
	await page.getByText("Chaque arrêt reste à sa place et à son heure.").waitFor();
});

task("a round that is locked stays when the others are made again", { ...coordinator, budget: 4 }, async ({ page, hand, look }) => {
	const { two, stop } = await pair(page);
	hand.begin();
	await carry(page);
	// Without a lock it would be carried back.
	const free = await page.context().request.get(PLAN);
	assert.match((await free.text()).replace(/<[^>]*>/g, ""), /\d+\s+arrêts? changent?/);
	await page.getByRole("button", { name: "Verrouiller la tournée T2" }).click();
	await status(page, "Tournée verrouillée").waitFor();
	const kept = (await roundsOf(page)).find(({ isLocked }) => isLocked);
	assert.deepEqual(names(kept), [stop, ...names(two)]);
	await page.getByRole("link", { name: /^Proposer les tournées/ }).click();
	await page.getByRole("heading", { name: "Ce qui changerait" }).waitFor();
	const proposed = await roundsOf(page);
	const own = proposed.find(({ isLocked }) => isLocked);
	assert.deepEqual(own?.stops, kept.stops, "the locked round as it stood");
	await page.getByRole("button", { name: "Accepter ces tournées" }).click();
	await made(page);
	hand.end();
	const after = await roundsOf(page);
	assert.deepEqual(after.filter(({ isLocked }) => isLocked).map(({ stops }) => stops), [kept.stops]);
	assert.deepEqual(after.map(names), proposed.map(names));
	// It cannot be carried, nor can its stops.
	assert.equal(await page.locator("section.round.locked li.stop[draggable=true]").count(), 0);
	assert.ok(await page.locator("section.round:not(.locked) li.stop[draggable=true]").count() > 0);
	await look("rounds, one of them locked");
});

/// The file that a link gives, with its name.
async function file(page, link) {
	const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
	return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}

task("what drivers take along: a calendar, a route, sheets", { ...coordinator, budget: 3 }, async ({ page, hand }) => {
	const rounds = await standing(page);
	const stops = rounds.flatMap(names);
	hand.begin();
	const calendar = await file(page, page.getByRole("link", { name: "agenda", exact: true }));
	assert.equal(calendar.name, `tournees-${DAY}.ics`);
	const unfolded = calendar.text.replaceAll("\r\n ", "");
	const events = [...unfolded.matchAll(/^SUMMARY:(.*)\r$/gm)].map(([, said]) => said.replaceAll("\\", ""));
	assert.deepEqual(events, rounds.flatMap((round, at) => names(round).map((name, rank) => `T${at + 1} · ${rank + 1}. ${name}`)));
	const route = await file(page, page.getByRole("link", { name: "GPX", exact: true }));
	assert.equal(route.name, `tournees-${DAY}.gpx`);
	const ways = await page.evaluate((text) => {
		const gpx = new DOMParser().parseFromString(text, "application/xml");
		return [...gpx.querySelectorAll("rte")].map((way) => [...way.querySelectorAll("rtept > name")].map((one) => one.textContent));
	}, route.text);
	// From the dock over its stops and back.
	assert.deepEqual(ways.map((way) => way.slice(1, -1).map((name) => name.replace(/^\d+\. /, ""))), rounds.map(names));
	for (const way of ways) assert.equal(way[0], way.at(-1));
	const [answer] = await Promise.all([
		page.context().waitForEvent("response", (one) => /pdf/.test(one.headers()["content-type"])),
		page.getByRole("link", { name: "Feuilles de route" }).click(),
	]);
	hand.end();
	// Read again from the server: the browser keeps the pages of a paper for its own viewer.
	const input = await (await page.context().request.get(answer.url())).body();
	const paper = execFileSync("pdftotext", ["-raw", "-", "-"], { input, encoding: "utf8" }).replace(/[\s\u200b]+/g, "");
	for (const name of stops) assert.ok(paper.includes(name.replace(/\s+/g, "").replaceAll("'", "’")) || paper.includes(name.replace(/\s+/g, "")), name);
});

task("on a telephone: a stop goes first, and times follow", { ...coordinator, size: "phone", isMobile: true, budget: 4 }, async ({ page, hand }) => {
	const before = (await standing(page)).find(({ isLocked, stops }) => !isLocked && stops.length > 1);
	hand.begin();
	const round = page.locator("section.round", { has: page.getByRole("heading", { name: before.name, exact: true }) });
	const stop = round.locator("li.stop").last();
	await stop.locator("summary", { hasText: "Déplacer" }).tap();
	await stop.locator("input[name=rank]").tap();
	await page.keyboard.press("Control+a");
	await page.keyboard.type("1");
	await page.keyboard.press("Enter");
	await made(page);
	const after = (await roundsOf(page)).find(({ name }) => name === before.name);
	assert.deepEqual(names(after), [names(before).at(-1), ...names(before).slice(0, -1)]);
	assert.notEqual(after.stops[0].times, before.stops.at(-1).times);
});
