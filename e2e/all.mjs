// Runs the test files, a few at a time, and prints what was measured.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import { MOMENTS, prepare } from "./lib/site.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
// Speed wants a machine of its own: it is run by name, or with all the others by `all`.
const BY_HAND = ["speed"];
const asked = process.argv.slice(2);
const wanted = asked.filter((name) => name !== "all");
const all = readdirSync(join(here, "tests")).filter((name) => name.endsWith(".test.mjs")).sort();
const isChosen = (name) => {
	if (wanted.length) return wanted.includes(name);
	return asked.includes("all") || !BY_HAND.includes(name);
};
const chosen = all.filter((name) => isChosen(name.replace(".test.mjs", "")));
if (!chosen.length) throw new Error(`no test file of that name; there are ${all.join(", ")}`);

// Once, and not by each file at the same time.
for (const moment of Object.keys(MOMENTS)) await prepare(moment);

// Speed is measured while nothing else runs.
const alone = chosen.filter((name) => name.startsWith("speed"));
const together = chosen.filter((name) => !alone.includes(name));
let failed = 0;
for (const [names, concurrency] of [[together, Math.min(3, availableParallelism())], [alone, 1]]) {
	if (!names.length) continue;
	const files = names.map((name) => join(here, "tests", name));
	const stream = run({ files, concurrency, timeout: 1_800_000 });
	stream.on("test:fail", () => (failed += 1));
	stream.compose(spec).pipe(process.stdout);
	await new Promise((resolve) => stream.once("end", resolve));
}
const figures = join(process.env.CARREAU_E2E, "figures");
if (existsSync(figures)) console.log(`\nFigures\n${readFileSync(figures, "utf8")}`);
process.exitCode = failed ? 1 : 0;
