// Comfort only: every page works without it.
(() => {
	const all = (what, from = document) => [...from.querySelectorAll(what)];
	let sending = false;

	// A form is sent once, and its page stays until the answer is there: a refusal is said beside
	// what was typed. What cannot be taken back is asked about first.
	addEventListener("submit", (event) => {
		const { target: form, submitter } = event;
		if (form.method !== "post" || event.defaultPrevented || !submitter) return;
		// Another button of the same form, pressed meanwhile.
		if (form.dataset.sent) return event.preventDefault();
		if (submitter.dataset.ask && !submitter.dataset.sure) {
			event.preventDefault();
			ask(form, submitter);
			return;
		}
		delete submitter.dataset.sure;
		sending = true;
		// The doors keep to what a browser does by itself: it offers to remember a password.
		const stays = document.querySelector("header.top") && !form.target && window.fetch;
		if (stays) {
			event.preventDefault();
			send(form, submitter);
		}
		setTimeout(() => wait(submitter));
	});
	const wait = (button) => {
		button.disabled = true;
		button.dataset.label ??= button.textContent;
		button.textContent = button.dataset.sending || "Envoi…";
	};
	// Coming back by the history frees the buttons too.
	const free = () => {
		sending = false;
		for (const form of all("form[data-sent]")) delete form.dataset.sent;
		for (const button of all("button[data-label]")) {
			button.disabled = false;
			button.textContent = button.dataset.label;
			delete button.dataset.label;
		}
	};
	addEventListener("pageshow", () => {
		free();
		history.scrollRestoration = "auto";
	});

	async function send(form, submitter) {
		// Older browsers leave out the button that was pressed.
		const data = new FormData(form);
		if (submitter.name) data.append(submitter.name, submitter.value);
		form.dataset.sent = "1";
		const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
		const action = submitter.hasAttribute("formaction") ? submitter.formAction : form.getAttribute("action");
		// Who goes on to another page at once has done it all the same; browsers do that for 64 KB.
		const keepalive = body instanceof URLSearchParams && body.toString().length < 60_000;
		const headers = { "x-carreau-stay": "1" };
		let answer, html;
		try {
			answer = await fetch(action ?? location.href, { method: "POST", body, headers, keepalive });
			html = await answer.text();
		} catch {
			return refuse(form, ["La réponse n'est pas arrivée. Ce que vous avez saisi est encore là : ouvrez la page à côté pour voir si c'est noté, sinon renvoyez."]);
		}
		const to = answer.headers.get("x-carreau-to");
		if (to) return go(to);
		const read = new DOMParser().parseFromString(html, "text/html");
		const said = all(".fault .notice p", read).map((one) => one.textContent);
		if (said.length) return refuse(form, said);
		// What stands before the program, and says that it is not there.
		if (answer.status >= 500) return refuse(form, ["Le site ne répond pas. Ce que vous avez saisi est encore là : renvoyez dans un instant."]);
		document.open();
		document.write(html);
		document.close();
	}

	// The same address again is not loaded by a browser when it only has another place to go to.
	const go = (to) => {
		const url = new URL(to, location.href);
		const isHere = url.pathname === location.pathname && url.search === location.search;
		if (!isHere || !url.hash) return location.assign(url);
		history.replaceState(null, "", url);
		// To that place, not to where the page stood.
		history.scrollRestoration = "manual";
		location.reload();
	};

	const refuse = (form, sentences) => {
		free();
		form.previousElementSibling?.matches(".refused") && form.previousElementSibling.remove();
		const notice = document.createElement("div");
		notice.className = "notice wrong refused";
		notice.role = "alert";
		notice.tabIndex = -1;
		const part = notice.appendChild(document.createElement("div"));
		for (const sentence of sentences) part.appendChild(document.createElement("p")).textContent = sentence;
		form.before(notice);
		notice.focus();
		notice.scrollIntoView({ block: "center" });
	};

	const ask = (form, submitter) => {
		const dialog = document.createElement("dialog");
		dialog.className = "asks";
		dialog.append(Object.assign(document.createElement("p"), { textContent: submitter.dataset.ask }));
		const acts = dialog.appendChild(Object.assign(document.createElement("div"), { className: "acts" }));
		const button = (text, kind, does) => {
			const one = Object.assign(document.createElement("button"), { type: "button", textContent: text, className: kind });
			one.onclick = () => (dialog.close(), does?.());
			acts.append(one);
		};
		button("Non, revenir", "quiet");
		button(`Oui : ${submitter.textContent.trim().toLowerCase()}`, "", () => {
			submitter.dataset.sure = "1";
			form.requestSubmit(submitter);
		});
		dialog.onclose = () => dialog.remove();
		dialog.setAttribute("aria-label", submitter.dataset.ask);
		document.body.append(dialog);
		dialog.showModal();
	};

	// Filter: all words, in any order, without accents.
	const plain = (text) =>
		text.normalize("NFD").replace(/\p{M}/gu, "").replace(/œ/gi, "oe").toLowerCase();
	for (const box of all("[data-filter]")) {
		const table = document.getElementById(box.dataset.filter);
		const rows = all("tbody tr:not(.group)", table);
		const headOf = (row) => row.closest("tbody").querySelector(".group");
		box.parentElement.hidden = false;
		box.oninput = () => {
			const words = plain(box.value).split(/\s+/);
			for (const row of rows) {
				// A farm's or a family's name finds all its rows.
				const text = plain(`${headOf(row)?.textContent ?? ""} ${row.textContent}`);
				row.hidden = !words.every((word) => text.includes(word));
			}
			for (const head of all("tr.group", table)) {
				const own = all("tr:not(.group)", head.closest("tbody"));
				head.hidden = own.every((row) => row.hidden);
			}
			const seen = rows.filter((row) => !row.hidden).length;
			box.nextElementSibling.textContent = box.value ? `${seen} sur ${rows.length}` : "";
		};
	}

	// Arrows and Enter go down a column; a pasted spreadsheet column fills it.
	const below = (input, step) => {
		const same = `[data-column="${CSS.escape(input.dataset.column)}"]`;
		const line = all(same, input.closest("table")).filter((one) => !one.closest("tr").hidden);
		return line[line.indexOf(input) + step];
	};
	addEventListener("keydown", (event) => {
		const step = { ArrowUp: -1, ArrowDown: 1, Enter: event.shiftKey ? -1 : 1 }[event.key];
		if (!event.target.dataset?.column || !step || event.ctrlKey) return;
		event.preventDefault();
		below(event.target, step)?.select();
	});
	addEventListener("paste", (event) => {
		const text = event.clipboardData.getData("text").trim();
		if (!event.target.dataset?.column || !text.includes("\n")) return;
		event.preventDefault();
		text.split("\n").forEach((row, at) => {
			const input = below(event.target, at);
			if (input) input.value = row.split("\t")[0].trim();
		});
		count();
	});

	// Typing into a quantity, or a number that is given whole, replaces it.
	const whole = (target) => target?.matches?.("input.qty, [data-whole]") && target.select();
	addEventListener("focusin", ({ target }) => whole(target));
	whole(document.activeElement);

	// What has changed is marked and counted; leaving it unsent is asked about.
	let changed = 0;
	const count = () => {
		changed = all("[data-column]").filter((input) =>
			input.classList.toggle("changed", input.value !== input.defaultValue)).length;
		for (const out of all("[data-changes]")) {
			out.textContent = changed ? `${changed} à enregistrer` : "";
		}
	};
	addEventListener("input", count);
	addEventListener("beforeunload", (event) => {
		if (!sending && changed) event.preventDefault();
	});

	// "/" goes to the box of the search, from everywhere but a field.
	addEventListener("keydown", (event) => {
		const box = document.querySelector("[data-seek]") ?? document.getElementById("q");
		if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || !box) return;
		if (event.defaultPrevented || event.target.closest("input,select,textarea")) return;
		event.preventDefault();
		// On a narrow screen the box is on the page of the search.
		box.offsetParent ? box.select() : box.form.submit();
	});

	// A link's token stands behind the `#`, which browsers send to nobody: it fills the form, and
	// only the tap sends it.
	for (const { elements } of all("form[data-link]")) {
		const code = elements.token;
		code.value = location.hash.slice(1);
		code.closest(".field").hidden = code.value !== "";
	}

	// What goes on by itself is looked up again every few seconds, while the page is seen.
	const follow = (part) => {
		if (!part) return;
		setTimeout(async () => {
			if (document.hidden) return follow(part);
			const answer = await fetch(location.href).catch(() => null);
			const read = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
			const now = read && read.getElementById(part.id);
			if (read && !now) {
				const link = Object.assign(document.createElement("a"), { href: location.href, textContent: part.dataset.done });
				return part.replaceChildren(link);
			}
			if (now) part.replaceWith(now);
			follow(now || part);
		}, 1_000 * part.dataset.follow);
	};
	all("[data-follow]").forEach(follow);

	for (const button of all("[data-print]")) {
		button.hidden = false;
		button.onclick = () => print();
	}
})();
