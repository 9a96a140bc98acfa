// What other people have done before a task begins, by their own pages.
import { enter, visit } from "./browser.mjs";

/// Closes the first day of the week, plans it and orders from the farms, as the coordinator does.
export async function closeAndPlan({ browser, site }, week = "2026-W48") {
	const { page, context } = await visit(browser, site);
	await enter(page, "coordinator");
	await page.goto(`/weeks/${week}/orders`);
	await page.getByRole("button", { name: /^Clore/ }).first().click();
	await page.goto(`/weeks/${week}/sourcing`);
	await page.locator("form[action$='/plans'] button").first().click();
	await page.locator("[role=status]").first().waitFor();
	await context.close();
}
