// The canteen's chef: K1 to K5.
import assert from "node:assert/strict";
import { copy, seen, tasks } from "../lib/tasks.mjs";

const task = tasks("saturday");
const buyer = { role: "buyer." };
const send = "button:text-is('Commander')";
const rows = "tbody tr:not(.group):has(input[data-of])";

task("K2 change 5 quantities by keyboard", { ...buyer, budget: 5 }, async ({ page, hand }) => {
	await page.getByText("Commander comme la semaine dernière").click();
	// The chef is in the first field of a delivery that has goods.
	const fields = page.locator("input[data-of='2']");
	await fields.first().focus();
	hand.begin();
	const before = await seen(page.locator(".bar .sum"));
	for (const typed of ["6", "30", "4", "11", "5"]) {
		await page.keyboard.type(typed);
		await page.keyboard.press("Enter");
	}
	const values = await fields.evaluateAll((all) => all.slice(0, 5).map((one) => one.value));
	assert.deepEqual(values, ["6", "30", "4", "11", "5"]);
	assert.notEqual(await seen(page.locator(".bar .sum")), before, "the sum follows");
	const wrong = await page.locator("td.wrong").count();
	assert.equal(wrong, await page.locator("td.wrong .error").count(), "what is wrong says so");
});

task("K1 order last week's list again", { ...buyer, budget: 3 }, async ({ page }) => {
	await page.getByText("Commander comme la semaine dernière").click();
	const total = await seen(page.locator(".bar .sum"));
	await page.locator(send).click();
	await page.getByText("est enregistrée").or(page.getByText("sont enregistrées")).waitFor();
	const said = await seen(page.locator("main"));
	assert.match(said, /Commande n° \d+/);
	assert.ok(said.includes(total), `${total} in: ${said}`);
});

task("K3 paste an own list", { ...buyer, budget: 3 }, async ({ context, page, hand }) => {
	const list = "Produit\tkg\nCarottes bio\t40\npommes gala\t60\nTopinambour de la lune\t5\n";
	await copy(context, page, list);
	hand.begin();
	await page.getByRole("link", { name: "Déposer ma liste" }).click();
	await page.locator("#f-text").focus();
	await page.keyboard.press("Control+v");
	await page.getByRole("button", { name: "Lire ma liste" }).click();
	await page.getByRole("heading", { name: /n'est pas reconnue/ }).waitFor();
	assert.match(await seen(page.locator(".unmatched")), /Topinambour de la lune/);
	const filled = page.locator("input[data-of]").evaluateAll((all) => all.filter((one) => one.value).length);
	assert.ok((await filled) >= 2, "what was recognised is filled in");
});

task("K5 the ma cantine file and a delivery note", { ...buyer, budget: 2 }, async ({ page, hand }) => {
	await page.getByRole("link", { name: "Historique" }).click();
	hand.begin();
	const [file] = await Promise.all([
		page.waitForEvent("download"),
		page.locator("a[href*='ma-cantine']").first().click(),
	]);
	assert.match(file.suggestedFilename(), /\.(csv|xlsx)$/);
	const [note] = await Promise.all([
		page.waitForEvent("download"),
		page.locator("a[href*='/note/']").first().click(),
	]);
	assert.match(note.suggestedFilename(), /\.pdf$/);
});
