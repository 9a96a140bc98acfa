// Counts what a hand does: clicks, taps, key chords. Characters typed into one field are one
// entry, together with the key (Enter, Tab, an arrow) that ends them. The same for the first letters
// by which a list is chosen from.

const ENDS_ENTRY = new Set(["Enter", "Tab", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]);
const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph"]);
const ERASES = new Set(["Backspace", "Delete"]);

/// How many acts a list of events is. An event is `{ kind: "pointer" }`, or
/// `{ kind: "key", key, chord, field }`: `chord` with Ctrl, Alt or Meta; `field` names the field
/// that is typed into, empty outside of one. A key of a keypad on the screen is typed too.
export function count(events) {
	let acts = 0;
	let entry = null;
	for (const event of events) {
		if (event.kind === "pointer") {
			acts += 1;
			entry = null;
			continue;
		}
		if (MODIFIERS.has(event.key)) continue;
		const isTyped = !event.chord && (event.key.length === 1 || ERASES.has(event.key));
		if (isTyped && event.field) {
			// A sheet opens its field with the first character: the field is then another one.
			const goesOn = entry === event.field || entry === "opened";
			if (!goesOn) acts += 1;
			entry = event.opens ? "opened" : event.field;
			continue;
		}
		const ends = entry !== null && !event.chord && ENDS_ENTRY.has(event.key);
		if (!ends) acts += 1;
		entry = null;
	}
	return acts;
}

/// Counts in every page of a browser context. Only what the browser itself trusts counts: an event
/// made by a script does not.
export async function counter(context) {
	const events = [];
	await context.exposeBinding("carreauSaw", (_, event) => void events.push(event));
	await context.addInitScript(() => {
		const names = new WeakMap();
		let fields = 0;
		const nameOf = (target) => {
			const isField = target.matches?.("input:not([type=checkbox], [type=radio], [type=file])")
				|| target.matches?.("textarea, select, [role=grid] td, [role=grid] th, [contenteditable]");
			if (!isField) return "";
			if (!names.has(target)) names.set(target, `${location.pathname}#${(fields += 1)}`);
			return names.get(target);
		};
		addEventListener("pointerdown", (event) => {
			if (!event.isTrusted) return;
			const key = event.target.closest?.("[data-keys] button")?.textContent;
			window.carreauSaw(key ? { kind: "key", key: key.slice(0, 1), field: "keypad" } : { kind: "pointer" });
		}, true);
		addEventListener("keydown", (event) => {
			if (!event.isTrusted || event.repeat) return;
			const { key, target } = event;
			const chord = event.ctrlKey || event.altKey || event.metaKey;
			const opens = !!target.matches?.("[role=grid] td, [role=grid] th");
			window.carreauSaw({ kind: "key", key, chord, field: nameOf(target), opens });
		}, true);
	});
	return {
		/// Begins to count, and to measure the time.
		begin() {
			events.length = 0;
			this.since = performance.now();
			this.done = null;
		},
		/// Ends to count where a budget ends, for a task that goes on.
		end() {
			this.done = { events: [...events], seconds: this.seconds() };
		},
		/// The acts so far, or until the end.
		acts() {
			return count(this.events());
		},
		events() {
			return this.done?.events ?? [...events];
		},
		seconds() {
			return this.done?.seconds ?? (performance.now() - this.since) / 1000;
		},
	};
}
