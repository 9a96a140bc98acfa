// The pages that somebody reaches by links from where they begin.

/// Papers and files: no pages, and slow to set. The dock's labels are a paper, a farm's are a page.
/// A letter as it is mailed runs no script, an audit's neither.
const NO_PAGE = /^\/(enter)?$|^\/mail\/.*\/html$|\/(paper|note|invoice|order|dock\/labels|files?|export|download)(\/|$)|\.(pdf|csv|xlsx|xml|json|txt|zip)$/;
/// More than any role has: whoever has more is to be looked at, not cut off.
const MOST = 140;

/// What kind of page an address is: its numbers and names are one example of many. The week is
/// kept, for a page looks another way before, in and after its week.
export function kind(address) {
	const url = new URL(address, "http://any");
	const parts = url.pathname.split("/").map((part, at, all) => {
		const isName = /^[a-z-]*$/.test(part) && !["farm", "buyer", "people", "vehicles"].includes(all[at - 1]);
		return isName || /^\d{4}-W\d\d$/.test(part) || /^v\d$/.test(part) ? part : ":";
	});
	const asked = [...url.searchParams.keys()].sort().join("&");
	return parts.join("/") + (asked && `?${asked}`);
}

/// One address for each kind of page, in the order in which they are met. `weeks`: the weeks that
/// are looked at; others are left out. Errors: more than `most` kinds.
export async function crawl(page, weeks, most = MOST) {
	const start = page.url();
	const found = new Map();
	const queue = [new URL(start)];
	while (queue.length) {
		const url = queue.shift();
		const path = url.pathname + url.search;
		const week = /^\/weeks\/([^/]+)/.exec(url.pathname)?.[1];
		if (found.has(kind(path)) || NO_PAGE.test(url.pathname) || (week && !weeks.includes(week))) continue;
		const answer = await page.context().request.get(path);
		const type = answer.headers()["content-type"] ?? "";
		if (!type.startsWith("text/html")) continue;
		if (found.size === most) throw new Error(`more than ${most} kinds of pages: ${path}`);
		found.set(kind(path), { path, status: answer.status() });
		const html = await answer.text();
		for (const [, href] of html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)) {
			const to = new URL(href.replaceAll("&amp;", "&").replaceAll("&#38;", "&"), answer.url());
			if (to.origin === new URL(start).origin) queue.push(to);
		}
	}
	return [...found.values()];
}

/// Pages that no link leads to as the week is: they are typed, come in a letter, or belong to a day
/// that is over. `week` is the one on which the role begins; `buyer` and `farm` are codes.
export function unlinked(role, { week, buyer, farm }) {
	// The first farm of the door brings something on every day of that week. A farm begins at the
	// week that waits for its answer, the next.
	const past = weekAfter(week, role === "producer" ? -3 : -2);
	const labels = `labels/${dayOf(past, 1)}`;
	const own = {
		coordinator: [
			`/weeks/${week}/orders/new?buyer=${buyer}`,
			`/weeks/${past}/offers/farm/${farm}/${labels}`,
			// Nothing is left to deliver; `rounds-desk` looks at a day that has something.
			`/weeks/${past}/rounds/plan/${dayOf(past, 1)}`,
		],
		producer: [`/weeks/${past}/my-offers/${labels}`],
	};
	return [...(own[role] ?? []), "/search?q=carotte", "/search?q=introuvable", "/lien", "/enter/keys", "/enter"];
}

/// A day of a week, so many after its Monday: ISO 8601, where the fourth of January is in the first.
function dayOf(week, after) {
	const [year, number] = week.split("-W").map(Number);
	const fourth = new Date(Date.UTC(year, 0, 4));
	const monday = 4 - ((fourth.getUTCDay() + 6) % 7);
	return new Date(Date.UTC(year, 0, monday + 7 * (number - 1) + after)).toISOString().slice(0, 10);
}

/// The week so many after another, of the same year.
function weekAfter(week, step) {
	const [year, number] = week.split("-W").map(Number);
	return `${year}-W${String(number + step).padStart(2, "0")}`;
}

/// The week in an address, the one before and the one after.
export function weeksAround(address) {
	const [week] = /\d{4}-W\d\d/.exec(address) ?? [];
	if (!week) throw new Error(`no week in ${address}`);
	return [-1, 0, 1].map((step) => weekAfter(week, step));
}
