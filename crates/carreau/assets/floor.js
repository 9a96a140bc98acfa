// The floor of the dock: one act per screen, each shown at once and sent when the network allows.
import { isWaiting, live, now, problemOf, recall, same, say, setSheet, settleProblem, sheet, sort, stands, takeOver, watch } from "./floor-store.js";
import { closePallet, crateCounts, isGone, openPallet, paintPallets, readCode, repaintPallet } from "./floor-scan.js";

const page = document.body.dataset;
const one = (what, from = document) => from.querySelector(what);
const all = (what, from = document) => [...from.querySelectorAll(what)];
const make = (kind, text = "", more = {}) => Object.assign(document.createElement(kind), { textContent: spaced(text) }, more);
const NBSP = "\u00a0", COMMA = ",";
// Signs of two parts stay with the word before them.
const spaced = (text) => text.replace(/ ([:;!?])/g, `${NBSP}$1`);

// Figures. Quantities are thousandths, as on the server.
const written = (thousandths, digits = 3) => {
	const whole = Math.trunc(Math.abs(thousandths) / 10 ** digits).toString().replace(/\B(?=(\d{3})+$)/g, "\u202f");
	const part = String(Math.abs(thousandths) % 10 ** digits).padStart(digits, "0").replace(/0+$/, "");
	return (thousandths < 0 ? "−" : "") + whole + (part && COMMA + part);
};
const unitOf = (line, quantity) => (Math.abs(quantity) >= 2000 ? line.units : line.unit);
const much = (line, quantity) => `${written(quantity)}${NBSP}${unitOf(line, quantity)}`;
const degrees = (tenths) => `${written(tenths, 1)}${NBSP}°C`;
/** What was typed, in units of 10^-digits; null when it is no number. */
function typed(text, digits) {
	const found = /^(-?)(\d{1,6})(?:[,.](\d*))?$/.exec(text);
	if (!found || (found[3] ?? "").length > digits) return null;
	return (found[1] ? -1 : 1) * Number(found[2] + (found[3] ?? "").padEnd(digits, "0"));
}

const REASONS = {
	no_show: ["Rien n'est venu", "rien n'est venu"],
	quality: ["Tout abîmé", "abîmé"],
	temperature: ["Trop chaud", "trop chaud"],
	size_grade: ["Mauvais calibre", "calibre"],
	marking: ["Mal étiqueté", "étiquetage"],
	not_ordered: ["Non commandé", "non commandé"],
};
const weighing = (received, more = {}) => ({ received, rejected: 0, rejection: null, temperature: null, ...more });

// On the list a phone shows 68,7 kg: the grams of the scale are on the screen of the line.
const about = (line, quantity) => much(line, line.is_weighed && quantity >= 10_000 ? Math.round(quantity / 100) * 100 : quantity);

/** What stands of a line, in words. */
function words(line, what, said = much) {
	if (!what) return "attendu";
	if (what.rejection === "no_show") return "rien n'est venu";
	const temperature = what.temperature === null ? "" : ` · ${degrees(what.temperature)}`;
	if (what.rejected) {
		const reason = REASONS[what.rejection]?.[1] ?? "";
		const all = what.rejected === what.received;
		return `${all ? "tout refusé" : `${said(line, what.received - what.rejected)} gardés, ${said(line, what.rejected)} refusés`} : ${reason}${temperature}`;
	}
	return `reçu ${said(line, what.received)}${temperature}`;
}
const isAsOrdered = (line, what) => what && !what.rejected && !what.rejection && what.received >= line.expected;

// The list.
const dayAt = `quai.${page.hub}.day.${page.week}`;
let day = "", chosen = sessionStorage.getItem(dayAt) ?? "";
// The server's day, as soon as it has said so: this device's clock may be wrong by hours.
function today() {
	if (now.today) return now.today;
	const is = new Date();
	return [is.getFullYear(), is.getMonth() + 1, is.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}
function pickDay() {
	const days = now.book?.days ?? [];
	const isThere = days.some((one) => one.code === chosen);
	day = isThere ? chosen : (days.find((one) => one.code >= today()) ?? days.at(-1))?.code ?? "";
}
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/œ/gi, "oe").toLowerCase();

