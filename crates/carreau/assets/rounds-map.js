// The rounds of a day on a map that is moved and zoomed. It takes the place of the drawing, from
// which it reads all that it shows; the drawing stays for paper. Loaded by `rounds.js` where a map
// is looked at and the browser can draw it.

import { grounds, load, style } from "/assets/rounds-ground.js";

const LICENCES = "/assets/MapLibre-licences.txt";

const WORDS = {
	"CooperativeGesturesHandler.WindowsHelpText": "Ctrl et molette pour agrandir la carte",
	"CooperativeGesturesHandler.MacHelpText": "⌘ et molette pour agrandir la carte",
	"CooperativeGesturesHandler.MobileHelpText": "Deux doigts pour déplacer la carte",
};

/// Room around all stops: buttons lie above, the credit below.
const PADDING = { top: 72, right: 40, bottom: 44, left: 40 };
const FIT = { padding: PADDING, maxZoom: 14 };

/// Most names of communes, and px² for each; half of a letter's width, the height of a line and half
/// of a stop's width, in px; how much lower or higher than its place a name may stand.
const NAMES = 16, ROOM = 24_000, LETTER = 4, LINE = 24, STOP = 18, BESIDE = [0, 26, -26];

const still = matchMedia("(prefers-reduced-motion: reduce)");

function made(tag, className, text = "") {
	const element = document.createElement(tag);
	element.className = className;
	element.textContent = text;
	return element;
}

const place = (text) => text.split(" ").map(Number);

/// What the drawing says: the dock, and each way with its colour and its stops.
function read(figure) {
	const names = [...figure.querySelectorAll(".ways li")].map((one) => one.textContent);
	const ways = names.map((name, at) => {
		const path = figure.querySelector(`path[data-way="${at}"]`);
		const stops = [...figure.querySelectorAll(`g.stop[data-way="${at}"]`)].map((one) => ({
			at: place(one.dataset.at),
			key: one.dataset.stop,
			mark: one.querySelector("text").textContent,
			said: one.querySelector("title").textContent,
			isLate: one.classList.contains("late"),
		}));
		return { name, stops, look: [...path.classList].find((one) => /^w\d$/.test(one)), colour: getComputedStyle(path).stroke };
	});
	return { dock: place(figure.dataset.dock), ways };
}

/// What is said of a map to who hears it; a page may have one for each day.
function titled(figure) {
	const day = (figure.closest("section[id]") ?? document).querySelector("h2")?.textContent ?? "";
	return `Carte des tournées, ${day} : les flèches la déplacent, + et - l'agrandissent et la réduisent`;
}

/// The map of one figure, with the stops of its rounds.
class RoundsMap {
	constructor(figure, { Map, Marker, LngLatBounds }, { outlines, communes }) {
		Object.assign(this, { figure, Marker, communes, pins: new globalThis.Map(), named: [], buttons: [] });
		this.read = read(figure);
		this.places = [this.read.dock, ...this.read.ways.flatMap((way) => way.stops.map((stop) => stop.at))];
		this.bounds = this.places.reduce((all, one) => all.extend(one), new LngLatBounds());
		this.box = made("div", "moves");
		// As high as the drawing, so that nothing below jumps; a flat one is too low to move in.
		const drawing = figure.querySelector("svg");
		const height = Math.max(320, Math.min(drawing.clientHeight, innerHeight * 0.8));
		this.box.style.height = `${Math.round(height)}px`;
		const canvas = made("div", "canvas");
		this.box.append(canvas);
		drawing.before(this.box);
		figure.classList.add("live");
		try {
			this.map = new Map({
				container: canvas,
				style: style(figure, this.read, outlines),
				bounds: this.bounds,
				fitBoundsOptions: FIT,
				attributionControl: false,
				cooperativeGestures: true,
				dragRotate: false,
				pitchWithRotate: false,
				touchPitch: false,
				maxPitch: 0,
				maxZoom: 18,
				fadeDuration: 0,
				locale: { ...WORDS, "Map.Title": titled(figure) },
			});
		} catch (error) {
			this.leave();
			throw error;
		}
		this.map.touchZoomRotate.disableRotation();
		this.map.keyboard.disableRotation();
		// A tile that does not come is a hole in the ground, no fault of the page.
		this.map.on("error", () => {});
		this.map.getCanvas().addEventListener("webglcontextlost", () => this.leave(), { once: true });
		this.map.once("idle", () => (this.box.dataset.state = "drawn"));
		this.map.on("moveend", () => this.nameCommunes());
		this.dock();
		for (const way of this.read.ways) for (const stop of way.stops) this.pin(way, stop);
		this.nameCommunes();
		this.box.append(this.tools(), this.credits());
		this.lead();
	}

	/// Back to the drawing.
	leave() {
		this.figure.classList.remove("live");
		for (const one of this.buttons) one.remove();
		this.box.remove();
		this.map?.remove();
	}

	dock() {
		const element = made("span", "dock");
		element.setAttribute("role", "img");
		element.setAttribute("aria-label", "Quai");
		element.title = "Quai";
		new this.Marker({ element }).setLngLat(this.read.dock).addTo(this.map);
	}

