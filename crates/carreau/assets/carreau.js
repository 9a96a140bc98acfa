// Comfort only: every page works without it.
(() => {
	const all = (what, from = document) => [...from.querySelectorAll(what)];
	let sending = false;

	// A form is sent once; coming back by the history frees its button.
	addEventListener("submit", ({ target, submitter }) => {
		if (target.method !== "post" || !submitter) return;
		sending = true;
		setTimeout(() => {
			submitter.disabled = true;
			submitter.dataset.label = submitter.textContent;
			submitter.textContent = submitter.dataset.sending || "Envoi…";
		});
	});
	addEventListener("pageshow", () => {
		sending = false;
		for (const button of all("button[data-label]")) {
			button.disabled = false;
			button.textContent = button.dataset.label;
		}
	});

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

	for (const button of all("[data-print]")) {
		button.hidden = false;
		button.onclick = () => print();
	}
})();