function paintDays() {
	for (const box of all("[data-days]")) {
		box.hidden = (now.book?.days.length ?? 0) < 2;
		box.replaceChildren(...(now.book?.days ?? []).map(({ code, name }) => {
			const button = make("button", name, { type: "button" });
			button.setAttribute("aria-pressed", code === day);
			button.onclick = () => {
				sessionStorage.setItem(dayAt, (chosen = code));
				paintAll();
			};
			return button;
		}));
	}
}

const rows = new Map();
function paintList() {
	rows.clear();
	const box = one("[data-list]");
	if (!now.book) {
		const said = { off: "Pas de réseau, et cette page n'a pas encore été ouverte avec. Elle s'ouvrira dès qu'il revient.", enter: "Entrez pour voir ce qui arrive." }[now.at] ?? "Un instant…";
		return box.replaceChildren(make("p", said, { className: "empty" }));
	}
	const own = now.book.lines.filter((line) => line.day === day);
	const open = now.book.unclosed ? [make("p", now.book.unclosed, { className: "unclosed" })] : [];
	if (!own.length) return box.replaceChildren(...open, make("p", "Rien n'est attendu : le quai attend ce qui est commandé aux fermes.", { className: "empty" }));
	const farms = now.book.farms.filter((farm) => own.some((line) => line.farm === farm.code));
	farms.sort((a, b) => a.name.localeCompare(b.name, "fr"));
	box.replaceChildren(...open, ...farms.map((farm) => {
		const section = make("section", "", { className: "farm" });
		const head = make("header");
		head.append(make("h2", farm.name), make("span", "", { className: "count" }));
		if (farm.phone) head.append(make("a", "Appeler", { href: `tel:${farm.phone.replace(/[^\d+]/g, "")}`, className: "call", ariaLabel: `Appeler ${farm.name}, ${farm.phone}` }));
		const list = make("ul");
		list.append(...own.filter((line) => line.farm === farm.code).map((line) => row(line)));
		section.append(head, list);
		section.words = plain(`${farm.name} ${list.textContent}`);
		return section;
	}));
	find();
	counts();
}
function row(line) {
	const item = make("li", "", { className: "line" });
	item.dataset.line = line.id;
	const tick = make("button", "", { type: "button", className: "tick" });
	tick.append(make("span", "", { className: "box", ariaHidden: "true" }), make("b", line.product), make("span", "", { className: "much" }), make("small"));
	tick.onclick = () => onTick(now.lines.get(line.id));
	const verb = line.is_weighed ? "Peser" : "Compter";
	const side = (name, to, label) => make("a", name, { href: `#/${to}/${line.id}`, className: `side ${to}`, ariaLabel: `${label}, ${line.product}` });
	item.append(tick, side(verb, "peser", verb), side("Problème", "souci", "Problème"), make("div", "", { className: "told" }));
	rows.set(line.id, item);
	paint(line, item);
	return item;
}
function paint(line, item = rows.get(line.id)) {
	if (!item) return;
	const what = stands(line), waits = isWaiting(line), problem = problemOf(line.id);
	const tick = one(".tick", item);
	tick.setAttribute("aria-pressed", what !== null && what !== undefined);
	item.className = `line ${!what ? "" : isAsOrdered(line, what) ? "done" : what.received > what.rejected ? "short" : "none"}${waits ? " waits" : ""}${line.is_sorted ? " kept" : ""}`;
	const details = [line.labels, line.pack, line.limit !== null && !what && `${degrees(line.limit)} au plus`];
	const isPlain = what && same({ ...what, temperature: null }, weighing(line.expected));
	const state = what && [isPlain ? what.temperature !== null && degrees(what.temperature) : words(line, what, about), waits ? "en attente" : line.by];
	one("small", tick).textContent = spaced((state || details).filter(Boolean).join(" · "));
	one(".much", tick).replaceChildren(make("b", written(line.expected)), ` ${unitOf(line, line.expected)}`);
	const told = one(".told", item);
	told.replaceChildren(...(problem ? tellProblem(line, problem) : []));
	told.hidden = !problem;
}
// What the server said no to, and where somebody else was quicker: it stays until it is settled.
function tellProblem(line, problem) {
	const button = (text, onclick, quiet) => make("button", text, { type: "button", onclick, className: quiet ? "big quiet" : "big" });
	if (problem.done === "conflict" && !same(line.stands, problem.mine)) {
		const said = `${line.by || "Quelqu'un"} a noté : ${words(line, line.stands)}. Vous : ${words(line, problem.mine)}.`;
		return [
			make("p", said),
			button(`Laisser : ${words(line, line.stands)}`, () => settleProblem(line.id), true),
			button(`Mettre : ${words(line, problem.mine)}`, () => say(line, problem.mine)),
		];
	}
	if (problem.done === "conflict") return settleProblem(line.id), [];
	return [make("p", problem.said), button("Corriger", () => (location.hash = `#/peser/${line.id}`)), button("Compris", () => settleProblem(line.id), true)];
}
function counts() {
	const own = now.book?.lines.filter((line) => line.day === day) ?? [];
	const open = own.filter((line) => !stands(line)).length;
	one("[data-count-list]").textContent = own.length ? (open ? `${open} à recevoir` : "tout est là") : "";
	const [loaded, crates] = crateCounts(day);
	one("[data-count-pallets]").textContent = isGone(day) ? "tout est parti" : crates ? `${loaded} / ${crates}` : "";
	for (const section of all("[data-list] .farm")) {
		const items = all(".line", section);
		const done = items.filter((item) => one(".tick", item).getAttribute("aria-pressed") === "true").length;
		one(".count", section).textContent = `${done} / ${items.length}`;
		section.classList.toggle("all", done === items.length);
	}
}
function find() {
	const asked = plain(one("[data-find]").value).split(/\s+/);
	for (const section of all("[data-list] .farm")) section.hidden = !asked.every((word) => section.words.includes(word));
}

