import { keep } from "./session.js";

const KEY = "hotpin.key";

/** The key that this browser shows to be let in: kept across visits, and in memory where the browser keeps nothing. */
export class Key {
    #storage;
    #text;

    constructor(storage) {
        this.#storage = storage;
        this.#text = storage?.getItem(KEY) ?? "";
    }

    /** @returns {string} empty if there is none. */
    get text() {
        return this.#text;
    }

    set text(text) {
        this.#text = text.trim();
        keep(this.#storage, KEY, this.#text);
    }

    forget() {
        this.#text = "";
        try {
            this.#storage?.removeItem(KEY);
        } catch {
            // Storage is forbidden: nothing was kept.
        }
    }
}
