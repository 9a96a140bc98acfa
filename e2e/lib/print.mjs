// A paper read back: its words, where they stand.
import { execFileSync } from "node:child_process";

const WORD = /<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<\/word>/g;
const SIGNS = { "&amp;": "&", "&apos;": "'", "&quot;": "\"", "&lt;": "<", "&gt;": ">" };

/// The pages of a PDF: their size in points, and their words with the corner where each begins.
export function pages(pdf) {
	const text = execFileSync("pdftotext", ["-bbox", "-", "-"], { input: pdf, encoding: "utf8", maxBuffer: 1 << 28 });
	return text.split("<page ").slice(1).map((part) => {
		const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(part).map(Number);
		const words = [...part.matchAll(WORD)].map(([, x, y, right, , word]) =>
			({ x: Number(x), y: Number(y), right: Number(right), text: word.replace(/&\w+;/g, (sign) => SIGNS[sign]) }));
		return { width, height, words };
	});
}

/// Letters and digits alone, however a line breaks and whatever stands between.
export const letters = (text) => text.normalize("NFKC").replace(/[^\p{L}\p{N}]/gu, "");

/// How many there are of each letter.
function tally(text) {
	const found = new Map();
	for (const one of letters(text)) found.set(one, (found.get(one) ?? 0) + 1);
	return found;
}

/// Faults of rows that were set in columns: each column, in the order of reading, is to hold rows
/// whole, one after another. `rows` and `columns` are texts.
export function cutRows(rows, columns) {
	const faults = [];
	let next = 0;
	columns.forEach((column, at) => {
		const left = tally(column);
		const first = next;
		for (; next < rows.length; next += 1) {
			const own = [...tally(rows[next])];
			if (own.some(([one, many]) => (left.get(one) ?? 0) < many)) break;
			for (const [one, many] of own) left.set(one, left.get(one) - many);
		}
		const rest = [...left].flatMap(([one, many]) => Array(many).fill(one)).join("");
		if (rest || next === first) faults.push(`column ${at + 1} cuts « ${rows[next]} »: ${rest.slice(0, 40)}`);
	});
	if (next < rows.length) faults.push(`« ${rows[next]} » and what follows is not there`);
	return faults;
}