	/// A stop as a button: one of all is reached by Tab, its neighbours by arrows.
	pin(way, stop) {
		const element = made("button", `pin ${way.look}${stop.isLate ? " late" : ""}`, stop.mark);
		element.type = "button";
		element.title = stop.said;
		element.setAttribute("aria-label", `${stop.said} · ${way.name}`);
		element.tabIndex = this.pins.size ? -1 : 0;
		element.addEventListener("click", () => this.toList(stop.key));
		element.addEventListener("keydown", (event) => this.step(event, element));
		this.pins.set(stop.key, { element, at: stop.at });
		new this.Marker({ element }).setLngLat(stop.at).addTo(this.map);
	}

	step(event, from) {
		const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
		if (!by) return;
		event.preventDefault();
		event.stopPropagation();
		const all = [...this.pins.values()];
		const next = all[(all.findIndex((one) => one.element === from) + by + all.length) % all.length];
		this.reach(next);
		next.element.focus({ preventScroll: true });
	}

	/// The one pin that Tab reaches.
	reach(pin) {
		for (const { element } of this.pins.values()) element.tabIndex = element === pin.element ? 0 : -1;
		if (!this.map.getBounds().contains(pin.at)) this.map.easeTo({ center: pin.at, animate: !still.matches });
	}

	mark(key) {
		for (const [other, { element }] of this.pins) {
			const isIt = other === key;
			element.toggleAttribute("aria-current", isIt);
			document.getElementById(other)?.classList.toggle("marked", isIt);
		}
	}

	toList(key) {
		const stop = document.getElementById(key);
		this.reach(this.pins.get(key));
		this.mark(key);
		if (!stop) return;
		stop.tabIndex = -1;
		stop.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
		stop.focus({ preventScroll: true });
	}

	toMap(key) {
		const pin = this.pins.get(key);
		for (let one = this.figure.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
		this.mark(key);
		this.reach(pin);
		this.figure.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
		this.map.easeTo({ center: pin.at, zoom: Math.max(this.map.getZoom(), 11), animate: !still.matches });
		pin.element.focus({ preventScroll: true });
	}

	/// From each stop of the list a way to the map.
	lead() {
		for (const key of this.pins.keys()) {
			const stop = document.getElementById(key);
			if (!stop) continue;
			const button = made("button", "quiet to-map no-print", "Carte");
			button.type = "button";
			const name = stop.querySelector("h3, b")?.firstChild?.textContent.trim() ?? "";
			button.append(made("span", "unseen", `, ${name}`));
			button.addEventListener("click", () => this.toMap(key));
			stop.querySelector(".pair > :last-child")?.prepend(button, " ");
			this.buttons.push(button);
		}
	}

	tools() {
		const bar = made("div", "tools");
		const acts = [
			["+", "Agrandir la carte", () => this.map.zoomIn({ animate: !still.matches })],
			["−", "Réduire la carte", () => this.map.zoomOut({ animate: !still.matches })],
			["Tout", "Voir toutes les tournées", () => this.map.fitBounds(this.bounds, { ...FIT, animate: !still.matches })],
		];
		for (const [text, label, act] of acts) {
			const button = made("button", "quiet", text);
			button.type = "button";
			button.title = label;
			button.setAttribute("aria-label", text === "Tout" ? `Tout : ${label}` : label);
			button.addEventListener("click", act);
			bar.append(button);
		}
		return bar;
	}

	/// Whose ground it is: words of a setting, never code.
	credits() {
		const { tiles, credit } = this.figure.dataset;
		const said = made("p", "credit", `${tiles ? credit : "Natural Earth"} · `);
		const library = made("a", "", "MapLibre");
		library.href = LICENCES;
		said.append(library);
		return said;
	}

	/// The largest communes that are seen, where there is room. A ground of tiles has its own names.
	nameCommunes() {
		if (this.figure.dataset.tiles) return;
		const { clientWidth: wide, clientHeight: tall } = this.box;
		// Middle and half the width of all that stands on the map.
		const seen = (at, half) => {
			const { x, y } = this.map.project(at);
			return { x, y, half };
		};
		const taken = this.places.map((at) => seen(at, STOP));
		const isFree = ({ x, y, half }) => {
			if (x < half || x > wide - half || y < LINE || y > tall - PADDING.bottom) return false;
			if (y < PADDING.top && x > wide - 200 - half) return false;
			return !taken.some((one) => Math.abs(one.x - x) < one.half + half && Math.abs(one.y - y) < LINE);
		};
		for (const one of this.named) one.remove();
		this.named = [];
		const most = Math.min(NAMES, (wide * tall) / ROOM);
		for (const { name, at } of this.communes) {
			if (this.named.length >= most) break;
			const middle = seen(at, LETTER * name.length + 6);
			const down = BESIDE.find((down) => isFree({ ...middle, y: middle.y + down }));
			if (down === undefined) continue;
			taken.push({ ...middle, y: middle.y + down });
			this.named.push(this.name(name, at, down));
		}
	}

	name(name, at, down) {
		const element = made("span", "town", name);
		element.setAttribute("role", "presentation");
		element.setAttribute("aria-hidden", "true");
		return new this.Marker({ element, offset: [0, down] }).setLngLat(at).addTo(this.map);
	}
}

/// Puts the map in the place of the drawing. Errors: the library or the ground does not come, or
/// the browser cannot draw; the drawing stays.
export async function show(figure) {
	const [maplibre, own] = await Promise.all([load(), grounds()]);
	return new RoundsMap(figure, maplibre, own);
}
