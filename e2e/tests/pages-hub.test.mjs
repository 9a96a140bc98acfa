import { every } from "../lib/every.mjs";

const OTHERS = ["coordinator", "buyer", "food-aid", "producer"];
every("dawn", (role) => !OTHERS.includes(role), false);
