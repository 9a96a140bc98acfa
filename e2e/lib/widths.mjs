// A page as it stands, at some widths: nothing for axe to find, nothing wider than the screen.
import { audit, thin } from "./axe.mjs";
import { SIZES } from "./browser.mjs";
import { overflow } from "./eye.mjs";

/// Faults of the page, one line each. Rows like others are taken away: nothing is done on it
/// afterwards, unless `isKept`.
export async function atWidths(page, name, sizes = Object.keys(SIZES), isKept = false) {
	const before = page.viewportSize();
	const found = [];
	if (!isKept) await thin(page);
	for (const size of sizes) {
		await page.setViewportSize(SIZES[size]);
		const faults = [...(await overflow(page)), ...(await audit(page))];
		found.push(...faults.map((fault) => `${name} at ${SIZES[size].width}: ${fault}`));
	}
	await page.setViewportSize(before);
	return found;
}
