// Keeps the page of the floor and all it is made of, so that it opens without a network. What is
// on the page (the book) and what was done (the queue) are kept by the page itself.
// One worker per address and version: all files are taken together, or none.
const VERSION = new URL(location).searchParams.get("v");
const PAGE = new URL(registration.scope).pathname;
const OWN = `quai ${PAGE} `;
const KEPT = OWN + VERSION;
const FILES = ["floor.css", "floor.js", "floor-store.js", "floor-scan.js", "forget.js", "floor.webmanifest", "favicon.svg", "atkinson-400.woff2", "atkinson-600.woff2", "bricolage-700.woff2", "bricolage-figures.woff2"]
	.map((name) => `/assets/${name}`);
// A network that does not answer in this time is treated as none.
const PATIENCE = 1200;

async function keepPage(cache) {
	const got = await fetch(PAGE, { cache: "no-store" });
	// The door, or a fault: nothing to keep.
	if (!got.ok || !isFloor(got)) throw new Error(`${got.status} ${got.url}`);
	await put(cache, got);
}
// Without the mark of a redirection, which no page may be opened from.
const put = async (cache, got) => cache.put(PAGE, new Response(await got.blob(), { headers: got.headers }));
const isFloor = (got) => new URL(got.url).pathname.endsWith("/dock/floor");

addEventListener("install", (event) => {
	skipWaiting();
	event.waitUntil(caches.open(KEPT).then((cache) =>
		Promise.all([cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" }))), keepPage(cache)])));
});

addEventListener("activate", (event) => {
	event.waitUntil(Promise.all([
		clients.claim(),
		caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith(OWN) && name !== KEPT).map((name) => caches.delete(name)))),
	]));
});

addEventListener("fetch", (event) => {
	const { request } = event;
	const { origin, pathname } = new URL(request.url);
	if (request.method !== "GET" || origin !== location.origin) return;
	if (request.mode === "navigate" && pathname === PAGE) event.respondWith(open());
	else if (FILES.includes(pathname)) event.respondWith(kept(pathname).then((found) => found ?? fetch(request)));
});

const kept = async (path) => (await caches.open(KEPT)).match(path);

// A week's page is at hand before any network. `/dock` asks which week it is by now, for a moment.
async function open() {
	const found = await kept(PAGE);
	if (found && PAGE !== "/dock") return found;
	try {
		const got = await fetch(PAGE, found ? { signal: AbortSignal.timeout(PATIENCE) } : {});
		if (!got.redirected) return got;
		// Another week by now: what opens without a network is that one.
		if (isFloor(got)) await put(await caches.open(KEPT), got.clone());
		return Response.redirect(got.url);
	} catch (gone) {
		if (found) return found;
		throw gone;
	}
}
