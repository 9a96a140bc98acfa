// What a device at the dock remembers: the book of the week as last heard, and what was done and
// not yet answered. Each act lies in its own place of the browser's store, under a key of its
// own, until the server has answered it; the key makes sending it twice the same as once.

import { forget, isDoor } from "./forget.js";

const page = document.body.dataset;
const own = `quai.${page.hub}.`;
const bookAt = `${own}book.${page.week}`;
const read = (name) => {
	try {
		return JSON.parse(localStorage.getItem(name));
	} catch {
		return null;
	}
};
const write = (name, value) => localStorage.setItem(name, JSON.stringify(value));
const names = (start) => Object.keys(localStorage).filter((name) => name.startsWith(own + start)).sort();

/** On what labels are printed: sheets or a roll. */
export const sheet = () => localStorage.getItem(`${own}sheet`) ?? "a4";
export const setSheet = (kind) => localStorage.setItem(`${own}sheet`, kind);

/** What the page shows. `now.at` says how we stand: "on", "off", "enter" (the session is over). */
export const now = { book: null, lines: new Map(), queue: [], problems: new Map(), at: navigator.onLine ? "on" : "off", said: "", today: "", stranger: null, loaded: new Set() };
const watchers = [];
export const watch = (look) => watchers.push(look);
const tell = (what) => watchers.forEach((look) => look(what));

// The book.
function take(book) {
	if (!book) return;
	if (book.is_whole) {
		now.book = book;
		now.lines = new Map(book.lines.map((line) => [line.id, line]));
	} else {
		for (const line of book.lines) now.lines.set(line.id, line);
		Object.assign(now.book, book, { is_whole: true, days: now.book.days, farms: now.book.farms, pallets: book.pallets ?? now.book.pallets, parts: book.parts ?? now.book.parts });
	}
	now.book.lines = [...now.lines.values()];
}
function keepBook() {
	// The form token is the session's: it is asked for again, and never lies in a store.
	const { token, ...book } = now.book;
	try {
		write(bookAt, book);
	} catch {
		now.said = "La mémoire de l'appareil est pleine : sans réseau, cette page ne s'ouvrira pas.";
	}
}
/** Reads all that is kept. Books of other weeks go. */
export function recall() {
	for (const name of names("book.")) if (name !== bookAt) localStorage.removeItem(name);
	const kept = read(bookAt);
	if (kept) take({ ...kept, token: now.book?.token });
	now.queue = names("act.").map((name) => ({ name, ...read(name) })).filter((act) => act.key);
	now.problems = new Map(names("problem.").map((name) => [name.slice(own.length + 8), read(name)]));
	now.loaded = new Set(read(`${own}loaded.${page.week}`) ?? []);
	overlay();
}
const here = (line) => (line === undefined ? "sort" : `${page.week}.${line}`);
export const problemOf = (line) => now.problems.get(here(line));
export function settleProblem(line) {
	now.problems.delete(here(line));
	localStorage.removeItem(`${own}problem.${here(line)}`);
	tell({ lines: [line] });
}
export function setLoaded(code) {
	now.loaded.add(code);
	write(`${own}loaded.${page.week}`, [...now.loaded]);
}

// What the eye sees: what the server said, and over it what was done here since.
let waiting = new Map();
function overlay() {
	const mine = now.queue.filter((act) => act.week === page.week && act.act === "line");
	waiting = new Map(mine.map((act) => [act.line, act.said]));
}
export const isWaiting = (line) => waiting.has(line.id);
export const stands = (line) => (waiting.has(line.id) ? waiting.get(line.id) : line.stands);
export const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

function unique() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
let last = 0;
function put(act) {
	// In the order of doing, whatever the device's clock says.
	last = Math.max(Date.now(), last + 1, ...now.queue.map((one) => one.order + 1));
	const one = { key: unique(), order: last, week: page.week, by: now.book?.person, ...act };
	one.name = `${own}act.${String(one.order).padStart(15, "0")}.${one.key}`;
	const { name, ...body } = one;
	write(name, body);
	now.queue.push(one);
	overlay();
	tell({ lines: [act.line] });
	send();
}
/** Says what arrived of a line; `null`: it has not arrived yet. */
export function say(line, said) {
	if (problemOf(line.id)) settleProblem(line.id);
	put({ act: "line", line: line.id, seen: stands(line) ?? null, said });
}
export const sort = (day) => put({ act: "sort", day });

