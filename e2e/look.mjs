// Pictures of every page and role at three widths, to be looked at. See `look`.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { launch, enter, roles, SIZES, visit } from "./lib/browser.mjs";
import { crawl, kind, weeksAround } from "./lib/crawl.mjs";
import { open } from "./lib/site.mjs";

const [folder, moment = "saturday", ...only] = process.argv.slice(2);
if (resolve(folder).startsWith(fileURLToPath(new URL("..", import.meta.url)))) {
	throw new Error("the pictures would lie inside the repository");
}
const TALLEST = 3000;

const site = await open(moment);
const browser = await launch();
try {
	const door = await visit(browser, site);
	const all = (await roles(door.page)).filter((role) => !only.length || only.some((one) => role.startsWith(one)));
	for (const role of all) {
		for (const size of Object.keys(SIZES)) {
			const { context, page } = await visit(browser, site, { size });
			await enter(page, role);
			const pages = await crawl(page, weeksAround(page.url()));
			const place = join(folder, moment, role.split(".")[0]);
			mkdirSync(place, { recursive: true });
			for (const { path } of pages) {
				await page.goto(path);
				const { width } = SIZES[size];
				const height = await page.evaluate(() => document.documentElement.scrollHeight);
				const name = kind(path).replaceAll(/[^A-Za-z0-9=-]+/g, "_");
				const clip = { x: 0, y: 0, width, height: Math.min(height, TALLEST) };
				await page.screenshot({ path: join(place, `${name}-${width}.png`), fullPage: true, clip });
			}
			await context.close();
			console.log(`${role} at ${SIZES[size].width}: ${pages.length} pages`);
		}
	}
} finally {
	await browser.close();
	await site.stop();
}
