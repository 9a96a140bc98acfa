// A demonstration of its own for each test file: it may change what it likes.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/// Moments of one week, in Paris. Deliveries are on Tuesday and Thursday, ordered until noon two
/// days before; the list was published on the Thursday before.
export const MOMENTS = {
	// Orders are taken, the list of the week after is being made.
	saturday: ["2026-11-21T10:00"],
	// Tuesday's cut-off has passed, nobody has closed the day.
	cutoff: ["2026-11-22T12:05"],
	// Tuesday's delivery is to be received.
	dawn: ["2026-11-24T05:00"],
	// Everything is delivered, nothing is billed.
	friday: ["2026-11-27T09:00"],
	// The same Saturday in a hub of hundreds of farms, which has just begun.
	large: ["2026-11-21T10:00", "--scale", "l", "--weeks", "0"],
};

const WEEKS = ["--weeks", "3"];
// Playing weeks takes seconds; a loaded machine may take minutes.
const PATIENCE = 300_000;

const program = process.env.CARREAU_PROGRAM;
const bases = join(process.env.CARREAU_E2E ?? tmpdir(), "played");

/// Plays the weeks up to a moment once; the data is then copied for each test file.
export async function prepare(moment) {
	const base = join(bases, moment);
	if (existsSync(base)) return;
	mkdirSync(bases, { recursive: true });
	const fresh = mkdtempSync(join(bases, `${moment}-`));
	const site = await start(fresh, moment);
	await site.stop();
	try {
		renameSync(fresh, base);
	} catch {
		// Another test file was faster.
		rmSync(fresh, { recursive: true });
	}
}

/// Opens a demonstration at a moment, on a copy of the played weeks. `stop()` ends it and removes
/// its data.
export async function open(moment) {
	await prepare(moment);
	const data = mkdtempSync(join(tmpdir(), "carreau-e2e-"));
	cpSync(join(bases, moment), data, { recursive: true });
	const site = await start(data, moment);
	return {
		...site,
		data,
		async stop() {
			await site.stop();
			rmSync(data, { recursive: true, force: true });
		},
	};
}

async function start(data, moment) {
	if (!program) throw new Error("CARREAU_PROGRAM names no program: run e2e/run");
	const [at, ...size] = MOMENTS[moment];
	const words = ["demo", "--port", "0", "--at", at, ...(size.length ? size : WEEKS), "--data", data];
	const child = spawn(program, words, {
		env: { ...process.env, CARREAU_DATABASE: undefined },
		stdio: ["ignore", "pipe", "pipe"],
	});
	const said = [];
	const ended = new Promise((resolve) => child.once("exit", resolve));
	const origin = new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error("the demonstration does not open")), PATIENCE);
		child.once("error", reject);
		ended.then((code) => reject(new Error(`the demonstration ended (${code}): ${said.join("\n")}`)));
		for (const stream of [child.stdout, child.stderr]) {
			// Read to the end: a program whose output nobody takes would stop at it.
			createInterface({ input: stream }).on("line", (line) => {
				said.push(line);
				const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
				if (!port) return;
				clearTimeout(timer);
				// By its name: passkeys belong to a name, never to an address.
				resolve(`http://localhost:${port}`);
			});
		}
	});
	const stop = async () => {
		child.kill("SIGTERM");
		await ended;
	};
	try {
		return { origin: await origin, said, stop };
	} catch (error) {
		child.kill("SIGKILL");
		throw error;
	}
}
