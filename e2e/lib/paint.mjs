// How long a hand waits for a picture: counted by the browser itself, where the event arrives.

/// Milliseconds from the event `from` (a key goes down, a finger) to the second picture after it;
/// or to the one after that which shows `until`, a selector. `act` is what the hand does.
export async function painted(page, act, { from = "keydown", until } = {}) {
	await page.evaluate(([from, until]) => {
		const isThere = () => !until || document.querySelector(until) !== null;
		window.painted = new Promise((resolve) => {
			addEventListener(from, function begun(event) {
				if (["Control", "Shift"].includes(event.key)) return;
				removeEventListener(from, begun, true);
				const end = () => resolve(performance.now() - event.timeStamp);
				const look = () => requestAnimationFrame(isThere() ? end : look);
				requestAnimationFrame(look);
			}, true);
		});
	}, [from, until]);
	await act();
	return page.evaluate(() => window.painted);
}

/// The one in the middle.
export const middle = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
