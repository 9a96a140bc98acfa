// Comfort for food aid. A signature outlives a lost network: it is kept on this telephone and sent
// again under its key until the site has answered; the site counts a key once.
(() => {
	const KEPT = "carreau-receipts";
	const all = (what, from = document) => [...from.querySelectorAll(what)];
	const kept = () => {
		try {
			return JSON.parse(localStorage.getItem(KEPT) ?? "[]");
		} catch {
			return [];
		}
	};
	const keep = (list) => localStorage.setItem(KEPT, JSON.stringify(list));
	const token = () => document.querySelector("meta[name=form-token]")?.content ?? "";
	const show = (said) => {
		const waiting = kept();
		for (const place of all("[data-waiting]")) {
			place.hidden = !waiting.length && !said;
			place.textContent = said ?? `${waiting.length} reçu${waiting.length > 1 ? "s" : ""} en attente d'envoi : gardé sur ce téléphone, envoyé dès que le réseau revient.`;
		}
	};

	// What the site answers: "done" and "refused" end the matter, silence does not.
	const send = async ({ action, body }) => {
		const fields = new URLSearchParams(body);
		fields.set("form_token", token() || fields.get("form_token"));
		const answer = await fetch(action, { method: "POST", body: fields, redirect: "follow" });
		if (answer.status >= 500 || answer.status === 401 || answer.status === 403) throw new Error("later");
		return answer;
	};
	let busy = false;
	const sendKept = async () => {
		if (busy) return;
		busy = true;
		try {
			for (let list = kept(); list.length; list = kept()) {
				const answer = await send(list[0]);
				keep(kept().filter((one) => one.key !== list[0].key));
				if (!answer.ok) {
					show("Un reçu gardé a été refusé : appelez le quai.");
					return;
				}
			}
			show();
		} catch {
			show();
		} finally {
			busy = false;
		}
	};

	for (const form of all("form[data-keep]")) {
		form.addEventListener("submit", async (event) => {
			event.preventDefault();
			event.stopPropagation();
			const button = event.submitter;
			if (button) button.disabled = true;
			const body = new URLSearchParams(new FormData(form)).toString();
			const one = { key: form.elements.key.value, action: form.action, body };
			keep([...kept().filter((known) => known.key !== one.key), one]);
			try {
				const answer = await send(one);
				keep(kept().filter((known) => known.key !== one.key));
				if (answer.ok) return location.assign(answer.url);
				const page = new DOMParser().parseFromString(await answer.text(), "text/html");
				show([...page.querySelectorAll("main p")].map((line) => line.textContent).join(" ").trim());
				if (button) button.disabled = false;
			} catch {
				show();
				for (const field of all("input, button", form)) field.disabled = true;
			}
		});
	}
	addEventListener("online", sendKept);
	setInterval(() => kept().length && sendKept(), 15000);
	show();
	sendKept();

	// What is left to share out.
	const read = (text) => Math.round(Number(text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".")) * 1000) || 0;
	for (const form of all("form[data-split]")) {
		const total = read(form.dataset.split);
		const out = form.querySelector("[data-rest]");
		const tell = () => {
			const rest = total - all(".qty", form).reduce((sum, field) => sum + read(field.value), 0);
			const number = String(Math.abs(rest) / 1000).replace(".", ",");
			out.classList.toggle("wrong", rest !== 0);
			out.textContent = rest === 0 ? "La somme est juste." : rest > 0 ? `Reste à répartir : ${number}` : `En trop : ${number}`;
		};
		form.addEventListener("input", tell);
		tell();
	}
})();
