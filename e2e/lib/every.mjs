// Every page of some roles at 320, 390 and 1280 px: nothing for axe to find, nothing wider than
// the screen, no error, no other host.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter, launch, roles, visit } from "./browser.mjs";
import { crawl, unlinked, weeksAround } from "./crawl.mjs";
import { figure } from "./figures.mjs";
import { open } from "./site.mjs";
import { atWidths } from "./widths.mjs";

/// The word of a role: one buyer's pages are like another's.
const word = (role) => role.split(".")[0];

/// Declares the tests. `isMine`: which roles, by their word. `around`: also the weeks before and
/// after the one on which the role begins, which look another way.
export function every(moment, isMine, around) {
	let site, browser, mine, codes;
	before(async () => {
		[site, browser] = await Promise.all([open(moment), launch()]);
		const door = await visit(browser, site);
		const found = await roles(door.page);
		await door.context.close();
		const code = (kind) => found.find((role) => word(role) === kind).slice(kind.length + 1);
		codes = { buyer: code("buyer"), farm: code("producer") };
		const isFirst = (role, at) => found.findIndex((one) => word(one) === word(role)) === at;
		mine = found.filter(isFirst).filter((role) => isMine(word(role)));
	});
	after(async () => {
		await browser?.close();
		await site?.stop();
	});

	test(`every page, ${moment}`, { timeout: 1_700_000 }, async (t) => {
		assert.ok(mine.length, "the door has no such role");
		for (const role of mine) {
			await t.test(role, async () => {
				const { found, pages } = await inspect({ browser, site, role, around, codes });
				assert.ok(pages >= 8, `${role} sees ${pages} pages`);
				assert.deepEqual(found, []);
				figure(`axe: ${word(role)}, ${pages} pages at 3 widths, 0 violations (${moment})`);
			});
		}
	});
}

async function inspect({ browser, site, role, around, codes }) {
	const found = [];
	let paths;
	for (const sizes of [["phone", "small"], ["desk"]]) {
		const visitor = await visit(browser, site, { size: sizes[0] });
		await enter(visitor.page, role);
		const weeks = weeksAround(visitor.page.url());
		paths ??= [
			...(await crawl(visitor.page, around ? weeks : weeks.slice(1, 2))).map(({ path }) => path),
			...unlinked(word(role), { ...codes, week: weeks[1] }),
		];
		for (const path of paths) found.push(...(await faultsOf(visitor, path, sizes)));
		found.push(...visitor.faults);
		await visitor.context.close();
	}
	return { found, pages: paths.length };
}

/// Faults of a page at some sizes.
async function faultsOf({ page }, path, sizes) {
	const answer = await page.goto(path);
	const found = answer.status() < 400 ? [] : [`${path}: status ${answer.status()}`];
	return [...found, ...(await atWidths(page, path, sizes))];
}