// Acts.
function onTick(line) {
	if (!now.book.may_write) return toast("Ce compte regarde seulement.");
	if (line.is_sorted) return toast("Déjà alloti : demandez à la coordination avant d'y toucher.");
	if (stands(line)) return (location.hash = `#/peser/${line.id}`);
	if (line.limit !== null) return (location.hash = `#/degres/${line.id}/${line.expected}`);
	note(line, weighing(line.expected));
}
function note(line, said) {
	const before = stands(line) ?? null;
	say(line, said);
	const did = said ? words(line, said) : "réception annulée";
	toast(`${line.product} : ${did}`, () => say(now.lines.get(line.id) ?? line, before));
}
let toasting = 0;
function toast(said, undo) {
	const box = one("[data-toast]");
	one("[data-toast-said]").textContent = spaced(said);
	one("[data-toast-undo]").hidden = !undo;
	one("[data-toast-undo]").onclick = () => ((box.hidden = true), undo());
	box.hidden = false;
	clearTimeout(toasting);
	toasting = setTimeout(() => (box.hidden = true), 10000);
}

// The keypad: a weight, a count, a refused part, a temperature, a code.
let pad = null;
function openPad(next) {
	pad = { text: "", ...next };
	one("[data-pad-title]").textContent = pad.title;
	one("[data-pad-asked]").textContent = pad.asked;
	// What is frozen is below zero; nothing else that is measured here is.
	const third = { quantity: COMMA, count: "", degrees: pad.isFrozen ? "±" : COMMA, code: "-" }[pad.kind];
	one("[data-keys]").replaceChildren(...[..."123456789", third, "0", "⌫"].map((key) => {
		const button = make("button", key === "±" ? "+/−" : key, { type: "button", disabled: !key });
		if (key === "⌫") button.ariaLabel = "Effacer";
		if (key === "±") button.ariaLabel = "Au-dessous de zéro";
		button.onclick = () => press(key);
		return button;
	}));
	const undo = one("[data-pad-undo]");
	undo.hidden = !pad.onUndo;
	undo.onclick = pad.onUndo;
	one("[data-pad-back]").href = pad.back ?? "#/";
	one("[data-unit]").textContent = pad.unit ?? "";
	paintPad();
	// Keys of a real keyboard go there; it brings up none of its own.
	one("[data-figure]").focus({ preventScroll: true });
}
function press(key) {
	const { text, kind } = pad;
	if (key === "⌫") pad.text = text.slice(0, -1);
	else if (key === "±") pad.text = text.startsWith("-") ? text.slice(1) : `-${text}`;
	else if (key === COMMA) {
		if (kind !== "quantity" && kind !== "degrees") return;
		if (!/[,]/.test(text)) pad.text = (text || "0") + COMMA;
	} else if (text.length < 12) pad.text = text === "0" && kind !== "code" ? key : text + key;
	paintPad();
}
const digitsOf = (kind) => ({ quantity: 3, count: 3, degrees: 1 })[kind];
function paintPad() {
	const value = pad.kind === "code" ? pad.text : typed(pad.text, digitsOf(pad.kind));
	const is = value !== null && value !== "" && (pad.kind !== "count" || value % 1000 === 0);
	pad.value = is ? value : null;
	const figure = one("[data-figure]");
	if (figure.value !== pad.text) figure.value = pad.text;
	const done = one("[data-pad-done]");
	const hint = is ? pad.hint?.(value) : pad.text && !/[,-]$/.test(pad.text) ? "Ce n'est pas un nombre." : "";
	one("[data-pad-hint]").textContent = spaced(hint || "");
	done.disabled = !is;
	done.textContent = spaced(is ? pad.verb(value) : pad.prompt);
	done.classList.toggle("danger", Boolean(is && pad.isRed?.(value)));
}
one("[data-pad-done]").onclick = () => pad?.value !== null && pad.onDone(pad.value);
addEventListener("keydown", (event) => {
	if (event.ctrlKey || event.metaKey || event.altKey) return;
	if (screen === "pallet") return readCode(event);
	if (screen !== "pad" || !pad) return;
	if (event.key === "Escape") return (location.hash = pad.back ?? "#/");
	if (event.key === "Enter" && !(event.target.closest?.("button, a") && event.target !== one("[data-pad-done]"))) {
		event.preventDefault();
		return one("[data-pad-done]").click();
	}
});
one("[data-figure]").oninput = ({ target }) => {
	const bare = target.value.replaceAll(".", COMMA).replace(/[^\d,-]/g, "");
	pad.text = (pad.kind === "count" ? bare.replace(/\D/g, "") : bare).slice(0, 12);
	target.value = pad.text;
	paintPad();
};

