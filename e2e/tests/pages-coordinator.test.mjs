import { every } from "../lib/every.mjs";

every("saturday", (role) => role === "coordinator", true);
