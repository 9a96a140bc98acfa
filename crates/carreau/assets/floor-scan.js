// Pallets: what belongs on each, and the check of every crate by its label. A wrong crate is
// seen, heard and felt.
import { now, setLoaded, sheet } from "./floor-store.js";

const page = document.body.dataset;
const one = (what) => document.querySelector(what);
const spaced = (text) => text.replace(/ ([:;!?])/g, "\u00a0$1");
const make = (kind, text = "", more = {}) => Object.assign(document.createElement(kind), { textContent: spaced(text) }, more);
const many = (count, word, words) => `${count}\u00a0${count > 1 ? words : word}`;

const partsOf = (day, site) => (now.book?.parts ?? []).filter((part) => part.day === day && (!site || part.site === site));
const loadedOf = (part) => Array.from({ length: part.crates }, (_, n) => `${part.code}-${n + 1}`).filter((code) => now.loaded.has(code)).length;
const palletsOf = (day) => (now.book?.pallets ?? []).filter((pallet) => pallet.day === day);
const palletOf = (part) => palletsOf(part.day).find((pallet) => pallet.site === part.site);

/** Whether all that was put aside for a day has been delivered. */
export const isGone = (day) => now.book?.gone?.includes(day) ?? false;

/** How many crates of a day were checked, and how many there are. */
export function crateCounts(day) {
	const parts = partsOf(day);
	const sum = (count) => parts.reduce((total, part) => total + count(part), 0);
	return [sum(loadedOf), sum((part) => part.crates)];
}

export function paintPallets(day) {
	const hasOpen = now.book?.lines.some((line) => line.day === day && line.stands?.received > line.stands?.rejected && !line.is_sorted);
	one("[data-sort-way]").hidden = !hasOpen || !now.book.may_write;
	one("[data-pallets]").replaceChildren(...palletsOf(day).map((pallet) => {
		const parts = partsOf(day, pallet.site);
		const [loaded, crates] = [parts.reduce((sum, part) => sum + loadedOf(part), 0), parts.reduce((sum, part) => sum + part.crates, 0)];
		const item = make("li", "", { className: crates && loaded === crates ? "all" : "" });
		const open = make("a", "", { href: `#/palette/${encodeURIComponent(pallet.site)}`, className: "open" });
		const what = make("span", "", { className: "what" });
		what.append(make("b", pallet.name), make("small", [pallet.round, isGone(day) && crates ? `${many(crates, "colis parti", "colis partis")}` : crates ? `${loaded} / ${many(crates, "colis", "colis")}` : "rien d'alloti"].filter(Boolean).join(" · ")));
		open.append(make("span", pallet.letter, { className: "letter" }), what);
		item.append(open);
		if (crates) item.append(make("a", "Étiquettes", { className: "side", target: "_blank", href: labels(day, pallet.site), ariaLabel: `Étiquettes de la palette ${pallet.letter}` }));
		return item;
	}));
}
const labels = (day, site) => `${page.base}/labels/${day}?of=${encodeURIComponent(site)}&on=${sheet()}`;

let here = null, told = "";
export function openPallet(day, site) {
	const pallet = palletsOf(day).find((one) => one.site === site);
	if (!pallet) return (location.hash = "#/palettes");
	if (told !== site) hint("");
	told = site;
	here = pallet;
	one("[data-pallet-title]").replaceChildren(make("span", pallet.letter, { className: "letter" }), pallet.name);
	one("[data-type]").href = `#/code/${encodeURIComponent(site)}`;
	one("[data-pallet-labels]").href = labels(day, site);
	paintParts();
	watchCamera();
}
/** What was put aside has changed. */
export const repaintPallet = () => here && paintParts();
export function closePallet() {
	here = null;
	camera?.getTracks().forEach((track) => track.stop());
	camera = null;
	one("[data-video]").hidden = true;
}
function paintParts() {
	const parts = partsOf(here.day, here.site);
	const [loaded, crates] = [parts.reduce((sum, part) => sum + loadedOf(part), 0), parts.reduce((sum, part) => sum + part.crates, 0)];
	one("[data-pallet-count]").textContent = crates ? `${loaded} / ${many(crates, "colis vérifié", "colis vérifiés")}${loaded === crates ? " : la palette est complète" : ""}` : "Rien n'est alloti pour ce client.";
	one("[data-pallet-labels]").hidden = !crates;
	one("[data-parts]").replaceChildren(...parts.map((part) => {
		const line = now.lines.get(part.line);
		const item = make("li", "", { className: loadedOf(part) === part.crates ? "all" : "" });
		const what = make("span", "", { className: "what" });
		what.append(make("b", [line?.product, line?.labels].filter(Boolean).join(" ")), make("small", `code ${part.code}${line ? ` · lot ${line.lot}` : ""}`));
		const figure = make("span", "", { className: "much" });
		figure.append(make("b", part.quantity), make("small", `${loadedOf(part)} / ${many(part.crates, "colis", "colis")}`));
		item.append(what, figure);
		return item;
	}));
}

