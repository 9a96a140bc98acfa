// Claims on a bad network: a photo is made small before it is sent; what does not get through is
// kept on this device and sent again, under the same key, so that it arrives once. Comfort only.
(() => {
	const KEPT = "carreau-claims";
	const LONGEST = 1600;
	const token = document.querySelector('meta[name="form-token"]')?.content ?? "";
	const bar = document.getElementById("waiting");
	const read = () => {
		try {
			return JSON.parse(localStorage.getItem(KEPT)) ?? [];
		} catch {
			return [];
		}
	};
	const write = (claims) => {
		try {
			localStorage.setItem(KEPT, JSON.stringify(claims));
			return true;
		} catch {
			return false;
		}
	};
	const show = (said) => {
		if (!bar) return;
		bar.textContent = said;
		bar.hidden = said === "";
	};
	const waiting = () => {
		const claims = read();
		const names = claims.map((claim) => claim.name).join(", ");
		const many = claims.length > 1;
		show(claims.length
			? `Pas de réseau. ${claims.length} réclamation${many ? "s attendent" : " attend"} sur cet appareil (${names}) et partir${many ? "ont" : "a"} dès qu'il revient.`
			: "");
		for (const { fields } of claims) {
			const details = document.querySelector(`#l-${CSS.escape(fields.about)} details.claim`);
			details?.querySelector("summary").replaceChildren("En attente d'envoi");
			if (details) details.open = false;
			details?.querySelector("button")?.setAttribute("disabled", "");
		}
	};

	// At most 1600 points wide: a telephone's photo of 6 MB becomes about 300 kB.
	const smaller = async (file) => {
		if (!file?.size) return "";
		const picture = await createImageBitmap(file).catch(() => null);
		if (!picture) return "";
		const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
		const canvas = document.createElement("canvas");
		canvas.width = Math.round(picture.width * scale);
		canvas.height = Math.round(picture.height * scale);
		canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
		return canvas.toDataURL("image/jpeg", 0.8);
	};
	const bytes = (address) => {
		const text = atob(address.split(",")[1]);
		return new Blob([Uint8Array.from(text, (letter) => letter.charCodeAt(0))], { type: "image/jpeg" });
	};

	// "sent", "lost" (no answer: try again) or the sentence of a refusal.
	const send = async ({ action, fields, photo }) => {
		const body = new FormData();
		for (const [name, value] of Object.entries(fields)) body.append(name, value);
		if (photo) body.append("photo", bytes(photo), "photo.jpg");
		let answer;
		try {
			// Where the answer leads is not followed: it says its sentence once, to the page that is
			// loaded again.
			const headers = { "x-form-token": token };
			answer = await fetch(action, { method: "POST", body, headers, redirect: "manual" });
		} catch {
			return "lost";
		}
		if (answer.ok || answer.type === "opaqueredirect") return "sent";
		if (answer.status >= 500) return "lost";
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		return page.querySelector("main p, .prose p")?.textContent ?? "La réclamation est refusée.";
	};

	let busy = false;
	const flush = async () => {
		if (busy || !read().length) return;
		busy = true;
		let [has_sent, refused] = [false, ""];
		for (const claim of read()) {
			const outcome = await send(claim);
			if (outcome === "lost") break;
			write(read().filter((one) => one.fields.key !== claim.fields.key));
			if (outcome === "sent") has_sent = true;
			else refused = `${claim.name} : ${outcome}`;
		}
		busy = false;
		waiting();
		if (refused) {
			show(refused);
			document.querySelectorAll("form[data-claim] button").forEach((one) => (one.disabled = false));
		} else if (has_sent && !read().length) location.reload();
	};

	document.addEventListener("submit", async (event) => {
		const form = event.target;
		if (!form.dataset.claim) return;
		event.preventDefault();
		const button = form.querySelector("button");
		button.disabled = true;
		const fields = {};
		for (const [name, value] of new FormData(form)) {
			if (typeof value === "string" && name !== "form_token") fields[name] = value;
		}
		const photo = await smaller(form.querySelector("input[type=file]").files[0]);
		const claim = { action: form.getAttribute("action"), name: form.dataset.claim, fields, photo };
		// Kept before it is sent: a page that dies in between has lost nothing.
		const others = read().filter((one) => one.fields.about !== fields.about);
		if (!write([...others, claim]) && !write([...others, { ...claim, photo: "" }])) {
			form.submit();
			return;
		}
		await flush();
		if (read().length) waiting();
	});
	// How much is the first thing to say.
	document.addEventListener("toggle", ({ target }) => {
		if (target.matches("details.claim[open]")) target.querySelector("[name=quantity]")?.focus();
	}, true);
	addEventListener("online", flush);
	setInterval(flush, 15000);
	waiting();
	flush();
})();
