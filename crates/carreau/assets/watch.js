// A desk that watches the dock: what the floor says is short or turned away, seconds later.
(() => {
	const box = document.querySelector("[data-watch]");
	if (!box) return;
	const [list, said] = ["[data-troubles]", "[data-said]"].map((what) => box.querySelector(what));
	let rev = box.dataset.rev;
	async function look() {
		if (document.visibilityState !== "visible") return;
		let news;
		try {
			const got = await fetch(`${box.dataset.watch}?since=${rev}`, { redirect: "manual", cache: "no-store" });
			if (!got.ok) return;
			news = await got.json();
		} catch {
			return; // Asked again in three seconds.
		}
		if (news.rev === rev) return;
		rev = news.rev;
		said.textContent = `${news.said}. Rechargez la page pour voir le détail.`;
		const known = new Set([...list.children].map((item) => item.textContent));
		list.replaceChildren(...news.troubles.map((trouble) => {
			const item = document.createElement("li");
			const way = document.createElement("a");
			way.href = trouble.href;
			way.textContent = trouble.said;
			item.append(way);
			if (!known.has(trouble.said)) item.className = "strong";
			return item;
		}));
		box.classList.toggle("wrong", news.troubles.length > 0);
		box.classList.toggle("known", !news.troubles.length);
		box.hidden = false;
	}
	setInterval(look, 3000);
	addEventListener("visibilitychange", look);
})();