function weigh(line) {
	const what = stands(line);
	const surplus = (value) => Math.max(0, value - line.most);
	openPad({
		kind: line.is_weighed ? "quantity" : "count", unit: line.units,
		title: line.product,
		asked: `${farmName(line)} · attendu ${much(line, line.expected)}${what ? ` · ${words(line, what)}` : ""}`,
		prompt: line.is_weighed ? "Tapez le poids" : "Tapez le nombre",
		hint: (value) => surplus(value) ? `Au plus ${much(line, line.most)} : ${much(line, surplus(value))} de trop, refusés comme non commandés.` : value === 0 ? "Rien n'est venu ?" : "",
		isRed: (value) => surplus(value) || !value,
		verb: (value) => (!value ? "Noter : rien n'est venu" : `Noter ${much(line, value)}`),
		onUndo: what && !line.is_sorted ? () => (home(), note(line, null)) : null,
		onDone: (value) => {
			if (!value) return home(), note(line, weighing(0, { rejection: "no_show" }));
			if (line.limit !== null) return (location.hash = `#/degres/${line.id}/${value}`);
			const over = surplus(value);
			home();
			note(line, weighing(value, over ? { rejected: over, rejection: "not_ordered" } : {}));
		},
	});
}
function measure(line, received) {
	const tooWarm = (value) => value > line.limit;
	openPad({
		kind: "degrees", unit: "°C", isFrozen: line.limit < 0, title: line.product, back: `#/peser/${line.id}`,
		asked: `${much(line, received)} · ${degrees(line.limit)} au plus`,
		prompt: "Tapez la température",
		hint: (value) => (tooWarm(value) ? `Trop chaud : ${degrees(line.limit)} au plus.` : ""),
		isRed: tooWarm,
		verb: (value) => (tooWarm(value) ? `Refuser le lot à ${degrees(value)}` : `Noter ${much(line, received)} à ${degrees(value)}`),
		onDone: (temperature) => {
			home();
			const over = Math.max(0, received - line.most);
			if (tooWarm(temperature)) note(line, weighing(received, { temperature, rejected: received, rejection: "temperature" }));
			else note(line, weighing(received, { temperature, ...(over ? { rejected: over, rejection: "not_ordered" } : {}) }));
		},
	});
}
function refusePart(line) {
	const came = stands(line)?.received || line.expected;
	openPad({
		kind: line.is_weighed ? "quantity" : "count", unit: line.units, title: line.product, back: `#/souci/${line.id}`,
		asked: `Sur ${much(line, came)} apportés, combien sont refusés ?`,
		prompt: "Tapez ce qui est refusé",
		hint: (value) => (value > came ? `Pas plus que ${much(line, came)}.` : ""),
		verb: (value) => `Refuser ${much(line, value)}`,
		isRed: () => true,
		onDone: (value) => value > 0 && value <= came && (location.hash = `#/motif/${line.id}/${value}`),
	});
}
function trouble(line, part = 0) {
	const what = stands(line);
	const came = what?.received || line.expected;
	one("[data-trouble-title]").textContent = line.product;
	one("[data-trouble-asked]").textContent = part ? `${much(line, part)} refusés : pourquoi ?` : `${farmName(line)} · attendu ${much(line, line.expected)}${what ? ` · ${words(line, what)}` : ""}`;
	const reasons = Object.entries(REASONS).filter(([code]) => !part || code !== "no_show");
	const buttons = reasons.map(([code, [whole, short]]) => {
		const name = part ? short[0].toUpperCase() + short.slice(1) : whole;
		return make("button", name, { type: "button", className: "big quiet", onclick: () => {
			const temperature = what?.temperature ?? null;
			home();
			if (code === "no_show") note(line, weighing(0, { rejection: code }));
			else note(line, weighing(came, { rejected: part || came, rejection: code, temperature }));
		} });
	});
	if (!part) buttons.push(make("a", "Une partie seulement", { className: "big quiet", href: `#/partie/${line.id}` }));
	one("[data-reasons]").replaceChildren(...buttons);
}
const farmName = (line) => now.book.farms.find((farm) => farm.code === line.farm)?.name ?? "";

