const KEY = "hotpin.session";
const FORM = /^web-[0-9a-f]{16}$/;

/** The session's name: random, kept for this browser so that the server knows the conversation after a reload. */
export function sessionID(storage = safeStorage()) {
    const kept = storage?.getItem(KEY);
    if (kept && FORM.test(kept)) return kept;
    const bytes = crypto.getRandomValues(new Uint8Array(8));
    const made = "web-" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    keep(storage, KEY, made);
    return made;
}

/** localStorage, or null where the browser forbids it (private windows, blocked cookies). */
export function safeStorage() {
    try {
        return window.localStorage;
    } catch {
        return null;
    }
}

/** Stores a value, or leaves it: a page that cannot remember still works. */
export function keep(storage, key, value) {
    try {
        storage?.setItem(key, value);
    } catch {
        // Storage is full or forbidden.
    }
}
