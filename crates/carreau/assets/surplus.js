// Comfort for food aid. A signature outlives a lost network: it is kept on this telephone and sent
// again under its key until the site has answered; the site counts a key once.
(() => {
	const KEPT = "carreau-receipts";
	const all = (what, from = document) => [...from.querySelectorAll(what)];
	const place = document.querySelector("[data-waiting]");
	const list = place?.dataset.list;
	const read = () => {
		try {
			return JSON.parse(localStorage.getItem(KEPT)) ?? [];
		} catch {
			return [];
		}
	};
	const keep = (receipts) => (receipts.length ? localStorage.setItem(KEPT, JSON.stringify(receipts)) : localStorage.removeItem(KEPT));
	const change = (key, more) => keep(read().flatMap((one) => (one.key !== key ? [one] : more ? [{ ...one, ...more }] : [])));
	const make = (kind, text, more = {}) => Object.assign(document.createElement(kind), { textContent: text }, more);
	const hour = (at) => new Date(at).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" }).replace(":", "\u00a0h\u00a0");

	// What waits, in words. Receipts of another organisation leave when it has come in again.
	let isOver = false;
	const show = (...more) => {
		if (!place) return;
		const own = read().filter((one) => one.owner === place.dataset.waiting);
		const open = own.filter((one) => !one.refused), others = read().length - own.length;
		const said = open.map((one) => make("p", `Reçu signé par ${one.by} à ${hour(one.at)}, en attente d'envoi\u00a0: gardé sur ce téléphone, il part dès que le réseau revient.`));
		if (isOver) {
			const line = make("p", "Votre session a pris fin. ");
			line.append(make("a", "Entrez de nouveau", { href: `/enter?to=${encodeURIComponent(list)}` }), open.length ? "\u00a0: le reçu partira." : ".");
			said.push(line);
		}
		for (const one of own.filter((one) => one.refused)) {
			const line = make("p", `Reçu de ${hour(one.at)} refusé\u00a0: ${one.refused} Corrigez-le, ou appelez le quai. `);
			line.append(make("button", "Compris", { type: "button", className: "quiet", onclick: () => (change(one.key), location.assign(list)) }));
			said.push(line);
		}
		if (others) said.push(make("p", `${others > 1 ? `${others} reçus` : "Un reçu"} d'une autre structure attend${others > 1 ? "ent" : ""} sur ce téléphone\u00a0: entrez comme elle.`));
		const kept = document.body.dataset.keptAt;
		if (kept) said.push(make("p", `Pas de réseau\u00a0: page gardée à ${hour(Number(kept))}.`));
		said.push(...more.map((text) => make("p", text)));
		place.hidden = !said.length;
		place.replaceChildren(...said);
		for (const form of all("form[data-keep]")) {
			const isSigned = open.some((one) => one.key === form.elements.key.value);
			for (const field of all("input, button", form)) field.disabled = isSigned;
			const button = form.querySelector("button");
			button.dataset.name ??= button.textContent;
			button.textContent = isSigned ? "Signé, en attente d'envoi" : button.dataset.name;
		}
	};

	// A page that was kept has no token: it is asked for when there is a network again.
	let token = document.querySelector("meta[name=form-token]")?.content ?? "";
	const isDoor = (got) => got.status === 401 || (got.redirected && new URL(got.url).pathname === "/enter");
	const over = async () => {
		isOver = true;
		// What waits stays.
		await (await import("/assets/forget.js")).forget();
		throw new Error("the session is over");
	};
	const freshToken = async () => {
		const got = await fetch("/account", { cache: "no-store" });
		if (isDoor(got)) return over();
		token = new DOMParser().parseFromString(await got.text(), "text/html").querySelector("meta[name=form-token]")?.content ?? "";
	};
	const post = ({ action, body }) => {
		const fields = new URLSearchParams(body);
		fields.set("form_token", token);
		return fetch(action, { method: "POST", body: fields, redirect: "manual", signal: AbortSignal.timeout(15000) });
	};
	// "done" or the sentence of a refusal; no answer, or one that says nothing of the receipt, throws.
	const send = async (one) => {
		if (!token) await freshToken();
		let got = await post(one);
		if (got.status === 403) {
			await freshToken();
			got = await post(one);
		}
		if (got.type === "opaqueredirect") return "done";
		if (got.status === 401) return over();
		if (got.status >= 500 || got.status === 403 || got.status === 429) throw new Error("later");
		const page = new DOMParser().parseFromString(await got.text(), "text/html");
		return [...page.querySelectorAll("main p")].map((line) => line.textContent.trim()).find(Boolean) ?? "le site ne l'a pas pris.";
	};
	// In turns with other pages of this telephone, in the order of signing.
	let isBusy = false;
	const sendKept = async () => {
		const next = () => read().find((one) => one.owner === place?.dataset.waiting && !one.refused);
		if (isBusy || !next()) return show();
		isBusy = true;
		let isDone = false;
		const turn = async () => {
			for (let one = next(); one; one = next()) {
				const outcome = await send(one);
				if (outcome === "done") change(one.key), (isDone = true);
				else change(one.key, { refused: outcome });
			}
		};
		try {
			await (navigator.locks ? navigator.locks.request(KEPT, turn) : turn());
		} catch {
			// It stays where it is, and is sent again.
		}
		isBusy = false;
		show();
		if (isDone) location.assign(list);
	};

	for (const form of all("form[data-keep]")) {
		form.addEventListener("submit", (event) => {
			event.preventDefault();
			event.stopPropagation();
			const fields = new FormData(form), key = fields.get("key");
			fields.delete("form_token");
			const one = { key, owner: place.dataset.waiting, action: form.action, body: new URLSearchParams(fields).toString(), by: fields.get("signed_by"), at: Date.now() };
			// Kept before it is sent: a page that dies in between has lost nothing.
			keep([...read().filter((known) => known.key !== key), one]);
			show();
			sendKept();
		});
	}
	if (place) {
		// A kept list is an old one: the network may be back without a word of the browser. A receipt
		// that is being filled stays.
		const renew = async () => {
			if (!document.body.dataset.keptAt || document.querySelector("form[data-keep]")) return;
			const got = await fetch(list, { cache: "no-store" }).catch(() => null);
			if (got) location.assign(list);
		};
		const look = async () => (await sendKept(), renew());
		addEventListener("online", look);
		addEventListener("storage", ({ key }) => key === KEPT && show());
		setInterval(look, 5000);
		look();
		// The list and the receipt open without a network from now on.
		if (navigator.serviceWorker) {
			navigator.serviceWorker.register("/assets/surplus-worker.js", { scope: list, updateViaCache: "none" }).catch(() => {});
			navigator.serviceWorker.getRegistrations().then((known) => known.forEach((other) => {
				const path = new URL(other.scope).pathname;
				if (path.endsWith("/surplus") && path !== list) other.unregister();
			}));
			caches.keys().then((names) => names.filter((name) => name.startsWith("surplus ") && name !== `surplus ${list}`).forEach((name) => caches.delete(name)));
		}
	}
	// What was said when a page was kept is said no more.
	if (document.body.dataset.keptAt) all("main .notice.done").forEach((old) => old.remove());

	// What is left to share out.
	const number = (text) => Math.round(Number(text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".")) * 1000) || 0;
	for (const form of all("form[data-split]")) {
		const total = number(form.dataset.split);
		const out = form.querySelector("[data-rest]");
		const tell = () => {
			const rest = total - all(".qty", form).reduce((sum, field) => sum + number(field.value), 0);
			const said = String(Math.abs(rest) / 1000).replace(".", ",");
			out.classList.toggle("wrong", rest !== 0);
			out.textContent = rest === 0 ? "La somme est juste." : rest > 0 ? `Reste à répartir : ${said}` : `En trop : ${said}`;
		};
		form.addEventListener("input", tell);
		tell();
	}
})();
