// Leaving a device that others use too. It forgets what it kept; what still waits to be sent is
// said first. At the door, where nobody is in, what an ended session has left is forgotten as well.
import { forget, waiting } from "./forget.js";

const one = (what) => document.querySelector(what);
const form = one("form[data-leave]");
const notice = one("[data-leave-said]");

/** « 3 pointages et 1 reçu » */
const listed = (all) => all.map(({ name }) => name).join(" et ");

function say(text, ...more) {
	const box = document.createElement("div");
	box.append(Object.assign(document.createElement("p"), { textContent: text }), ...more);
	notice.replaceChildren(box);
	notice.hidden = false;
}

function tellWaiting(all) {
	const [count, ways] = [all.reduce((sum, { count }) => sum + count, 0), document.createElement("p")];
	const many = count > 1;
	ways.className = "ways";
	for (const { name, page } of all) {
		ways.append(Object.assign(document.createElement("a"), { href: page, className: "button", textContent: `Envoyer ${name}` }), " ");
	}
	const text = `Sortir et ${many ? "les" : "le"} garder sur cet appareil`;
	const stay = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: text });
	stay.onclick = leave;
	ways.append(stay);
	say(`${listed(all)} ${many ? "attendent" : "attend"} le réseau\u00a0: envoyez-${many ? "les" : "le"} avant de sortir.`, ways);
	one("[data-leave-said] a").focus();
}

async function leave() {
	form.elements.empty.value = waiting().length ? "" : "1";
	await forget();
	if (navigator.onLine) return form.submit();
	say("Pas de réseau\u00a0: cet appareil a oublié ce qu'il gardait, mais la session reste ouverte. Sortez de nouveau dès que le réseau revient.");
}

form?.addEventListener("submit", (event) => {
	event.preventDefault();
	event.stopPropagation();
	const all = waiting();
	all.length ? tellWaiting(all) : leave();
});
if (one("[data-nobody]")) forget();
