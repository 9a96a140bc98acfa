// What other people have done before a task begins, by their own pages.
import { enter, visit } from "./browser.mjs";

/// Closes the first day of the week, plans it and orders from the farms, as the coordinator does.
export async function closeAndPlan({ browser, site }, week = "2026-W48") {
	const { page, context } = await visit(browser, site);
	await enter(page, "coordinator");
	await page.goto(`/weeks/${week}/orders`);
	await page.getByRole("button", { name: /^Clore/ }).first().click();
	// Before its limit the page asks whether that is meant.
	const sure = page.locator("dialog.asks button:not(.quiet)");
	const closed = page.locator("[role=status]", { hasText: "closes" });
	await sure.or(closed).first().waitFor();
	if (await sure.isVisible()) await sure.click();
	await closed.first().waitFor();
	await page.goto(`/weeks/${week}/sourcing`);
	await page.locator("form[action$='/plans'] button").first().click();
	await page.locator("[role=status]").first().waitFor();
	await context.close();
}