// Sending, one act after the other.
const WAITS = [200, 300, 500, 800, 1200, 2000, 3000, 5000];
let tries = 0, timer = 0, isSending = false;
function stand(at, said = "") {
	if (now.at === at && now.said === said) return;
	Object.assign(now, { at, said });
	tell({});
}
function later() {
	clearTimeout(timer);
	timer = setTimeout(send, WAITS[Math.min(tries++, WAITS.length - 1)]);
}
/** Sends what waits. Two pages of one device do it in turns. */
export async function send() {
	if (isSending || !now.queue.length) return;
	clearTimeout(timer);
	isSending = true;
	try {
		const turn = () => drain();
		await (navigator.locks ? navigator.locks.request(`${own}send`, turn) : turn());
	} finally {
		isSending = false;
	}
}
async function drain() {
	while (now.queue.length) {
		const [act] = now.queue;
		// Another page of this device may have sent it.
		if (!localStorage.getItem(act.name)) {
			now.queue.shift();
			continue;
		}
		const outcome = await post(act);
		if (outcome !== "next") return outcome === "later" && later();
		tries = 0;
	}
	overlay();
	tell({});
}
// What somebody else did on this device leaves under the name of whoever is in: only if they say so.
let taken = "";
function isStrange(act) {
	const is = Boolean(act.by && now.book.person && act.by !== now.book.person && act.by !== taken);
	now.stranger = is ? act.by : null;
	return is;
}
/** Sends what another person left waiting, under one's own name. */
export function takeOver() {
	taken = now.stranger;
	now.stranger = null;
	tell({});
	send();
}
async function post(act) {
	const { name, order, week, by, ...body } = act;
	let got, answer;
	// Known to have no network: the poll and the browser tell when it is back.
	if (!navigator.onLine && now.at === "off") return "later";
	try {
		if (!now.book?.token && !(await refresh())) return "later";
		if (isStrange(act)) return tell({}), "stop";
		got = await fetch(page.base.replace(page.week, week) + "/floor/acts", {
			method: "POST", redirect: "manual", signal: AbortSignal.timeout(8000),
			headers: { "content-type": "application/json", "x-form-token": now.book.token },
			body: JSON.stringify({ hub: page.hub, acts: [body] }),
		});
		if (got.status === 401) return ended(), "stop";
		if (got.status === 403) return renew();
		if (got.status >= 500 || got.status === 429) return stand("on", "Le serveur est occupé, nouvel essai…"), "later";
		answer = await got.json();
	} catch {
		stand("off");
		return "later";
	}
	renewed = 0;
	stand("on");
	if (got.status === 409) return stand("on", answer.reasons.join(" ")), "stop";
	settle(act, got.ok ? answer.answers[0] : { done: "refused", said: answer.reasons.join(" ") });
	return "next";
}
// A page from before the session, or a right that is gone: a new token once, then it is said.
let renewed = 0;
async function renew() {
	if (renewed++ < 1 && (await refresh())) return "later";
	stand("on", "Votre rôle ne permet plus de pointer : rien n'est perdu, demandez à la coordination.");
	return "stop";
}
function settle(act, answer) {
	const line = answer.line;
	if (line && act.week === page.week) now.lines.set(line.id, line);
	if (["refused", "conflict"].includes(answer.done)) {
		const at = act.act === "sort" ? "sort" : `${act.week}.${act.line}`;
		const problem = { done: answer.done, said: answer.said ?? "", mine: act.said };
		now.problems.set(at, problem);
		write(`${own}problem.${at}`, problem);
	}
	localStorage.removeItem(act.name);
	now.queue.shift();
	if (now.book) {
		now.book.lines = [...now.lines.values()];
		keepBook();
	}
	overlay();
	tell({ lines: [act.line], less: answer.less });
	if (act.act === "sort") refresh();
}

// The session is over, here or elsewhere: the list was its own. What waits to be sent stays.
let isForgotten = false;
async function ended() {
	stand("enter");
	if (isForgotten) return;
	isForgotten = true;
	now.book = null;
	now.lines.clear();
	now.loaded.clear();
	await forget();
	tell({ all: true });
}

/** Asks for what has changed; true when the server answered. */
export async function refresh() {
	const since = now.book?.rev ?? "";
	try {
		const got = await fetch(`${page.base}/floor/book?since=${since}`, { cache: "no-store", signal: AbortSignal.timeout(8000) });
		if (isDoor(got)) return ended(), false;
		if (!got.ok) return stand("on", got.status === 403 ? "Ce compte n'a pas accès au quai." : "Le serveur est occupé, nouvel essai…"), false;
		const book = await got.json();
		const isNew = book.rev !== now.book?.rev || book.is_whole;
		take(book);
		isForgotten = false;
		now.today = book.today;
		stand("on");
		if (isNew) keepBook(), tell({ all: book.is_whole, lines: book.lines.map((line) => line.id) });
		return true;
	} catch {
		return stand("off"), false;
	}
}

/** The page lives: asks every four seconds while it is looked at. */
export async function live() {
	const look = async () => document.visibilityState === "visible" && (await refresh()) && send();
	addEventListener("online", () => ((tries = 0), look()));
	addEventListener("offline", () => stand("off"));
	addEventListener("visibilitychange", look);
	// What another page of this device did.
	addEventListener("storage", ({ key }) => key?.startsWith(own) && !isSending && (recall(), tell({ all: true })));
	setInterval(look, 4000);
	await look();
}
