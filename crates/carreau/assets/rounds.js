// Stops that are carried to another place of a round, or to another truck. Whoever cannot carry
// fills the form of the stop, which this sends too. And the map that moves, where one looks at it.
"use strict";

let carried = null;

const stopOf = (target) => target.closest("li.stop[data-call]");
const listOf = (target) => target.closest("[data-stops]");

function clear() {
	for (const one of document.querySelectorAll(".over")) one.classList.remove("over");
}

function rankIn(list, before) {
	const others = [...list.querySelectorAll("li.stop[data-call]")].filter((one) => one !== carried);
	return before ? others.indexOf(before) + 1 : others.length + 1;
}

for (const stop of document.querySelectorAll("li.stop[data-call]")) {
	const form = stop.querySelector("form[action$='/moves']");
	if (!form || stop.classList.contains("locked")) continue;
	stop.draggable = true;
	stop.addEventListener("dragstart", (event) => {
		// A word that is selected in a field is no stop.
		if (event.target !== stop) return;
		carried = stop;
		stop.classList.add("carried");
		event.dataTransfer.effectAllowed = "move";
		event.dataTransfer.setData("text/plain", stop.dataset.call);
	});
	stop.addEventListener("dragend", () => {
		stop.classList.remove("carried");
		carried = null;
		clear();
	});
}

for (const list of document.querySelectorAll("[data-stops]")) {
	list.addEventListener("dragover", (event) => {
		// Of another day: no round of this list may take it.
		if (!carried || list.closest("section[id]") !== carried.closest("section[id]")) return;
		event.preventDefault();
		clear();
		(stopOf(event.target) ?? list).classList.add("over");
	});
	list.addEventListener("drop", (event) => {
		if (!carried || list.closest("section[id]") !== carried.closest("section[id]")) return;
		event.preventDefault();
		const before = stopOf(event.target);
		if (before === carried) return;
		const form = carried.querySelector("form[action$='/moves']");
		form.elements.to.value = listOf(event.target).closest("[data-round]").dataset.round;
		form.elements.rank.value = String(rankIn(list, before));
		form.requestSubmit();
	});
}

/// Whether a map can be drawn here; its half a megabyte is not fetched by who saves data.
function canDraw() {
	if (navigator.connection?.saveData) return false;
	const lent = document.createElement("canvas").getContext("webgl2");
	lent?.getExtension("WEBGL_lose_context")?.loseContext();
	return Boolean(lent);
}

const looked = new IntersectionObserver((seen) => {
	for (const { isIntersecting, target } of seen) {
		if (!isIntersecting) continue;
		looked.unobserve(target);
		// Whatever fails, the drawing stays.
		if (canDraw()) import("/assets/rounds-map.js").then((maps) => maps.show(target)).catch(() => {});
	}
});
for (const map of document.querySelectorAll("figure.map[data-dock]")) looked.observe(map);
