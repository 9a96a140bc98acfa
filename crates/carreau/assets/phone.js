// Comfort for the farm's page: taps instead of typing. Without it the same fields are typed into.
(() => {
	const all = (what, from = document) => [...from.querySelectorAll(what)];
	const read = (text) => Number(text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".")) || 0;
	const say = (number, step) => (step < 1 ? number.toFixed(2) : String(Math.round(number * 1000) / 1000)).replace(".", ",");

	const form = document.getElementById("offers");
	const out = form?.querySelector("output");
	let sending = false;
	let changed = 0;
	const count = () => {
		changed = all("input[data-step], textarea", form ?? document).filter((field) => {
			const is = field.value !== field.defaultValue;
			field.classList.toggle("changed", is);
			return is;
		}).length;
		if (out) out.textContent = changed ? `${changed} à enregistrer` : form.dataset.saved ?? "";
	};

	for (const field of all("input[data-step]:not([readonly])")) {
		const step = Number(field.dataset.step);
		const button = (sign, label, by) => {
			const made = document.createElement("button");
			made.type = "button";
			made.textContent = sign;
			made.setAttribute("aria-label", `${label} : ${field.getAttribute("aria-label") ?? ""}`);
			made.onclick = () => {
				field.value = say(Math.max(0, read(field.value) + by), step);
				field.dispatchEvent(new Event("input", { bubbles: true }));
			};
			return made;
		};
		field.before(button("−", "Moins", -step));
		field.after(button("+", "Plus", step));
	}
	addEventListener("input", count);
	if (form) count();

	// Of what a quantity is, and what a price is for, as the product is chosen.
	const product = document.querySelector("select#product");
	product?.addEventListener("change", () => {
		for (const place of all("[data-says]")) {
			place.textContent = product.selectedOptions[0].dataset[place.dataset.says] ?? "";
		}
	});

	for (const button of all("[data-print]")) {
		button.hidden = false;
		button.onclick = () => print();
	}

	// A form is sent once; coming back by the history frees its button.
	addEventListener("submit", ({ submitter }) => {
		if (!submitter) return;
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
	addEventListener("beforeunload", (event) => {
		if (!sending && changed) event.preventDefault();
	});
})();
