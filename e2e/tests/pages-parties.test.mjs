import { every } from "../lib/every.mjs";

every("saturday", (role) => ["buyer", "food-aid", "producer"].includes(role), true);
