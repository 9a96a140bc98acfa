// A farm, by telephone, in a field: from the link of an SMS to the week's answer.
import assert from "node:assert/strict";
import { figure } from "../lib/figures.mjs";
import { seen, tasks } from "../lib/tasks.mjs";
import { farmLink } from "../lib/week.mjs";

const task = tasks("saturday");
const field = { size: "phone", isMobile: true };

task("farm: the answer of a week from the link of an SMS", { ...field, budget: 2 }, async (at) => {
	const { page, hand } = at;
	const { pathname, search, hash } = await farmLink(at);
	hand.begin();
	await page.goto(pathname + search + hash);
	await page.getByRole("button", { name: "Ouvrir ma page" }).tap();
	await page.getByRole("button", { name: /Comme la semaine dernière/ }).tap();
	await page.locator("[role=status]").waitFor();
	assert.equal(await seen(page.locator("h1")), "Vos offres pour la semaine du 30 novembre");
	assert.match(await seen(page.locator("main")), /Ce que vous apportez est noté/);
	const values = await page.locator("input[data-step]").evaluateAll((all) => all.map((one) => one.value));
	assert.ok(values.some((value) => value && value !== "0"), values.join());
});

task("farm: a page under 30 KB", { ...field, role: "producer.", budget: 0 }, async ({ page, context }) => {
	const cdp = await context.newCDPSession(page);
	await cdp.send("Network.enable");
	let bytes = 0;
	cdp.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
	await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
	await page.reload({ waitUntil: "networkidle" });
	figure(`farm: its page is ${bytes} bytes on the wire, all its files included`);
	assert.ok(bytes > 1_000 && bytes <= 30_000, `${bytes} bytes`);
});

task("farm: more with one tap, saved with another", { ...field, role: "producer.", budget: 3 }, async ({ page }) => {
	const input = page.locator("input[data-step]:not([readonly])").first();
	const before = await input.inputValue();
	await page.getByRole("button", { name: /^Plus/ }).first().tap();
	assert.notEqual(await input.inputValue(), before);
	assert.match(await seen(page.locator("output")), /1 à enregistrer/);
	await page.getByRole("button", { name: "Enregistrer" }).tap();
	await page.locator("[role=status]").waitFor();
	assert.notEqual(await page.locator("input[data-step]:not([readonly])").first().inputValue(), before);
});
