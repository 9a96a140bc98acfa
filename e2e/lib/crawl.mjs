// The pages that somebody reaches by links from where they begin.

/// Papers and files: no pages, and slow to set.
const NO_PAGE = /^\/(enter)?$|\/(paper|note|invoice|order|labels|files?|export|download)(\/|$)|\.(pdf|csv|xlsx|xml|json|txt|zip)$/;
const MOST = 90;

/// What kind of page an address is: its numbers and names are one example of many. The week is
/// kept, for a page looks another way before, in and after its week.
export function kind(address) {
	const url = new URL(address, "http://any");
	const parts = url.pathname.split("/").map((part, at, all) => {
		const isName = /^[a-z-]*$/.test(part) && !["farm", "buyer", "people"].includes(all[at - 1]);
		return isName || /^\d{4}-W\d\d$/.test(part) || /^v\d$/.test(part) ? part : ":";
	});
	const asked = [...url.searchParams.keys()].sort().join("&");
	return parts.join("/") + (asked && `?${asked}`);
}

/// One address for each kind of page, in the order in which they are met. `weeks`: the weeks that
/// are looked at; others are left out.
export async function crawl(page, weeks) {
	const start = page.url();
	const found = new Map();
	const queue = [new URL(start)];
	while (queue.length && found.size < MOST) {
		const url = queue.shift();
		const path = url.pathname + url.search;
		const week = /^\/weeks\/([^/]+)/.exec(url.pathname)?.[1];
		if (found.has(kind(path)) || NO_PAGE.test(url.pathname) || (week && !weeks.includes(week))) continue;
		const answer = await page.context().request.get(path);
		const type = answer.headers()["content-type"] ?? "";
		if (!type.startsWith("text/html")) continue;
		found.set(kind(path), { path, status: answer.status() });
		const html = await answer.text();
		for (const [, href] of html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)) {
			const to = new URL(href.replaceAll("&amp;", "&").replaceAll("&#38;", "&"), answer.url());
			if (to.origin === new URL(start).origin) queue.push(to);
		}
	}
	return [...found.values()];
}

/// The week in an address, the one before and the one after.
export function weeksAround(address) {
	const [, year, number] = /(\d{4})-W(\d\d)/.exec(address) ?? [];
	if (!year) throw new Error(`no week in ${address}`);
	const at = (step) => `${year}-W${String(Number(number) + step).padStart(2, "0")}`;
	return [at(-1), at(0), at(1)];
}