// Screens, by what follows the # of the address: the device's own "back" works.
let screen = "";
const home = () => (location.hash = "#/");
function show(name) {
	screen = name;
	for (const section of all("[data-screen]")) section.hidden = section.dataset.screen !== name;
	for (const tab of all("[data-tab]")) {
		const isHere = tab.dataset.tab === name || (name === "pallet" && tab.dataset.tab === "pallets");
		isHere ? tab.setAttribute("aria-current", "page") : tab.removeAttribute("aria-current");
	}
	one(".tabs").hidden = name === "pad" || name === "trouble";
}
const scrolled = { list: 0, pallets: 0 };
function route() {
	const [, what = "", id = "", more = ""] = location.hash.split("/");
	const line = now.lines.get(Number(id));
	if (screen in scrolled) scrolled[screen] = scrollY;
	one("[data-toast]").hidden ||= !["", "palettes", "palette"].includes(what);
	closePallet();
	const onPad = { peser: () => weigh(line), degres: () => measure(line, Number(more)), partie: () => refusePart(line) }[what];
	if (line && onPad && now.book.may_write) show("pad"), onPad();
	else if (line && ["souci", "motif"].includes(what) && now.book.may_write) show("trouble"), trouble(line, what === "motif" ? Number(more) : 0);
	else if (what === "code") show("pad"), typeCode(decodeURIComponent(id));
	else if (what === "palettes") show("pallets"), paintPallets(day);
	else if (what === "palette") show("pallet"), openPallet(day, decodeURIComponent(id));
	else show("list");
	scrollTo(0, scrolled[screen] ?? 0);
}
function typeCode(site) {
	openPad({
		kind: "code", title: "Code de l'étiquette", asked: "Le nombre sous le carré, avec son tiret.", back: `#/palette/${site}`,
		prompt: "Tapez le code", verb: (code) => `Vérifier ${code}`,
		onDone: (code) => {
			addEventListener("hashchange", () => readCode(code), { once: true });
			location.hash = `#/palette/${encodeURIComponent(site)}`;
		},
	});
}

