// The price list on paper, from the coordinator's own printer: A4, two columns, rows whole, the head
// above each column. The paper is read back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter, launch, visit } from "../lib/browser.mjs";
import { figure } from "../lib/figures.mjs";
import { cutRows, letters, pages } from "../lib/print.mjs";
import { open } from "../lib/site.mjs";

const HEAD = "ProduitFermeColisVenteHT";
// In points: how far the words of a head stand apart; width and height of A4.
const LINE = 12, A4 = [595, 842];

// A list of hundreds of rows fills many pages.
let site, browser;
before(async () => {
	[site, browser] = await Promise.all([open("large"), launch()]);
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/// The printed list, and the texts of its rows in their order. `change` makes a variant of its
/// style.
async function printed(change = (style) => style) {
	const { page, context, faults } = await visit(browser, site);
	try {
		await page.route("**/assets/grid.css", async (route) => {
			const answer = await route.fetch();
			await route.fulfill({ response: answer, body: change(await answer.text()) });
		});
		await enter(page, "coordinator");
		await page.goto("/weeks/2026-W49/mercuriale");
		await page.locator("#mercuriale[role=grid]").waitFor();
		await page.emulateMedia({ media: "print" });
		const rows = await page.locator("#mercuriale tbody > tr").evaluateAll((all) => all.map((row) => row.innerText));
		const paper = await page.pdf({ format: "A4", preferCSSPageSize: true });
		assert.deepEqual(faults, []);
		return { rows, papers: pages(paper) };
	} finally {
		await context.close();
	}
}

/// The words of one column below its head, as one text; null without a head.
function below(words) {
	const top = Math.min(...words.filter(({ text }) => text === "Produit").map(({ y }) => y));
	const isHead = ({ y }) => Math.abs(y - top) < LINE;
	const head = words.filter(isHead).sort((a, b) => a.x - b.x).map(({ text }) => text).join(" ");
	if (letters(head) !== HEAD) return null;
	return words.filter((one) => one.y > top && !isHead(one)).map(({ text }) => text).join(" ");
}

/// What is wrong with a printed list.
function faultsOf({ rows, papers }) {
	const faults = [], columns = [];
	papers.forEach(({ width, height, words }, at) => {
		const name = `page ${at + 1}`;
		if (A4[0] !== Math.round(width) || A4[1] !== Math.round(height)) faults.push(`${name} is ${width} × ${height}`);
		// The page's number stands below the list.
		const list = words.filter(({ y }) => y < height - 40);
		const crossing = list.filter(({ x, right, y }) => x < width / 2 && right > width / 2 && (at > 0 || y > 150));
		if (crossing.length) faults.push(`${name}: « ${crossing[0].text} » lies across the middle`);
		const sides = [list.filter(({ x }) => x < width / 2), list.filter(({ x }) => x >= width / 2)];
		// The last page may end in its first column.
		const isLast = at === papers.length - 1;
		for (const side of sides.filter((words) => words.length || !isLast)) {
			const text = below(side);
			text === null ? faults.push(`${name}: a column without its head`) : columns.push(text);
		}
	});
	return [...faults, ...cutRows(rows, columns)];
}

test("the price list is printed on A4 in two columns, rows whole, a head above each", { timeout: 180_000 }, async () => {
	const paper = await printed();
	assert.ok(paper.rows.length > 500 && paper.papers.length > 3, `${paper.rows.length} rows on ${paper.papers.length} pages`);
	assert.deepEqual(faultsOf(paper), []);
	figure(`print: ${paper.rows.length} rows of the price list on ${paper.papers.length} pages of A4`);
});

for (const [name, change, fault] of [
	["in one column", (style) => style.replace("columns:2;", ""), /a column without its head/],
	["on wider paper", (style) => style.replace("size:A4 portrait", "size:A4 landscape"), /page 1 is 84/],
	["with rows that break", (style) => style.replace("tr:not(.group){break-inside:avoid}", "tr:not(.group){break-inside:auto !important}"), /cuts «/],
	["with a head that is not repeated", (style) => `${style}@media print{.table thead{display:table-row-group !important}}`, /a column without its head/],
]) {
	test(`a list ${name} is found`, { timeout: 180_000 }, async () => {
		assert.match(faultsOf(await printed(change)).join("\n"), fault);
	});
}
