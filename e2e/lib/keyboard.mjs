// The keyboard alone: where Tab leads, and whether anything but a keyboard was used.

const GOES = new Set(["Tab", "Enter", " ", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Escape"]);
const isHeld = (key) => ["Shift", "Control"].includes(key);

/// Goes by Tab to `goal`, a locator: at most `most` times, which is what a person bears. Errors:
/// Tab does not lead there.
export async function tabTo(page, goal, most = 60) {
	// The page before may still be going.
	await goal.first().waitFor({ state: "attached" });
	await page.waitForLoadState();
	const isThere = () => goal.evaluateAll((all) => all.includes(document.activeElement));
	const passed = [];
	for (let tabs = 0; tabs < most; tabs += 1) {
		await page.keyboard.press("Tab");
		if (await isThere()) return;
		passed.push(await page.evaluate(() => {
			const { tagName, textContent, name } = document.activeElement;
			return `${tagName} ${(textContent || name || "").trim().slice(0, 20)}`;
		}));
	}
	throw new Error(`${most} Tabs do not lead to ${goal}: ${passed.join(", ")}`);
}

/// Acts of a hand that are none of a keyboard that goes and writes: a mouse, a finger, a chord, a
/// key of its own meaning outside of a field.
export function strange(events) {
	return events.filter(({ kind, key, chord, field }) => {
		if (kind !== "key" || field === "keypad" || chord) return true;
		return !field && !GOES.has(key) && !isHeld(key);
	});
}
