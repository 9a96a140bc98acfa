// An order keyed in by the desk: what it comes to, said beside the minimum. Comfort only.
(() => {
	const form = document.querySelector("form[data-minimum]");
	if (!form) return;
	const inputs = [...form.querySelectorAll("tr[data-price] input")];
	const [total, missing] = ["[data-total]", "[data-missing]"].map((what) => form.querySelector(what));
	const usual = missing.textContent;
	const money = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" });

	// Thousandths of the unit, as the server counts; nothing of what does not read.
	const read = (text) => {
		const plain = text.replace(/\s/g, "").replace(",", ".");
		return /^\d+(\.\d{1,3})?$/.test(plain) ? Math.round(Number(plain) * 1000) : 0;
	};
	const count = () => {
		const cents = (input) => Math.round((read(input.value) * input.closest("tr").dataset.price) / 1e5);
		const sum = inputs.reduce((all, input) => all + cents(input), 0);
		const lacks = form.dataset.minimum - sum;
		total.textContent = sum ? `${money.format(sum / 100)} HT` : "";
		missing.textContent = sum && lacks > 0 ? `il manque ${money.format(lacks / 100)} pour le minimum` : usual;
		missing.classList.toggle("wrong-text", sum > 0 && lacks > 0);
	};
	form.addEventListener("input", count);
	addEventListener("paste", () => setTimeout(count));
	count();
})();
