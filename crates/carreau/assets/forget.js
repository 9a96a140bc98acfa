// What a device keeps of whoever is signed in, and how it forgets all of it but what still waits
// to be sent: that is nobody's to throw away.

const read = (name) => {
	try {
		return JSON.parse(localStorage.getItem(name));
	} catch {
		return null;
	}
};
const weekOf = (path) => /\/weeks\/([^/]+)/.exec(path ?? "")?.[1] ?? "";

// Kinds of what waits: by their name in the store, what they are called, and where they leave from.
const KINDS = [
	{ word: ["pointage", "pointages"], start: /^quai\.[^.]+\.act\./, all: (name) => [read(name)?.week], page: (week) => `/weeks/${week}/dock/floor` },
	{ word: ["réponse à lire", "réponses à lire"], start: /^quai\.[^.]+\.problem\./, all: (name) => [/problem\.(\d{4}-W\d\d)\./.exec(name)?.[1] ?? ""], page: (week) => (week ? `/weeks/${week}/dock/floor` : "/dock") },
	{ word: ["reçu", "reçus"], start: /^carreau-receipts$/, all: (name) => (read(name) ?? []).map((one) => weekOf(one.action)), page: (week) => `/weeks/${week}/surplus` },
	{ word: ["réclamation", "réclamations"], start: /^carreau-claims$/, all: (name) => (read(name) ?? []).map((one) => `/weeks/${weekOf(one.action)}/my-orders/delivery/${one.fields?.delivery ?? ""}`), page: (path) => path },
];

/** What waits on this device: how many of a kind, in words, and the page from which they leave. */
export function waiting() {
	const names = Object.keys(localStorage).sort();
	return KINDS.flatMap(({ word, start, all, page }) => {
		const places = names.filter((name) => start.test(name)).flatMap(all);
		if (!places.length) return [];
		return [{ count: places.length, name: `${places.length}\u00a0${word[places.length > 1 ? 1 : 0]}`, page: page(places[0] ?? "") }];
	});
}

/** Forgets pages, files, lists, and the workers that serve them. What waits stays. */
export async function forget() {
	for (const name of Object.keys(localStorage)) {
		const stays = KINDS.some(({ start, all }) => start.test(name) && all(name).length);
		if (!stays) localStorage.removeItem(name);
	}
	sessionStorage.clear();
	const known = (await navigator.serviceWorker?.getRegistrations()) ?? [];
	await Promise.all(known.map((one) => one.unregister()));
	// A browser without a safe connection has no such store.
	const names = (await globalThis.caches?.keys()) ?? [];
	await Promise.all(names.map((name) => caches.delete(name)));
}

/** True for the answer that leads to the door: the session is over. */
export const isDoor = (got) => got.status === 401 || (got.redirected && new URL(got.url).pathname === "/enter");