// How we stand.
function paintState() {
	const waits = now.queue.length;
	const box = one("[data-state]");
	box.textContent = `${{ on: "En ligne", off: "Hors ligne", enter: "Session finie" }[now.at]} · ${waits} en attente`;
	box.className = `state ${now.at}${waits ? " waits" : ""}`;
	const notice = one("[data-notice]");
	const toldSort = problemOf();
	const stranger = now.stranger && `${now.stranger} a pointé ici sans réseau et n'a rien pu envoyer : ${waits}${NBSP}en attente.`;
	const said = now.at === "enter" ? "Votre session a pris fin. Vos pointages sont gardés ici et partiront quand vous serez entré de nouveau." : stranger || now.said || toldSort?.said || "";
	notice.hidden = !said;
	notice.textContent = spaced(said);
	if (now.at === "enter") notice.append(" ", make("a", "Entrer", { href: `/enter?to=${encodeURIComponent(location.pathname)}` }));
	else if (now.stranger) notice.append(" ", make("button", "Les envoyer sous mon nom", { type: "button", onclick: takeOver }));
	else if (toldSort) notice.append(" ", make("button", "Compris", { type: "button", onclick: () => settleProblem() }));
}
function paintAll() {
	pickDay();
	paintDays();
	paintList();
	paintState();
	one("[data-lots]").href = `${page.base}/labels/${day}?of=lots&on=${sheet()}`;
	one("[data-person]").textContent = now.book ? spaced(`Vous pointez sous le nom : ${now.book.person}.`) : "";
	paintPallet();
}
function paintPallet() {
	if (screen === "pallets") paintPallets(day);
	if (screen === "pallet") repaintPallet();
}
for (const choice of all("[name=sheet]")) {
	choice.checked = choice.value === sheet();
	choice.onchange = () => (setSheet(choice.value), paintAll());
}
one("[data-find]").oninput = find;
one("[data-sort]").onclick = () => (sort(day), toast("Allotissement demandé."));

let hasBook = false, isKept = true;
watch(({ all: isAll, lines, less }) => {
	if (less) toast(`${less}.`);
	const shown = day;
	pickDay();
	if (isAll || day !== shown) paintAll();
	// A row is painted where it stands: a list made anew would swallow the tap of a finger on it.
	else for (const id of lines ?? rows.keys()) if (now.lines.has(id)) paint(now.lines.get(id));
	if (!isAll) paintPallet();
	counts();
	paintState();
	if (now.book && !hasBook) (hasBook = true), route();
	// The session is over: the device has forgotten the page; whoever comes in has it kept again.
	if (isAll && !now.book) (isKept = false), screen === "list" || home();
	else if (isAll && now.book.version && (!isKept || now.book.version !== page.version)) (isKept = true), keep(now.book.version);
});

// Two workers keep this page at hand: for the week's address, and for the sign on a home screen.
function keep(version) {
	if (!navigator.serviceWorker) return;
	for (const scope of [location.pathname.endsWith("/floor") ? location.pathname : `${page.base}/floor`, "/dock"]) {
		navigator.serviceWorker.register(`/assets/floor-worker.js?v=${version}`, { scope, updateViaCache: "none" }).catch(() => {
			now.said = "Cet appareil ne garde pas la page : sans réseau, elle ne s'ouvrira pas.";
			paintState();
		});
	}
	navigator.serviceWorker.getRegistrations().then((known) => {
		for (const one of known) {
			const path = new URL(one.scope).pathname;
			if (path.endsWith("/dock/floor") && path !== `${page.base}/floor`) one.unregister();
		}
	});
	caches.keys().then((names) => names.filter((name) => name.startsWith("quai /weeks/") && !name.includes(` ${page.base}/floor `)).map((name) => caches.delete(name)));
}

recall();
hasBook = Boolean(now.book);
paintAll();
route();
addEventListener("hashchange", route);
// What is used again and again is not thrown away when the device is short of room.
navigator.storage?.persist?.();
keep(page.version);
live();
