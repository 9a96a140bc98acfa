// Pages in a state that no link leads to, and that `pages-*` therefore never sees: refusals, what
// is shown once, what is written half. At 320, 390 and 1280 px: nothing for axe to find, nothing
// wider than the screen. `canteen` looks at a taken order, `payments` at a bank statement that was
// read, `aid` at slots and receipts: where their tasks bring them about anyway.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { enter, launch, visit } from "../lib/browser.mjs";
import { unexplained } from "../lib/eye.mjs";
import { figure } from "../lib/figures.mjs";
import { open } from "../lib/site.mjs";
import { copy } from "../lib/tasks.mjs";
import { closeAndPlan } from "../lib/week.mjs";
import { atWidths } from "../lib/widths.mjs";

const LIST = "/weeks/2026-W49/mercuriale";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/// States at a moment of the week, on one demonstration. `states` declares them.
function moment(name, states) {
	describe(name, () => {
		const at = {};
		before(async () => Object.assign(at, { browser, site: await open(name) }));
		after(() => at.site?.stop());
		states((name, role, does) => state(at, name, role, does));
	});
}

/// One state: `does({ page, ... })` brings it about, and gives back the part of the page by which it
/// is known: seen before the audit and still seen after it.
function state(at, name, role, does) {
	test(name, { timeout: 180_000 }, async () => {
		const visitor = await visit(at.browser, at.site);
		try {
			if (role) await enter(visitor.page, role);
			const sign = await does({ ...visitor, ...at });
			await sign.first().waitFor();
			assert.deepEqual(await unexplained(visitor.page), []);
			assert.deepEqual(await atWidths(visitor.page, name), []);
			assert.ok(await sign.first().isVisible(), "the audit did not see the state");
			assert.deepEqual(visitor.faults, []);
			figure(`axe: ${name}, at 3 widths, 0 violations`);
		} finally {
			await visitor.context.close();
		}
	});
}

/// The status with which the site answers the form that `act` sends.
async function answered(page, act) {
	const isForm = (one) => one.request().method() === "POST";
	const [answer] = await Promise.all([page.waitForResponse(isForm), act()]);
	return answer.status();
}

const click = (page, name) => () => page.getByRole("button", { name }).first().click();
const within = (page, path) => page.goto(page.url().replace(/(\d{4}-W\d\d).*/, `$1/${path}`));

/// A line of the order sheet that takes quantities.
const quantity = (page, at = 0) => page.locator("input[data-of]").nth(at);

