// What was measured: printed at the end of a run, asserted nowhere.
import { appendFileSync } from "node:fs";
import { join } from "node:path";

export function figure(line) {
	if (process.env.CARREAU_E2E) appendFileSync(join(process.env.CARREAU_E2E, "figures"), `${line}\n`);
}
