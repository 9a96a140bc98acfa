// What other people have done before a task begins, by their own pages.
import { enter, visit } from "./browser.mjs";

/// Closes the first day of the week that is open, as the coordinator does.
export async function closeDay(at, week = "2026-W48") {
	const { context } = await closed(at, week);
	await context.close();
}

/// Closes the first day of the week, plans it and orders from the farms, as the coordinator does.
export async function closeAndPlan(at, week = "2026-W48") {
	const { page, context } = await closed(at, week);
	await page.goto(`/weeks/${week}/sourcing`);
	await page.locator("form[action$='/plans'] button").first().click();
	await page.locator("[role=status]").first().waitFor();
	await context.close();
}

/// The coordinator who has just closed a day.
async function closed({ browser, site }, week) {
	const { page, context } = await visit(browser, site);
	await enter(page, "coordinator");
	await page.goto(`/weeks/${week}/orders`);
	await page.getByRole("button", { name: /^Clore/ }).first().click();
	// Before its limit the page asks whether that is meant.
	const sure = page.locator("dialog.asks button:not(.quiet)");
	const done = page.locator("[role=status]", { hasText: "closes" });
	await sure.or(done).first().waitFor();
	if (await sure.isVisible()) await sure.click();
	await done.first().waitFor();
	return { page, context };
}

/// A link as the hub sends it, made on the hub's page by its coordinator.
export async function farmLink({ browser, site }) {
	const { page, context } = await visit(browser, site);
	await enter(page, "coordinator");
	await page.goto(page.url().replace("W48", "W49") + "/offers");
	const form = page.locator("form[action$='/links']").first();
	if (!(await form.isVisible())) await page.locator("summary", { hasText: "Une par une" }).click();
	await form.locator("button:not([name=end])").first().click();
	const said = await page.locator("[role=status]").first().innerText();
	await context.close();
	return new URL(/http\S+\/lien\S*#\w+/.exec(said)[0]);
}
