// The order sheet: sums, packs and what is left, said while one types. Comfort only.
(() => {
	const form = document.querySelector(".order-sheet");
	if (!form) return;
	const all = (what, from = form) => [...from.querySelectorAll(what)];
	const inputs = all("input[data-of]");
	const money = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" });
	const amounts = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 3 });

	// Thousandths of the unit, as the server counts; NaN when it does not read.
	const read = (text) => {
		const plain = text.replace(/\s/g, "").replace(",", ".");
		if (plain === "") return 0;
		return /^\d+(\.\d{1,3})?$/.test(plain) ? Math.round(Number(plain) * 1000) : NaN;
	};
	const cents = (input, quantity) =>
		Math.round((quantity * (input.dataset.price ?? input.closest("tr").dataset.price)) / 1e5);

	const wrong = (input, quantity) => {
		const { pack, unit } = input.closest("tr").dataset;
		if (Number.isNaN(quantity)) return "écrivez un nombre : 12,5";
		const left = Number(input.dataset.left);
		if (quantity > left) return `il reste ${amounts.format(Math.max(0, left) / 1000)} ${unit}`;
		if (pack > 0 && quantity % pack) {
			const below = Math.floor(quantity / pack) * (pack / 1000);
			const above = below + pack / 1000;
			const may = below > 0 ? `${amounts.format(below)} ou ` : "";
			return `par colis : ${may}${amounts.format(above)}`;
		}
		return "";
	};
	const say = (input) => {
		const said = wrong(input, read(input.value));
		const cell = input.closest("td");
		let place = cell.querySelector(".error");
		cell.classList.toggle("wrong", said !== "");
		if (said && !place) {
			place = document.createElement("span");
			place.className = "error";
			place.id = `e-${input.name}`;
			place.setAttribute("role", "status");
			cell.append(place);
		}
		// An attribute without a value says that nothing is wrong.
		said ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid");
		said ? input.setAttribute("aria-describedby", place.id) : input.removeAttribute("aria-describedby");
		if (place) place.textContent = said;
		// What is wrong says it already.
		const left = cell.querySelector(".left");
		if (left) left.hidden = said !== "";
	};

	const minimum = document.getElementById("minimum");
	const usual = minimum.textContent;
	const count = () => {
		const totals = new Map();
		let whole = 0;
		const rows = new Map();
		for (const input of inputs) {
			const sum = cents(input, read(input.value)) || 0;
			const column = input.dataset.of;
			totals.set(column, (totals.get(column) ?? 0) + sum);
			const row = input.closest("tr");
			rows.set(row, (rows.get(row) ?? 0) + sum);
			whole += sum;
		}
		for (const [row, sum] of rows) {
			row.querySelector("[data-sum]").textContent = sum ? money.format(sum / 100) : "";
		}
		for (const place of all("[data-total]")) {
			const own = place.dataset.total;
			const sum = own === "all" ? whole : (totals.get(own) ?? 0);
			place.textContent = money.format(sum / 100);
		}
		const short = [...totals].filter(([, sum]) => sum > 0 && sum < form.dataset.minimum);
		const missing = short.map(([column, sum]) => {
			const name = inputs.find((one) => one.dataset.of === column).dataset.column;
			return `${name} : il manque ${money.format((form.dataset.minimum - sum) / 100)}`;
		});
		minimum.textContent = missing.join(" · ") || usual;
		minimum.classList.toggle("wrong-text", missing.length > 0);
	};
	form.addEventListener("input", (event) => {
		if (!event.target.dataset.of) return;
		say(event.target);
		count();
	});
	addEventListener("paste", () => setTimeout(() => {
		inputs.forEach(say);
		count();
	}));
	count();

	// Sideways with the arrows, where the caret is at the edge; Ctrl+Enter sends.
	const beside = (input, step) => {
		const row = all("input[data-of]", input.closest("tr"));
		return row[row.indexOf(input) + step];
	};
	form.addEventListener("keydown", (event) => {
		const { key, target, ctrlKey, metaKey } = event;
		if (key === "Enter" && (ctrlKey || metaKey)) {
			event.preventDefault();
			form.requestSubmit(form.querySelector(".bar button:last-of-type"));
			return;
		}
		const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
		if (!step || !target.dataset.of) return;
		const { selectionStart: from, selectionEnd: to, value } = target;
		const is_all = from === 0 && to === value.length;
		const is_edge = from === to && from === (step < 0 ? 0 : value.length);
		const next = (is_all || is_edge) && beside(target, step);
		if (!next) return;
		event.preventDefault();
		next.select();
	});
	form.addEventListener("focusin", ({ target }) => target.dataset?.of && target.select());
	// Whoever takes last week's order again changes some of it: the first quantity is ready to be
	// written over. On a telephone the keyboard would hide the sheet.
	const filled = all("input[data-of]", form).find((input) => input.value);
	if (matchMedia("(pointer: fine)").matches) filled?.focus({ preventScroll: true });

	// Filters: words without accents, family, what one had before, labels.
	const plain = (text) =>
		text.normalize("NFD").replace(/\p{M}/gu, "").replace(/œ/gi, "oe").toLowerCase();
	const box = form.querySelector(".sheet-filter");
	const [find, family] = [form.querySelector("#find"), form.querySelector("#family")];
	const [known, egalim] = [form.querySelector("#only-known"), form.querySelector("#egalim")];
	const [season, contract] = [form.querySelector("#only-season"), form.querySelector("#only-contract")];
	const bodies = all("tbody");
	const rows = all("tbody tr:not(.group)");
	const texts = new Map(rows.map((row) => [row, plain(row.textContent)]));
	box.hidden = false;
	const filter = () => {
		const words = plain(find.value).split(/\s+/);
		for (const body of bodies) {
			const is_family = !family.value || body.dataset.family === family.value;
			let seen = 0;
			for (const row of all("tr:not(.group)", body)) {
				const is_seen = is_family && words.every((word) => texts.get(row).includes(word))
					&& (!known?.checked || "known" in row.dataset)
					&& (!egalim.value || (egalim.value === "*" ? "labelSign" in row.dataset
						: row.dataset.egalim === egalim.value))
					&& (!season.checked || "season" in row.dataset)
					&& (!contract?.checked || "contract" in row.dataset);
				row.hidden = !is_seen;
				seen += is_seen;
			}
			body.querySelector(".group").hidden = !seen;
		}
		const seen = rows.filter((row) => !row.hidden).length;
		form.querySelector("#seen").textContent = seen < rows.length ? `${seen} sur ${rows.length}` : "";
	};
	box.addEventListener("input", filter);
	find.addEventListener("keydown", (event) => {
		if (event.key === "Enter") event.preventDefault();
	});

	// A field that is refused stands on the tab that is shown.
	const first = form.querySelector("[aria-invalid]");
	if (first) {
		if (!location.hash) location.hash = `d${first.dataset.of}`;
		first.focus();
	}
})();

// The form of standing orders says of what a quantity is, as its goods are chosen; without a script
// the name of the goods says it.
(() => {
	const goods = document.querySelector("select[data-says]");
	const place = goods && document.getElementById(goods.dataset.says);
	if (!place) return;
	const say = () => {
		const unit = goods.selectedOptions[0]?.dataset.unit;
		place.textContent = unit ? `(${unit})` : "";
	};
	goods.addEventListener("change", say);
	say();
})();