moment("saturday", (state) => {
	state("a page of others (403)", "driver", async ({ page }) => {
		const answer = await within(page, "billing");
		assert.equal(answer.status(), 403);
		return page.getByText("cette page n'en fait pas partie");
	});

	state("no such page (404)", "coordinator", async ({ page }) => {
		const answer = await within(page, "orders/rien");
		assert.equal(answer.status(), 404);
		return page.getByText("Cette page n'existe pas");
	});

	state("a form that is refused whole (400)", "buyer.", async ({ page }) => {
		await within(page, "my-orders/new?like=empty");
		assert.equal(await answered(page, click(page, /^Commander$/)), 400);
		return page.getByText(/Aucune quantité n'est remplie/);
	});

	state("a form that is refused whole (422)", "coordinator", async ({ page }) => {
		await within(page, "offers");
		await page.getByText("Noter une offre").click();
		await page.locator("#f-quantity").fill("40");
		await page.locator("#f-price").fill("0");
		assert.equal(await answered(page, click(page, /^Noter$/)), 422);
		return page.locator(".notice.refused[role=alert]");
	});

	state("a wrong password", null, async ({ page }) => {
		await page.goto("/enter/keys");
		await page.locator("#email").fill("personne@exemple.fr");
		await page.locator("#password").fill("pas le bon mot de passe");
		await page.locator("#code").fill("000000");
		await answered(page, click(page, /^Entrer$/));
		return page.locator(".notice.wrong[role=alert]", { hasText: "mot de passe" });
	});

	state("a token that is shown once", "coordinator", async ({ page }) => {
		await page.goto("/account");
		await page.locator("#token-name").fill("Logiciel de la cuisine");
		await answered(page, click(page, "Créer le jeton"));
		return page.locator("#token[readonly]");
	});

	state("an invitation whose link is shown once", "administrator", async ({ page }) => {
		await page.goto("/admin/people");
		await page.locator("#f-email").fill("nouvelle@exemple.fr");
		await page.locator("#f-name").fill("Nouvelle Personne");
		await answered(page, click(page, /lien$/));
		return page.getByText(/\/lien\S*#/);
	});

	state("a price rule before it is one", "administrator", async ({ page }) => {
		await page.goto("/admin/prices");
		await page.locator("#f-from").fill("2026-12-14");
		await page.locator("#f-rate").fill("31");
		await page.getByRole("button", { name: "Voir l'effet" }).click();
		return page.locator("#preview tr.changed").first();
	});

	state("a price rule that cannot be", "administrator", async ({ page }) => {
		await page.goto("/admin/prices");
		await page.locator("#f-from").fill("2026-12-14");
		await page.locator("#f-rate").fill("beaucoup");
		await page.getByRole("button", { name: "Voir l'effet" }).click();
		return page.locator(".notice.wrong");
	});

	state("a letter before its words are kept", "administrator", async ({ page }) => {
		await page.goto("/admin/texts");
		await page.locator("ul.tasks a").first().click();
		await page.locator("#opening").fill("Le quai ouvre à 5 heures cette semaine.");
		await answered(page, click(page, "Voir la lettre"));
		return page.getByText(/pas encore enregistrée/);
	});

	state("an order sheet that cannot be read (422)", "buyer.", async ({ page }) => {
		await within(page, "my-orders/new?like=last");
		await quantity(page).fill("deux caisses");
		assert.equal(await answered(page, click(page, /^Commander$/)), 422);
		return page.locator("td.wrong .error").first();
	});

	state("an order sheet with a quantity that is wrong while it is typed", "buyer.", async ({ page }) => {
		await within(page, "my-orders/new?like=empty");
		await quantity(page, 2).pressSequentially("1,2345");
		return page.locator("td.wrong .error[role=status]");
	});

	state("an order sheet that asks for more than there is", "buyer.", async ({ page }) => {
		await within(page, "my-orders/new?like=empty");
		await quantity(page, 4).fill("900000");
		assert.ok([409, 422].includes(await answered(page, click(page, /^Commander$/))));
		return page.getByRole("button", { name: "Prendre ce qui reste" });
	});

	state("an order that was cut to what was left", "buyer.", async ({ page }) => {
		await within(page, "my-orders/new?like=empty");
		await quantity(page, 5).fill("900000");
		await answered(page, click(page, /^Commander$/));
		assert.equal(await answered(page, click(page, "Prendre ce qui reste")), 201);
		return page.getByText(/réduite à ce qui restait/);
	});

	state("a claim that is being written", "buyer.", async ({ page }) => {
		await page.goto(page.url().replace("W48", "W47"));
		await page.locator("a[href*='/delivery/']").first().click();
		await page.locator("details.claim summary").first().click();
		return page.getByRole("button", { name: "Envoyer la réclamation" }).first();
	});

	state("the grid with a list that was not read", "coordinator", async ({ page, context }) => {
		await page.goto(LIST);
		await copy(context, page, "9,11\nvoir Anaïs\n9,12");
		await page.locator("td[data-c=sale]").first().click();
		await page.keyboard.press("Control+v");
		await page.locator("[data-unread] li").first().waitFor();
		await page.locator("[data-state].fine").waitFor();
		await page.getByRole("button", { name: "Coller un tarif" }).click();
		return page.locator("#list:focus");
	});

	state("the grid with a price that was refused", "coordinator", async ({ page, context }) => {
		await page.goto(LIST);
		await copy(context, page, "0,01\n9,22");
		await page.locator("td[data-c=sale]").nth(5).click();
		await page.keyboard.press("Control+v");
		await page.locator("td[aria-invalid=true]").waitFor();
		return page.locator("[data-rest]:not([hidden])");
	});

	state("the grid with a cell that is written in, and its keys told", "coordinator", async ({ page }) => {
		await page.goto(LIST);
		await page.locator(".keys summary").click();
		await page.locator("td[data-c=sale]").nth(8).click();
		await page.keyboard.type("9,3");
		return page.locator(".with-bar:has(td.edited input) ~ .bar .keys[open] dl");
	});

	state("the grid with a clash", "coordinator", async ({ page, browser, site }) => {
		await page.goto(LIST);
		const key = await page.locator("tr[data-row]").nth(10).getAttribute("data-row");
		const sale = (page) => page.locator(`tr[data-row="${key}"] td[data-c=sale]`);
		await sale(page).click();
		await page.keyboard.type("9,41");
		const other = await visit(browser, site);
		await enter(other.page, "coordinator");
		await other.page.goto(LIST);
		await sale(other.page).click();
		await other.page.keyboard.type("9,42");
		await other.page.keyboard.press("Enter");
		await other.page.locator("[data-state].fine").waitFor();
		await other.context.close();
		await page.keyboard.press("Enter");
		return sale(page).locator(".clash");
	});
});

moment("cutoff", (state) => {
	state("an order that comes too late (409)", "buyer.", async ({ page }) => {
		// A page that was opened in time still names Tuesday's delivery.
		await within(page, "my-orders/new?like=empty");
		await quantity(page, 3).evaluate((one) => (one.name = one.name.replace("@2026-11-26@", "@2026-11-24@")));
		await quantity(page, 3).fill("40");
		assert.equal(await answered(page, click(page, /^Commander$/)), 409);
		return page.getByRole("button", { name: "Demander à la plateforme" });
	});

	state("a shortage before it is shared out", "coordinator", async ({ page, browser, site }) => {
		await closeAndPlan({ browser, site });
		await within(page, "sourcing");
		await page.getByRole("link", { name: /^Manque : / }).first().click();
		await page.locator("#brings").fill("1");
		await page.keyboard.press("Enter");
		return page.getByRole("button", { name: /^Confirmer le partage/ });
	});
});
