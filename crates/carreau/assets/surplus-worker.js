// Keeps food aid's list and receipt of a week, so that both open without a network once they were
// opened with one. The network comes first: what is offered changes by the minute.
const LIST = new URL(registration.scope).pathname;
const RECEIPT = `${LIST}/receipt`;
const KEPT = `surplus ${LIST}`;
const FILES = ["carreau.css", "carreau.js", "surplus.css", "surplus.js", "favicon.svg", "atkinson-400.woff2", "atkinson-600.woff2", "bricolage-700.woff2", "bricolage-figures.woff2", "plex-condensed-400.woff2", "plex-condensed-600.woff2"]
	.map((name) => `/assets/${name}`);
// A network that does not answer in this time is treated as none, where there is a copy.
const PATIENCE = 4000;

// Without the token of the session, which never lies in a store, and with the hour.
async function keep(cache, path, got) {
	const text = (await got.text())
		.replace(/(name="form[-_]token" (?:content|value)=")[^"]*/g, "$1")
		.replace("<body", `<body data-kept-at="${Date.now()}"`);
	const headers = {};
	for (const name of ["content-type", "content-security-policy"]) headers[name] = got.headers.get(name) ?? "";
	await cache.put(path, new Response(text, { headers }));
	return text;
}
async function keepReceipt(cache) {
	const got = await fetch(RECEIPT, { cache: "no-store" });
	if (got.ok && !got.redirected) await keep(cache, RECEIPT, got);
}

addEventListener("install", (event) => {
	skipWaiting();
	event.waitUntil(caches.open(KEPT).then(async (cache) => {
		const list = await fetch(LIST, { cache: "no-store" });
		// The door, or a fault: nothing to keep.
		if (!list.ok || list.redirected) throw new Error(`${list.status} ${list.url}`);
		await Promise.all([cache.addAll(FILES), keep(cache, LIST, list), keepReceipt(cache)]);
	}));
});
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
	const { request } = event;
	const { origin, pathname } = new URL(request.url);
	if (request.method !== "GET" || origin !== location.origin) return;
	if (request.mode === "navigate" && [LIST, RECEIPT].includes(pathname)) event.respondWith(open(event, pathname));
	else if (FILES.includes(pathname)) event.respondWith(file(request, pathname));
});

async function open(event, path) {
	const cache = await caches.open(KEPT);
	const found = await cache.match(path);
	try {
		const got = await fetch(event.request.url, { redirect: "manual", ...(found && { signal: AbortSignal.timeout(PATIENCE) }) });
		// These pages lead nowhere but to the door: the session is over, and so is what was kept.
		if (got.type === "opaqueredirect") {
			await caches.delete(KEPT);
			await registration.unregister();
		} else if (got.ok) {
			const copy = got.clone();
			event.waitUntil(keep(cache, path, copy).then((text) => path === LIST && text.includes(`"${RECEIPT}"`) && keepReceipt(cache)));
		} else if (got.status >= 500 && found) return found;
		return got;
	} catch (gone) {
		if (found) return found;
		throw gone;
	}
}
async function file(request, path) {
	const cache = await caches.open(KEPT);
	const found = await cache.match(path);
	try {
		const got = await fetch(request, found ? { signal: AbortSignal.timeout(PATIENCE) } : {});
		if (got.ok) await cache.put(path, got.clone());
		return got;
	} catch (gone) {
		if (found) return found;
		throw gone;
	}
}
