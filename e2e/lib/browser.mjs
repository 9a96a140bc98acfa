// One Chromium for a test file; a context of its own for each person.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import { counter } from "./counter.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
/// No traffic of the browser's own; no sandbox, which containers lack: it sees our pages only.
export const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=fr-FR"];

export function executable() {
	const folders = (process.env.PATH ?? "").split(delimiter);
	const all = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
	const found = all.find((path) => {
		try {
			accessSync(path, constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
	if (!found) throw new Error("no Chromium: bin/setup installs it");
	return found;
}

/// `letters`: the size in px that somebody has set for all letters; the browser's own without.
export const launch = ({ letters } = {}) => chromium.launch({
	executablePath: executable(),
	args: letters ? [...FLAGS, `--blink-settings=defaultFontSize=${letters}`] : FLAGS,
});

export const SIZES = {
	small: { width: 320, height: 640 },
	phone: { width: 390, height: 844 },
	desk: { width: 1280, height: 900 },
};

/// Somebody at the site. `faults` fills with whatever no visitor should meet: a broken policy, an
/// error in the console, another host, an answer of 500. `pace(1)` is the machine's own speed.
export async function visit(browser, site, options = {}) {
	const { size = "desk", slow = 1, ...rest } = options;
	const context = await browser.newContext({
		baseURL: site.origin,
		locale: "fr-FR",
		timezoneId: "Europe/Paris",
		viewport: SIZES[size],
		hasTouch: size !== "desk",
		...rest,
	});
	context.setDefaultTimeout(15_000);
	const faults = await watch(context, site);
	const hand = options.javaScriptEnabled === false ? null : await counter(context);
	const page = await context.newPage();
	let cdp;
	const pace = async (rate) => {
		cdp ??= await context.newCDPSession(page);
		await cdp.send("Emulation.setCPUThrottlingRate", { rate });
	};
	if (slow > 1) await pace(slow);
	return { context, page, hand, faults, pace };
}

async function watch(context, site) {
	const faults = [];
	await context.exposeBinding("carreauPolicy", (_, what) => void faults.push(`policy: ${what}`));
	await context.addInitScript(() => {
		addEventListener("securitypolicyviolation", (event) => {
			window.carreauPolicy(`${event.violatedDirective} ${event.blockedURI} on ${location.pathname}`);
		}, true);
	});
	context.on("weberror", (error) => faults.push(`script: ${error.error()}`));
	context.on("console", (line) => {
		// Chromium prints a refusal (403, 409, 422) as an error; people are told by the page.
		// The same for a network that a test has cut.
		const isTold = /status of 4\d\d|ERR_INTERNET_DISCONNECTED/.test(line.text());
		if (line.type() === "error" && !isTold) faults.push(`console: ${line.text()}`);
	});
	context.on("request", (request) => {
		const url = new URL(request.url());
		// The browser reads papers with an extension of its own.
		const isOurs = url.origin === site.origin || ["data:", "blob:", "chrome:", "chrome-extension:"].includes(url.protocol);
		if (!isOurs) faults.push(`asks ${url.host}`);
	});
	context.on("response", (response) => {
		if (response.status() >= 500) faults.push(`${response.status()} of ${response.url()}`);
	});
	return faults;
}

/// Goes in by the button of a role: `coordinator`, or the begin of one: `buyer.`, `producer.`.
export async function enter(page, role, at = 0) {
	await page.goto("/enter");
	const button = page.locator(`form:has(input[name=role][value^="${role}"]) button`).nth(at);
	await Promise.all([page.waitForURL((url) => url.pathname !== "/enter"), button.click()]);
	return page;
}

/// The roles that the door of the demonstration has a button for.
export async function roles(page) {
	await page.goto("/enter");
	return page.locator("input[name=role]").evaluateAll((all) => all.map((one) => one.value));
}