// Codes: from the camera, from a hand scanner (which types and presses Enter), or typed.
let typedIn = "";
/** A key of a scanner, or a whole code. */
export function readCode(from) {
	if (typeof from === "string") return check(from);
	if (from.key === "Enter" && typedIn.length > 2) {
		from.preventDefault();
		check(typedIn);
		typedIn = "";
	} else if (from.key.length === 1) typedIn = (typedIn + from.key).slice(-40);
}
function check(text) {
	if (!here) return;
	const [week, code] = text.includes(".") ? text.trim().split(".") : [page.week, text.trim()];
	// A scanner set to another keyboard types its dash as it can.
	if (week.replace(/[^\dW]/gi, "") !== page.week.replace(/[^\dW]/g, "")) return alarm("Étiquette d'une autre semaine", week);
	const [number, rank = "1"] = code.split(/[^\d]/);
	if (number.startsWith("0")) return checkLot(number);
	const part = now.book.parts.find((one) => one.code === number);
	if (!part || Number(rank) < 1 || Number(rank) > part.crates) return alarm("Code inconnu", `${code} n'est sur aucune étiquette de la semaine.`);
	const product = now.lines.get(part.line)?.product ?? "";
	if (part.site !== here.site || part.day !== here.day) {
		const right = palletOf(part);
		return alarm(`Pas ici : palette ${right?.letter ?? "?"}`, `${product}, pour ${right?.name ?? part.site}${part.day === here.day ? "" : ", un autre jour"}`);
	}
	const crate = `${number}-${Number(rank)}`;
	if (now.loaded.has(crate)) return hint(`Déjà vérifié : ${product}, colis ${rank}`, "again");
	setLoaded(crate);
	good(`${product}, colis ${rank} / ${part.crates}`);
}
function checkLot(lot) {
	const parts = now.book.parts.filter((part) => part.lot === lot);
	if (!parts.length) return alarm("Lot inconnu", "Ce lot n'est pas encore alloti, ou pas de cette semaine.");
	const own = parts.find((part) => part.site === here.site && part.day === here.day);
	const product = now.lines.get(parts[0].line)?.product ?? "";
	if (!own) return alarm(`Ce lot n'est pas pour ${here.letter}`, `${product} : ${parts.map((part) => palletOf(part)?.letter).filter(Boolean).join(", ")}`);
	hint(`${product} : ${own.quantity} de ce lot sont pour ${here.letter}`, "good");
	sound(880, 90);
}
function good(said) {
	hint(`✓ ${said}`, "good");
	sound(880, 90);
	navigator.vibrate?.(60);
	paintParts();
}
function hint(said, kind = "") {
	const box = one("[data-scan-hint]");
	box.textContent = spaced(said);
	box.className = `hint ${kind}`;
}
function alarm(title, said) {
	const box = one("[data-alarm]");
	box.replaceChildren(make("strong", title), make("span", said), make("small", "Toucher pour continuer"));
	box.hidden = false;
	box.focus();
	box.onclick = () => (box.hidden = true);
	navigator.vibrate?.([300, 120, 300, 120, 300]);
	sound(220, 700, "square");
	hint(`✗ ${title}`, "wrong");
}
let speaker = null;
function sound(tone, length, shape = "sine") {
	const Speaker = window.AudioContext ?? window.webkitAudioContext;
	if (!Speaker) return;
	speaker ??= new Speaker();
	speaker.resume();
	const [wave, volume] = [speaker.createOscillator(), speaker.createGain()];
	Object.assign(wave, { type: shape });
	wave.frequency.value = tone;
	volume.gain.value = 0.5;
	wave.connect(volume).connect(speaker.destination);
	wave.start();
	wave.stop(speaker.currentTime + length / 1000);
}

// The camera, where the browser reads codes by itself.
let camera = null;
async function watchCamera() {
	const pallet = here, video = one("[data-video]");
	// What was just found out about a crate stays to be read.
	const ask = (said) => !one("[data-scan-hint]").textContent && hint(said);
	const byHand = "Scannez avec une douchette, ou tapez le code sous le carré.";
	if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return ask(byHand);
	try {
		const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
		if (here !== pallet) return stream.getTracks().forEach((track) => track.stop());
		camera = stream;
		video.srcObject = stream;
		await video.play();
	} catch {
		return ask(byHand);
	}
	video.hidden = false;
	ask("Montrez l'étiquette du colis.");
	const detector = new BarcodeDetector({ formats: ["qr_code"] });
	let last = "", until = 0;
	while (camera && here === pallet) {
		const found = await detector.detect(video).catch(() => []);
		const code = found[0]?.rawValue;
		if (code && one("[data-alarm]").hidden && (code !== last || Date.now() > until)) check(code);
		if (code) [last, until] = [code, Date.now() + 2500];
		await new Promise((next) => setTimeout(next, 150));
	}
}
