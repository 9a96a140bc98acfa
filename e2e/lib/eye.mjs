// What the eye sees of a page's shape.

/// Parts that make the page wider than the screen: the eye would have to push it sideways.
export function overflow(page) {
	return page.evaluate(() => {
		const { clientWidth, scrollWidth } = document.documentElement;
		if (scrollWidth <= clientWidth) return [];
		const isWide = (one) => {
			const box = one.getBoundingClientRect();
			return box.width > 0 && box.right + scrollX > clientWidth + 0.5;
		};
		// What scrolls inside a part of its own is no fault of the page.
		const isHeld = (one) => {
			for (let up = one.parentElement; up && up !== document.body; up = up.parentElement) {
				if (/auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX)) return true;
			}
			return false;
		};
		const wide = [...document.body.querySelectorAll("*")].filter((one) => isWide(one) && !isHeld(one));
		const inner = wide.filter((one) => !wide.some((other) => other !== one && one.contains(other)));
		const named = inner.slice(0, 5).map((one) => {
			const text = one.textContent.trim().slice(0, 40);
			return `${one.tagName.toLowerCase()}.${one.className} « ${text} »`;
		});
		return [`${scrollWidth} px wide on ${clientWidth}: ${named.join(", ")}`];
	});
}

/// Words that are cut off: a button or a heading whose text does not fit it.
export function cut(page) {
	return page.evaluate(() => {
		const all = document.querySelectorAll("button, .button, h1, h2, h3, label, legend, thead th, .tag, dd");
		const isCut = (one) => {
			const style = getComputedStyle(one);
			const hides = style.overflowX !== "visible" || style.overflowY !== "visible";
			const is_tall = one.scrollHeight > one.clientHeight + 2 && style.overflowY === "hidden";
			return one.clientWidth > 1 && hides && (one.scrollWidth > one.clientWidth + 1 || is_tall);
		};
		return [...all].filter(isCut).slice(0, 5).map((one) => `cut: ${one.textContent.trim().slice(0, 50)}`);
	});
}

/// Goes through a page by Tab. What receives the focus must show it, and nothing may lie on it.
export async function focus(page, most = 30) {
	const faults = [];
	await page.evaluate(() => document.activeElement?.blur());
	for (let at = 0; at < most; at += 1) {
		await page.keyboard.press("Tab");
		const fault = await page.evaluate(() => {
			const one = document.activeElement;
			if (!one || one === document.body) return "end";
			const name = `${one.tagName.toLowerCase()} « ${(one.textContent || one.name || "").trim().slice(0, 40)} »`;
			const style = getComputedStyle(one);
			const shows = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
				|| style.boxShadow !== "none";
			if (!shows) return `${name} does not show its focus`;
			const box = one.getBoundingClientRect();
			if (box.width < 1 || box.height < 1) return `${name} has the focus and no size`;
			const points = [[0.5, 0.5], [0.05, 0.5], [0.95, 0.5]].map(([x, y]) =>
				document.elementFromPoint(box.left + box.width * x, box.top + box.height * y));
			const isSeen = points.some((top) => top && (one.contains(top) || top.contains(one)));
			return isSeen ? "" : `something lies on ${name}, which has the focus`;
		});
		if (fault === "end") break;
		if (fault) faults.push(fault);
	}
	return faults;
}

/// Fields that are marked as wrong to the eye alone: not told to who hears the page, or told without
/// the reason.
export function unexplained(page) {
	return page.evaluate(() => {
		const named = (one) => one.name || one.textContent.trim().slice(0, 40);
		const why = (one) => {
			const id = one.getAttribute("aria-describedby");
			return ((id && document.getElementById(id)?.textContent) || one.title).trim();
		};
		const marked = [...document.querySelectorAll("[aria-invalid]:not([aria-invalid=false]), td.wrong input")];
		return marked.flatMap((one) => {
			// Without a value the attribute says that nothing is wrong.
			if (one.getAttribute("aria-invalid") !== "true") return [`${named(one)} is wrong and not said to be`];
			return why(one) ? [] : [`${named(one)} is wrong without a reason`];
		});
	});
}
