// What axe finds on a page, in French, one line each.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const french = readFileSync(require.resolve("axe-core/locales/fr.json"), "utf8");

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// Audits the page as it stands. Shape: one line for each fault.
export async function audit(page) {
	// Evaluated by the debugger: the page's own policy stays in force.
	await page.evaluate(`if (!window.axe) { ${axe}; axe.configure({ locale: ${french} }); } 0`);
	const found = await page.evaluate(async (tags) => {
		// What a bar at the bottom lies on comes free by scrolling; axe sees one place of it only.
		const still = new CSSStyleSheet();
		still.replaceSync(".bar { position: static !important }");
		const before = document.adoptedStyleSheets;
		document.adoptedStyleSheets = [...before, still];
		const found = await window.axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
		document.adoptedStyleSheets = before;
		return found;
	}, TAGS);
	return found.violations.flatMap(({ id, help, nodes }) =>
		nodes.map(({ target, failureSummary }) => {
			const why = failureSummary.split("\n").slice(1).map((line) => line.trim()).join(" ");
			return `${id} (${help}): ${target.join(" ")}: ${why}`;
		}));
}

/// Takes away rows that look like others: contrast takes axe eight seconds on three hundred rows.
/// Of every shape of row (its marks, fields, tags) the first few stay, wherever they stand.
export async function thin(page, most = 30, kept = 3) {
	await page.evaluate(([most, kept]) => {
		const shape = (one) =>
			[one, ...one.querySelectorAll("*")].map((part) => `${part.tagName}.${part.className}`).join();
		for (const list of document.querySelectorAll("table, ul, ol, dl, form, select")) {
			const rows = list.matches("table")
				? [...list.querySelectorAll("tbody > tr")]
				: [...list.children].filter((one) => one.matches("li, fieldset, option, optgroup"));
			if (rows.length <= most) continue;
			const seen = new Map();
			for (const row of rows) {
				const own = shape(row);
				seen.set(own, (seen.get(own) ?? 0) + 1);
				if (seen.get(own) > kept && !row.contains(document.activeElement)) row.remove();
			}
			for (const body of list.querySelectorAll("tbody:empty")) body.remove();
		}
	}, [most, kept]);
}
