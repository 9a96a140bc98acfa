// The keyboard alone, from the door on: Tab, Enter, Space, arrows and what is written. No mouse, no
// finger, no chord.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, visit } from "../lib/browser.mjs";
import { figure } from "../lib/figures.mjs";
import { strange, tabTo } from "../lib/keyboard.mjs";
import { open } from "../lib/site.mjs";
import { seen } from "../lib/tasks.mjs";
import { farmLink } from "../lib/week.mjs";

const sites = {};
let browser;
before(async () => {
	[browser, sites.saturday, sites.friday] = await Promise.all([launch(), open("saturday"), open("friday")]);
});
after(async () => {
	await browser?.close();
	for (const site of Object.values(sites)) await site?.stop();
});

/// A task of somebody who has no mouse: `does({ page, press, go, ... })`.
function keyboard(name, { moment = "saturday", role, ...options }, does) {
	test(name, { timeout: 180_000 }, async () => {
		const site = sites[moment];
		const visitor = await visit(browser, site, options);
		const { page, hand, context, faults } = visitor;
		const press = (key) => page.keyboard.press(key);
		/// By Tab to a part of the page, and into it.
		const go = async (goal, key = "Enter") => {
			await tabTo(page, goal);
			await press(key);
		};
		try {
			hand.begin();
			if (role) await door({ page, go }, role);
			await does({ ...visitor, site, browser, press, go });
			const events = hand.events();
			assert.deepEqual(strange(events), []);
			assert.ok(events.some(({ key }) => key === "Tab"), "nothing was done by hand");
			assert.deepEqual(faults, []);
			figure(`keyboard, ${name}: ${events.length} keys`);
		} finally {
			await context.close();
		}
	});
}

async function door({ page, go }, role) {
	await page.goto("/enter");
	await go(page.locator(`form:has(input[name=role][value^="${role}"]) button`).first());
	await page.waitForURL((url) => url.pathname !== "/enter");
}

const status = (page) => page.locator("[role=status]").first();

keyboard("a farm answers the week, and changes a quantity", { size: "small" }, async (at) => {
	const { page, go } = at;
	const { pathname, search, hash } = await farmLink(at);
	await page.goto(pathname + search + hash);
	await go(page.getByRole("button", { name: "Ouvrir ma page" }));
	await go(page.getByRole("button", { name: /Comme la semaine dernière/ }), "Space");
	await page.getByRole("heading", { name: /^Vos offres pour la semaine/ }).waitFor();
	const field = page.locator("input[data-step]:not([readonly])").first();
	const before = await field.inputValue();
	await go(page.getByRole("button", { name: /^Plus/ }).first(), "Space");
	const more = await field.inputValue();
	assert.notEqual(more, before);
	// Behind every field of the week.
	await tabTo(page, page.getByRole("button", { name: "Enregistrer" }), 400);
	await page.keyboard.press("Enter");
	await status(page).waitFor();
	assert.equal(await field.inputValue(), more);
});

keyboard("the coordinator writes a price and publishes", { role: "coordinator" }, async (at) => {
	const { page, go, press } = at;
	await go(page.locator(".weeks a[rel=next]"));
	await page.waitForURL(/W49/);
	await go(page.getByRole("link", { name: /Mercuriale/ }));
	await page.waitForURL(/mercuriale/);
	const cell = page.locator("#mercuriale td[data-c=sale]").first();
	await tabTo(page, cell);
	await page.keyboard.type("9,87");
	await press("Enter");
	await page.locator("[data-state]", { hasText: /^Tout est enregistré à/ }).waitFor();
	// Out of the sheet, and past it: nobody goes through hundreds of cells.
	await press("Escape");
	await go(page.getByRole("link", { name: "Passer la feuille" }));
	const publish = page.getByRole("button", { name: /^Publier/ });
	assert.ok(await publish.evaluate((one) => one === document.activeElement), "past the sheet is what publishes it");
	await press("Enter");
	// Farms are still silent: the page asks whether that is meant.
	await go(page.locator("dialog.asks button:not(.quiet)"));
	await status(page).filter({ hasText: /^Mercuriale publiée/ }).waitFor();
	assert.match(await seen(page.locator("#mercuriale [data-label='Vente HT']").first()), /^9,87/);
});

keyboard("the accountant issues the week's invoices", { moment: "friday", role: "accountant" }, async (at) => {
	const { page, go } = at;
	await go(page.locator(".weeks a[rel=next]"));
	await page.waitForURL(/W48\/billing/);
	await go(page.getByRole("button", { name: /^Émettre \d+ factures?/ }), "Space");
	await status(page).filter({ hasText: /factures? émises?/ }).waitFor();
});

keyboard("the administrator invites somebody", { role: "administrator" }, async (at) => {
	const { page, go, press } = at;
	await go(page.getByRole("link", { name: "Administration" }));
	await go(page.getByRole("link", { name: "Personnes" }).first());
	await page.waitForURL(/admin\/people/);
	await go(page.getByRole("link", { name: "Inviter quelqu'un" }));
	await tabTo(page, page.locator("#f-email"), 3);
	await page.keyboard.type("clavier@exemple.fr");
	await tabTo(page, page.locator("#f-name"), 3);
	await page.keyboard.type("Camille Clavier");
	await tabTo(page, page.locator("#f-place"), 3);
	const place = await page.locator("#f-place").inputValue();
	await press("ArrowDown");
	assert.notEqual(await page.locator("#f-place").inputValue(), place);
	await go(page.getByRole("button", { name: /lien$/ }));
	await page.getByText(/\/lien\S*#/).waitFor();
	assert.match(await seen(page.locator("main")), /clavier@exemple\.fr/);
});
