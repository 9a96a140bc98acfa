// The price list as a sheet: keyboard, paste, undo, and saving by the cell. Without this file the
// page is a form with one field per price.
(() => {
	const table = document.getElementById("mercuriale");
	if (!table) return;
	const one = (what, from = document) => from.querySelector(what);
	const all = (what, from = document) => [...from.querySelectorAll(what)];
	const plain = (text) =>
		text.normalize("NFD").replace(/\p{M}/gu, "").replace(/œ/gi, "oe").toLowerCase();
	const make = (tag, text = "", props = {}) =>
		Object.assign(document.createElement(tag), { textContent: text }, props);
	const many = (n, word, words) => `${n} ${n > 1 ? words : word}`;

	const heads = [...table.tHead.rows[0].cells];
	const names = heads.map((head) => head.firstChild.textContent.trim());
	const rows = all("tr[data-row]", table);
	const rowOf = new Map(rows.map((row) => [row.dataset.row, row]));
	const cells = new Map();
	const isOpen = !!table.dataset.cells;
	let shown = rows;

	// A cell knows what the server has (base), what is wanted (value) and how that stands (state).
	for (const td of all("td[data-c]", table)) {
		const row = td.parentNode;
		const text = one(".qty", td)?.defaultValue ?? td.textContent;
		const isSale = td.dataset.c === "sale";
		const base = isSale && !row.classList.contains("own") ? "" : text;
		td.c = { name: `${row.dataset.row}/${td.dataset.c}`, base, value: base, rule: text, isSale };
		td.textContent = text;
		cells.set(td.c.name, td);
	}
	const label = (td) =>
		`${td.parentNode.cells[0].textContent.trim().replace(/\s+/g, " ")}, ${names[td.cellIndex]}`;

	// What stands in a cell, and its sign.
	const SAID = { wait: "en attente", saved: "enregistré", clash: "en conflit", bad: "refusé" };
	const draw = (td) => {
		const { c } = td;
		td.classList.remove("edited");
		td.textContent = c.value === "" && c.isSale ? c.rule : c.value;
		if (c.isSale) td.parentNode.classList.toggle("own", c.value !== "");
		c.state ? (td.dataset.s = c.state) : td.removeAttribute("data-s");
		td.title = c.why ?? SAID[c.state] ?? "";
		c.state === "bad" ? td.setAttribute("aria-invalid", "true") : td.removeAttribute("aria-invalid");
		if (c.state !== "clash") return;
		const choice = make("span", "", { className: "clash" });
		for (const said of [`avant : ${c.before}`, `vous : ${c.value}`, `${c.by}, ${c.at} : ${c.base || "prix par règle"}`])
			choice.append(make("small", said));
		const keep = make("button", "garder le mien", { type: "button", className: "quiet" });
		const take = make("button", "prendre l'autre", { type: "button", className: "quiet" });
		keep.onclick = () => (hold(td, "wait"), later(0));
		take.onclick = () => ((c.value = c.base), hold(td, ""), tell());
		choice.append(keep, take);
		td.append(choice);
	};
	const hold = (td, state, why) => {
		td.c.state = state;
		td.c.why = why;
		draw(td);
	};

	// Numbers as people and spreadsheets write them; null when it is none.
	const number = (text) => {
		const bare = text.replace(/[\s\u00a0\u202f€]|\/.*$/g, "").replace(/(kg|g|pièces?)$/i, "");
		if (bare === "") return "";
		return /^\d{0,9}([.,]\d{0,4})?$/.test(bare) && /\d/.test(bare) ? bare.replace(".", ",") : null;
	};

	// Saving: one batch at a time; what could not leave is sent again under the same key.
	const out = one("[data-state]");
	const rest = one("[data-rest]");
	let sending = null, timer = 0, tries = 0, lastSaved = "", away = "", epoch = 0, closed = "", news = 0;
	const dirty = () => [...cells.values()].filter(({ c }) => c.value !== c.base);
	const later = (ms = 350) => {
		clearTimeout(timer);
		timer = setTimeout(send, ms);
		tell();
	};
	const key = () => [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join("-");

	const token = () => ({ "x-form-token": one("meta[name=form-token]")?.content ?? "" });

	async function send() {
		if (closed) return;
		if (!sending) {
			const held = [...cells.values()].some(({ c }) => c.state === "bad" && c.isHolding);
			const batch = held ? [] : dirty().filter(({ c }) => c.state === "wait");
			if (!batch.length) return tell();
			const changes = batch.map(({ c }) => ({ cell: c.name, seen: c.base, value: c.value }));
			sending = { batch, changes, body: JSON.stringify({ key: key(), changes }) };
			epoch++;
		}
		tell();
		let answer, status;
		away = "le serveur ne répond pas";
		try {
			const headers = { "content-type": "application/json", ...token() };
			const got = await fetch(table.dataset.cells, { method: "POST", headers, body: sending.body });
			status = got.status;
			const isOut = got.redirected || status === 401 || status === 403;
			away = isOut ? "entrez de nouveau, dans un autre onglet" : "le serveur ne répond pas";
			if (isOut || status >= 500) throw status;
			answer = await got.json();
		} catch {
			timer = setTimeout(send, Math.min(15000, 1000 * 2 ** tries++));
			return tell();
		}
		const { batch, changes } = sending;
		sending = null;
		tries = 0;
		epoch++;
		status === 200 ? saved(batch, changes, answer) : refused(batch, answer);
		if (dirty().some(({ c }) => c.state === "wait")) later(0);
		tell();
	}
	function saved(batch, changes, answer) {
		const clashes = new Map(answer.conflicts.map((clash) => [clash.cell, clash]));
		batch.forEach((td, at) => {
			const { c } = td;
			const clash = clashes.get(c.name);
			if (clash) {
				// What both saw when they began to write.
				const before = changes[at].seen || c.rule;
				Object.assign(c, { before, base: clash.stored, by: clash.by, at: clash.at });
				hold(td, c.value === c.base ? "saved" : "clash");
				return;
			}
			c.base = changes[at].value;
			hold(td, c.value === c.base ? "saved" : "wait");
		});
		lastSaved = answer.at;
		const stillBad = told.get("cellule refusée")?.list.filter(({ td }) => td.c.state === "bad");
		if (stillBad) listUnread(stillBad, "cellule refusée", "cellules refusées");
		update(answer);
		if (clashes.size) cells.get(answer.conflicts[0].cell)?.scrollIntoView({ block: "nearest" });
	}
	// Nothing was written: the cells that cannot be are named, the others wait for a decision.
	function refused(batch, answer) {
		const bad = answer.refused ?? [];
		for (const { cell, reason } of bad) {
			const td = cells.get(cell);
			if (td) (td.c.isHolding = batch.length > 1), hold(td, "bad", reason);
		}
		if (!bad.length) closed = answer.reasons?.join(" ") || "Refusé.";
		listUnread(bad.map(({ cell, reason }) => ({ td: cells.get(cell), reason })), "cellule refusée", "cellules refusées");
		if (bad.length) go(cells.get(bad[0].cell));
	}
	if (rest) rest.onclick = () => {
		for (const { c } of cells.values()) c.isHolding = false;
		later(0);
	};

	function tell() {
		if (!out) return;
		const open = dirty();
		const count = (state) => open.filter(({ c }) => c.state === state).length;
		const [bad, clash] = ["bad", "clash"].map(count);
		const wait = Math.max(count("wait"), sending?.batch.length ?? 0);
		const said = [];
		if (closed) said.push(closed);
		if (bad) said.push(many(bad, "cellule refusée", "cellules refusées"));
		if (clash) said.push(many(clash, "cellule en conflit", "cellules en conflit"));
		if (wait) {
			const how = (s) => (tries ? `gardée${s} ici : ${away}` : "en attente");
			said.push(many(wait, `cellule ${how("")}`, `cellules ${how("s")}`));
		}
		if (!said.length) said.push(lastSaved ? `Tout est enregistré à ${lastSaved}` : "Tout est enregistré");
		if (news) said.push(`${many(news, "ligne a changé", "lignes ont changé")} : rechargez`);
		const text = said.join(" · ");
		if (out.textContent !== text) out.textContent = text;
		out.className = closed || bad || clash || tries ? "alert" : wait ? "" : "fine";
		const isHeld = [...cells.values()].some(({ c }) => c.state === "bad" && c.isHolding);
		rest.hidden = !(isHeld && wait);
		rest.textContent = `Enregistrer ${many(wait, "l'autre", "les autres").replace(/^(\d+) (.*)$/, "$2 ($1)")}`;
	}

	// What the server says of rows: everything but what somebody is writing.
	function update({ rows: fresh, goods, written = [] }) {
		const known = new Set(fresh.map((row) => row.key));
		const writers = new Map(written.map(([name, by, at]) => [name, `${by}, ${at}`]));
		for (const row of fresh) {
			const tr = rowOf.get(row.key);
			if (!tr) { news++; continue; }
			tr.dataset.cents = `${row.cost_cents} ${row.value_cents}`;
			const put = (at, cell) => {
				const td = tr.cells[at];
				td.dataset.g = cell.grams;
				if (!td.c) { td.textContent = cell.shown; return; }
				const isMine = td.c.value !== td.c.base;
				const isNew = td.c.base !== cell.value;
				if (cell.value === "") td.c.rule = cell.shown;
				if (isMine) return;
				td.c.base = td.c.value = cell.value;
				if (td === editing?.td) return;
				if (isNew && writers.has(cell.name)) hold(td, "other", writers.get(cell.name));
				else draw(td);
			};
			put(3, row.cost);
			put(5, row.sale);
			row.offered.forEach((cell, at) => put(8 + at, cell));
			tr.cells[6].textContent = row.markup;
			tr.cells[4].replaceChildren(row.quote, " ", make("small", row.gain));
			const signs = row.flags.map(({ kind, text }) => make("span", text, { className: `tag ${kind}` }));
			if (row.change) signs.push(make("span", row.change, { className: "tag" }));
			tr.lastElementChild.replaceChildren(...signs);
		}
		for (const tr of rows) {
			const isTouched = goods.some((prefix) => tr.dataset.row.startsWith(prefix));
			if (isTouched) tr.classList.toggle("off", !known.has(tr.dataset.row));
		}
		sums();
	}

	// Two people at once: what others wrote comes in while the page is looked at.
	let rev = table.dataset.rev;
	async function poll() {
		if (document.hidden || sending || closed || editing) return;
		const before = epoch;
		try {
			const got = await fetch(`${table.dataset.cells}?since=${rev}`);
			const answer = await got.json();
			if (!got.ok || before !== epoch) return;
			rev = answer.rev;
			if (answer.published) {
				closed = `Publiée à ${answer.published} : rechargez la page.`;
				one("[formaction]").disabled = true;
				return tell();
			}
			if (answer.rows.length || answer.goods.length) update(answer);
			if (news) tell();
		} catch { /* The next one will do. */ }
	}

	// Undo: of a whole paste at once.
	const done = [], undone = [];
	function change(list, said) {
		const steps = list.filter(([td, value]) => td.c.value !== value)
			.map(([td, value]) => ({ td, from: td.c.value, to: value }));
		if (!steps.length) return 0;
		done.push(steps);
		undone.length = 0;
		play(steps, "to");
		if (said) toast(said(steps.length));
		return steps.length;
	}
	function play(steps, way) {
		for (const step of steps) {
			const { c } = step.td;
			c.value = step[way];
			c.isHolding = false;
			hold(step.td, c.value === c.base && !sending?.batch.includes(step.td) ? "" : "wait");
		}
		later();
	}
	function again(from, to, way) {
		const steps = from.pop();
		if (!steps) return;
		to.push(steps);
		play(steps, way);
		go(steps[0].td);
		const what = way === "from" ? "annulée" : "refaite";
		toast(`${many(steps.length, `cellule ${what}`, `cellules ${what}s`)}`, false);
	}
	const undo = () => again(done, undone, "from");
	const redo = () => again(undone, done, "to");

	let toastTimer = 0;
	function toast(text, withUndo = true) {
		one(".toast")?.remove();
		const box = make("div", "", { className: "toast no-print" });
		box.setAttribute("role", "status");
		box.append(make("span", text));
		const steps = done.at(-1);
		if (withUndo) box.append(make("button", "Annuler", {
			type: "button", className: "quiet",
			onclick: () => { if (done.at(-1) === steps) undo(); },
		}));
		document.body.append(box);
		clearTimeout(toastTimer);
		toastTimer = setTimeout(() => box.remove(), 10000);
	}

	// Where one is, and what is chosen.
	let at = null, anchor = null, editing = null;
	const place = (td) => [shown.indexOf(td.parentNode), td.cellIndex];
	const cellAt = (row, column) => shown[row]?.cells[column];
	function range() {
		if (!at) return [];
		const [[r1, c1], [r2, c2]] = [place(anchor), place(at)];
		const list = [];
		for (let r = Math.min(r1, r2); r <= Math.max(r1, r2); r++)
			list.push([...shown[r].cells].slice(Math.min(c1, c2), Math.max(c1, c2) + 1));
		return list;
	}
	let chosen = [];
	function go(td, extends_ = false) {
		if (!td) return;
		if (editing && editing.td !== td) commit();
		at?.removeAttribute("tabindex");
		at = td;
		if (!extends_ || !anchor) anchor = td;
		td.tabIndex = 0;
		td.focus({ preventScroll: true });
		td.scrollIntoView({ block: "nearest", inline: "nearest" });
		for (const old of chosen) old.classList.remove("in"), old.removeAttribute("aria-selected");
		chosen = at === anchor ? [] : range().flat();
		for (const now of chosen) now.classList.add("in"), (now.ariaSelected = "true");
	}
	const clamp = (n, most) => Math.max(0, Math.min(n, most));
	function move(rowStep, columnStep, extends_) {
		const [row, column] = place(at);
		go(cellAt(clamp(row + rowStep, shown.length - 1), clamp(column + columnStep, heads.length - 1)), extends_);
	}
	// The next cell that can be written, to the right and then below; undefined at the end.
	function next(step) {
		let [row, column] = place(at);
		for (;;) {
			column += step;
			if (column < 0 || column >= heads.length) {
				row += step;
				column = step > 0 ? 0 : heads.length - 1;
			}
			const td = cellAt(row, column);
			if (!td || td.c) return td;
		}
	}

	function edit(td, text) {
		if (!td.c || closed) return;
		const input = make("input", "", { className: "qty", inputMode: "decimal", autocomplete: "off" });
		input.setAttribute("aria-label", label(td));
		input.value = text ?? td.firstChild?.textContent ?? "";
		editing = { td, input, isQuick: text !== undefined };
		td.classList.add("edited");
		td.replaceChildren(input);
		input.focus({ preventScroll: true });
		// Every page chooses the whole of a quantity that gets the focus: a first digit must stay.
		text === undefined ? input.select() : input.setSelectionRange(text.length, text.length);
		input.onblur = () => editing?.input === input && commit();
	}
	function commit() {
		const { td, input } = editing;
		editing = null;
		const value = number(input.value);
		const isSame = td.c.isSale && td.c.value === "" && value === td.c.rule;
		if (value === null) {
			td.c.value = input.value.trim();
			hold(td, "bad", `« ${td.c.value} » n'est pas un nombre. Écrivez par exemple 2,35.`);
			return tell();
		}
		if (isSame || value === td.c.value) return hold(td, td.c.state === "bad" ? "wait" : td.c.state, td.c.why);
		draw(td);
		change([[td, value]]);
	}
	function revert() {
		const { td } = editing;
		editing = null;
		draw(td);
		go(td);
	}

	const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
	const EDGE = 1e6;
	table.addEventListener("keydown", (event) => {
		const { key, shiftKey: shift, altKey } = event;
		const ctrl = event.ctrlKey || event.metaKey;
		if (!at || altKey || event.target.closest("button, a, summary")) return;
		const stop = () => event.preventDefault();
		if (editing) {
			if (key === "Escape") return stop(), revert();
			const step = key === "Enter" ? [shift ? -1 : 1, 0] : editing.isQuick || /Up|Down/.test(key) ? ARROWS[key] : 0;
			if (step) return stop(), go(editing.td), move(...step);
			if (key === "Tab") {
				const to = next(shift ? -1 : 1);
				go(editing.td);
				if (to) stop(), go(to);
			}
			return;
		}
		if (ARROWS[key]) return stop(), move(...ARROWS[key].map((n) => (ctrl ? n * EDGE : n)), shift);
		if (key === "Enter") return stop(), move(shift ? -1 : 1, 0);
		if (key === "Tab") {
			const to = next(shift ? -1 : 1);
			return to && (stop(), go(to));
		}
		if (key === "Home" || key === "End") {
			const far = key === "Home" ? -EDGE : EDGE;
			return stop(), move(ctrl ? far : 0, far, shift);
		}
		if (key === "PageUp" || key === "PageDown") return stop(), move(key === "PageUp" ? -20 : 20, 0, shift);
		if (key === "Escape") return stop(), one("#find").focus();
		if (key === "F2") return stop(), edit(at);
		if (key === "Delete" || key === "Backspace") return stop(), clear();
		if (ctrl) return chord(event, key.toLowerCase(), shift);
		if (key.length !== 1) return;
		if (at.c) return stop(), edit(at, key === " " ? "" : key);
		const isOffer = isOpen && (at.cellIndex === 3 || at.dataset.g !== undefined);
		if (isOffer) toast("Plusieurs fermes l'apportent : l'offre de chacune s'écrit sur la page Offres.", false);
	});
	function chord(event, key, shift) {
		const acts = { d: fillDown, y: redo, z: shift ? redo : undo, a: () => {
			const [first, last] = [cellAt(0, 0), shown.at(-1).lastElementChild];
			go(first);
			go(last, true);
		} };
		if (acts[key]) event.preventDefault(), acts[key]();
	}
	function clear() {
		const open = range().flat().filter((td) => td.c && td.dataset.c !== "cost");
		change(open.map((td) => [td, ""]), (n) => many(n, "cellule vidée", "cellules vidées"));
	}
	function fillDown() {
		let block = range();
		if (block.length === 1) {
			const above = cellAt(place(block[0][0])[0] - 1, 0);
			if (above) block = [block[0].map((td) => above.parentNode.cells[td.cellIndex]), block[0]];
		}
		const list = block.slice(1).flatMap((line) => line.map((td, column) => [td, block[0][column].firstChild?.textContent ?? ""]));
		change(list.filter(([td]) => td.c), (n) => many(n, "cellule recopiée", "cellules recopiées"));
	}

	// Mouse and finger.
	let isDragging = false;
	const cellOf = (event) => event.target.closest("td, th[scope=row]");
	table.tBodies.length && table.addEventListener("mousedown", (event) => {
		const td = cellOf(event);
		if (!td?.parentNode.dataset.row || event.button || event.target.closest("button, a, input")) return;
		event.preventDefault();
		go(td, event.shiftKey);
		isDragging = true;
	});
	table.addEventListener("mouseover", (event) => {
		const td = isDragging && cellOf(event);
		if (td && td.parentNode.dataset.row && td !== at) go(td, true);
	});
	addEventListener("mouseup", () => (isDragging = false));
	table.addEventListener("dblclick", (event) => at && at === cellOf(event) && !editing && edit(at));
	table.addEventListener("click", (event) => {
		const td = cellOf(event);
		if (td?.c && !editing && event.target === td && matchMedia("(pointer:coarse)").matches) go(td), edit(td);
	});

	// Copy and paste.
	const isHere = () => at && !editing && table.contains(document.activeElement);
	const copied = () => range().map((line) => line.map((td) => td.firstChild?.textContent.trim() ?? "").join("\t")).join("\n");
	for (const kind of ["copy", "cut"]) addEventListener(kind, (event) => {
		if (!isHere()) return;
		event.preventDefault();
		event.clipboardData.setData("text/plain", copied());
		if (kind === "cut") clear();
	});
	addEventListener("paste", (event) => {
		if (!isHere() || !isOpen) return;
		event.preventDefault();
		paste(event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, ""));
	});
	function paste(text) {
		const block = text.split("\n").map((line) => line.split("\t").map((cell) => cell.trim()));
		const named = block.filter((line) => line.length > 1 && number(line[0]) === null && /\d/.test(line.slice(1).join("")));
		// Names before the numbers: a price list in an order of its own.
		if (names[at.cellIndex] !== names[0] && named.length * 2 > block.length) return readList(text);
		const [top, left] = place(range()[0][0]);
		const into = range();
		const isOne = block.length === 1 && block[0].length === 1;
		const lines = isOne ? into.map((line) => line.map(() => block[0][0])) : block;
		const list = [], unread = [];
		lines.forEach((line, down) => line.forEach((cell, right) => {
			const td = cellAt(top + down, left + right);
			const value = number(cell);
			const miss = (reason) => unread.push({ line: down + 1, text: cell, reason, td });
			if (!td) return cell && miss("La liste finit avant.");
			if (!td.c) return cell && cell !== td.firstChild?.textContent.trim() && miss(`« ${label(td)} » ne s'écrit pas ici.`);
			if (value === null) return miss("Ce n'est pas un nombre.");
			if (value === "" && td.dataset.c === "cost") return;
			if (!(td.c.isSale && td.c.value === "" && value === td.c.rule)) list.push([td, value]);
		}));
		const count = change(list, (n) => many(n, "cellule collée", "cellules collées"));
		if (!count && !unread.length) toast("Rien à changer : les valeurs sont déjà là.", false);
		listUnread(unread, "cellule non lue", "cellules non lues");
	}

	async function readList(text) {
		let answer;
		try {
			const got = await fetch(table.dataset.reading, { method: "POST", body: text, headers: { "content-type": "text/plain", ...token() } });
			answer = await got.json();
			if (!got.ok) throw new Error(answer.reasons.join(" "));
		} catch (error) {
			return toast(error.message || "Le serveur ne répond pas : rien n'est changé.", false);
		}
		const list = answer.matched.map(({ cell, value }) => [cells.get(cell), value]).filter(([td]) => td);
		const count = change(list, (n) => many(n, "prix repris du tarif", "prix repris du tarif"));
		if (!count) toast("Aucun prix à changer.", false);
		listUnread(answer.unread, "ligne non lue", "lignes non lues");
	}
	// What could not be read, and what was refused: two lists, each until the next of its kind.
	const MOST = 40;
	const told = new Map();
	function listUnread(list, word, words) {
		const box = one("[data-unread]");
		told.set(word, { list, words });
		const parts = [...told].filter(([, { list }]) => list.length);
		box.hidden = !parts.length;
		box.replaceChildren(...parts.flatMap(([word, { list, words }]) => {
			const head = make("div", "", { className: "head" });
			const onclick = () => listUnread([], word, words);
			head.append(make("h2", many(list.length, word, words)), make("button", "Fermer", { type: "button", className: "quiet", onclick }));
			const lines = list.slice(0, MOST).map(({ line, text, reason, td }) => {
				const item = make("li");
				item.append(make("b", [line && `ligne ${line}`, text && `« ${text} »`].filter(Boolean).join(" · ") || label(td)), ` ${reason} `);
				if (td) item.append(make("button", "voir", { type: "button", className: "quiet", onclick: () => go(td) }));
				return item;
			});
			if (list.length > MOST) lines.push(make("li", `et ${list.length - MOST} autres`));
			const items = make("ol", "", { className: "list" });
			items.append(...lines);
			return [head, items];
		}));
	}
	const panel = one("[data-paste]");
	if (panel) {
		const area = one("textarea", panel);
		one("[data-list]").onclick = () => ((panel.hidden = !panel.hidden), panel.hidden || area.focus());
		one("[data-close]").onclick = () => (panel.hidden = true);
		one("[data-read]").onclick = () => area.value.trim() && readList(area.value).then(() => (panel.hidden = true));
	}

	// What is shown: words, family, marks; and in which order.
	const find = one("#find"), family = one("#family"), tools = one("[data-tools]");
	const homes = rows.map((row) => row.parentNode);
	const groups = homes.map((home) => one(".group th", home).firstChild.textContent.trim());
	const texts = rows.map((row, n) => plain(`${groups[n]} ${row.cells[0].textContent} ${row.cells[1].textContent}`));
	const flat = make("tbody");
	table.append(flat);
	let sorted = { at: -1, way: 0 };
	function view() {
		const words = plain(find.value).split(/\s+/);
		const only = (what) => one(`[data-only=${what}]`)?.checked;
		const [own, flag, wait] = ["own", "flag", "wait"].map(only);
		rows.forEach((row, n) => {
			row.hidden = !(words.every((word) => texts[n].includes(word)) &&
				(!family.value || family.value === groups[n]) &&
				(!own || row.classList.contains("own")) && (!flag || one(".late, .changed", row.lastElementChild)) &&
				(!wait || one(".wait", row.lastElementChild)));
		});
		for (const body of table.tBodies) {
			const head = one(".group", body);
			if (head) head.hidden = ![...body.rows].some((row) => row !== head && !row.hidden);
		}
		shown = all("tr[data-row]", table).filter((row) => !row.hidden);
		one("output", tools).textContent = shown.length < rows.length ? `${shown.length} sur ${rows.length}` : "";
		if (at && !shown.includes(at.parentNode)) at = anchor = null;
		if (!at && shown[0]) (at = anchor = shown[0].cells[isOpen ? 5 : 0]).tabIndex = 0;
		sums();
	}
	const worth = (td) => {
		const found = /[+−-]?\d[\d\s\u202f]*(,\d+)?/.exec(td.textContent);
		return found ? +found[0].replace(/[\s\u202f]/g, "").replace(",", ".").replace("−", "-") : -Infinity;
	};
	function sort(column) {
		const way = sorted.at !== column ? 1 : sorted.way === 1 ? -1 : 0;
		sorted = { at: column, way };
		heads.forEach((head, n) => head.setAttribute("aria-sort", n !== column || !way ? "none" : way > 0 ? "ascending" : "descending"));
		if (!way) rows.forEach((row, n) => homes[n].append(row));
		else {
			const isNumber = heads[column].classList.contains("n");
			const value = (row) => (isNumber ? worth(row.cells[column]) : plain(row.cells[column].textContent));
			const keyed = rows.map((row) => [value(row), row]);
			keyed.sort(([a], [b]) => (a < b ? -way : a > b ? way : 0));
			flat.append(...keyed.map(([, row]) => row));
		}
		view();
	}
	heads.forEach((head, n) => {
		const button = make("button", "", { type: "button", className: "sort" });
		button.append(...head.childNodes);
		head.dataset.h = names[n];
		button.onclick = () => sort(n);
		// On a telephone there is no button to sort by, and the column still has its name.
		head.append(button, make("span", names[n], { className: "named" }));
		head.setAttribute("aria-sort", "none");
	});

	// The totals of what is shown.
	const euros = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR", maximumFractionDigits: 0 });
	const figure = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 });
	function sums() {
		const put = (what, text) => (one(`[data-sum=${what}]`, table).textContent = text);
		let cost = 0, value = 0;
		const days = all("[data-sum=day]", table);
		const grams = days.map(() => 0);
		for (const row of shown) {
			const [paid, sold] = row.dataset.cents.split(" ").map(Number);
			cost += paid;
			value += sold;
			days.forEach((_, n) => (grams[n] += +row.cells[8 + n].dataset.g));
		}
		put("lines", many(shown.length, "ligne", "lignes"));
		put("cost", euros.format(cost / 100));
		put("value", euros.format(value / 100));
		put("markup", cost ? `${figure.format(((value - cost) * 100) / cost)} %` : "");
		days.forEach((td, n) => (td.textContent = `${figure.format(grams[n] / 1000)} kg`));
	}

	// Off we go.
	table.setAttribute("role", "grid");
	table.setAttribute("aria-label", "Mercuriale");
	for (const box of all("[data-tools]")) box.hidden = false;
	find.oninput = family.onchange = view;
	for (const box of all("[data-only]")) box.onchange = view;
	view();
	if (!isOpen) return;
	table.setAttribute("aria-multiselectable", "true");
	// Tab goes from cell to cell: past all of them leads one link, seen when it has the focus.
	const past = make("a", "Passer la feuille", { className: "skip", href: "#publish" });
	one("[formaction]").id = "publish";
	past.onclick = (event) => (event.preventDefault(), one("#publish").focus());
	tools.after(past);
	one("[data-plain]").hidden = true;
	tell();
	setInterval(poll, 4000);
	addEventListener("visibilitychange", poll);
	addEventListener("online", () => sending && (clearTimeout(timer), send()));
	addEventListener("beforeunload", (event) => (dirty().length || sending) && event.preventDefault());
	// Publishing waits until everything is written.
	const form = document.getElementById("prices");
	form.addEventListener("submit", (event) => {
		if (editing) commit();
		if (!dirty().length && !sending) return;
		event.preventDefault();
		event.stopImmediatePropagation();
		const { submitter } = event;
		clearTimeout(timer);
		send().then(() => dirty().length ? tell() : form.requestSubmit(submitter));
	}, true);
})();
