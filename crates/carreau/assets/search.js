// What is found comes in while one types; arrows go from line to line. Without this file the page
// answers its form.
(() => {
	const box = document.getElementById("q");
	const found = document.getElementById("found");
	if (!box || !found) return;
	let asked = box.value.trim(), timer = 0, turn = 0;
	const address = () => `/search?${new URLSearchParams(new FormData(box.form))}`;
	async function look() {
		const now = box.value.trim();
		if (now === asked) return;
		asked = now;
		const mine = ++turn;
		const to = address();
		found.setAttribute("aria-busy", "true");
		try {
			const got = await fetch(to);
			const page = new DOMParser().parseFromString(await got.text(), "text/html");
			const fresh = page.getElementById("found");
			if (mine !== turn || !got.ok || !fresh) return;
			found.replaceChildren(...fresh.childNodes);
			history.replaceState(null, "", to);
		} catch { /* The button still works. */ }
		finally { if (mine === turn) found.setAttribute("aria-busy", "false"); }
	}
	box.addEventListener("input", () => {
		clearTimeout(timer);
		timer = setTimeout(look, 120);
	});
	addEventListener("keydown", (event) => {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (!step || event.ctrlKey || event.altKey) return;
		const lines = [box, ...found.querySelectorAll(".found a:not([href^='tel:']), .more a")];
		const at = lines.indexOf(document.activeElement);
		if (at < 0) return;
		event.preventDefault();
		lines[Math.max(0, Math.min(lines.length - 1, at + step))].focus();
	});
})();
