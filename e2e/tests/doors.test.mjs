// The doors with a device of our own: a passkey is made, and lets in without a word typed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter, launch, visit } from "../lib/browser.mjs";
import { open } from "../lib/site.mjs";
import { seen } from "../lib/tasks.mjs";

let site, browser;
before(async () => {
	[site, browser] = await Promise.all([open("saturday"), launch()]);
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/// A device that holds keys, as a telephone or a laptop has one.
async function device({ context, page }) {
	const cdp = await context.newCDPSession(page);
	await cdp.send("WebAuthn.enable");
	const options = {
		protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true,
		isUserVerified: true, automaticPresenceSimulation: true,
	};
	const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
	return { cdp, authenticatorId };
}

test("a passkey is made, lets in, and opens nothing once it is taken away", async () => {
	const visitor = await visit(browser, site);
	const { page, context, hand, faults } = visitor;
	const { cdp, authenticatorId } = await device(visitor);
	await enter(page, "coordinator");
	await page.goto("/account");
	await page.getByLabel("Nom de la nouvelle clé").fill("Ordinateur du bureau");
	await page.getByRole("button", { name: "Créer une clé d'accès" }).click();
	await page.locator("b", { hasText: "Ordinateur du bureau" }).waitFor();
	const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
	assert.equal(credentials.length, 1);

	await page.getByRole("button", { name: "Sortir" }).click();
	await page.waitForURL("**/enter");
	await page.goto("/enter/keys");
	hand.begin();
	await page.locator("[data-passkey]").click();
	await page.waitForURL("**/weeks/**");
	assert.equal(hand.acts(), 1);
	assert.match(await seen(page.locator(".who")), /Anaïs/);

	await page.goto("/account");
	await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: /^Retirer/ }).click()]);
	await page.getByRole("button", { name: "Sortir" }).click();
	await page.waitForURL("**/enter");
	await page.goto("/enter/keys");
	await page.locator("[data-passkey]").click();
	await page.locator("[data-passkey-said]:not([hidden])").waitFor();
	assert.equal(new URL(page.url()).pathname, "/enter/keys");
	assert.deepEqual(faults, []);
	await context.close();
});

test("a session's cookie is hidden from scripts, and dead after leaving, also as a copy", async () => {
	const { page, context } = await visit(browser, site);
	await enter(page, "dock");
	await page.locator(".line, .empty").first().waitFor();
	const cookies = await context.cookies();
	const session = cookies.find(({ name }) => name === "__Host-carreau");
	assert.ok(session.httpOnly && session.secure && session.sameSite === "Lax", JSON.stringify(session));
	assert.equal(await page.evaluate(() => document.cookie), "");
	const home = page.url();
	await page.goto("/account");
	await page.getByRole("button", { name: "Sortir" }).click();
	await page.waitForURL("**/enter");
	await context.addCookies([session]);
	await page.goto(home);
	assert.equal(new URL(page.url()).pathname, "/enter");
	await context.close();
});

test("who has no business on a page is told so, in words", async () => {
	const { page, context, faults } = await visit(browser, site);
	await enter(page, "driver");
	const answer = await page.goto(page.url().replace(/\/rounds.*/, "/billing"));
	assert.equal(answer.status(), 403);
	assert.match(await seen(page.locator("main")), /cette page n'en fait pas partie/);
	assert.deepEqual(faults, []);
	await context.close();
});
