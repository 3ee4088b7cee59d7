import { keyText } from "../words.js";
import { byID, setText } from "./dom.js";

/** The form that asks for a key, and the button that forgets the one this browser keeps. */
export class KeyView {
    #form = byID("key-form");
    #input = byID("key");
    #forget = byID("forget-key");

    /** @param {{entered: (text: string) => void, forgotten: () => void}} */
    constructor({ entered, forgotten }) {
        this.#form.addEventListener("submit", (event) => {
            event.preventDefault();
            const text = this.#input.value.trim();
            if (text) entered(text);
            else this.#input.focus();
        });
        this.#forget.addEventListener("click", forgotten);
    }

    /** Asks. @param {string} reason the server's own. @param {boolean} shown whether a key was shown to it. */
    ask(reason, shown) {
        this.#form.hidden = false;
        setText(byID("key-trouble"), keyText(reason, shown));
        this.#input.select();
        this.#input.focus();
    }

    /** The server took the key, or wants none. */
    done() {
        if (this.#form.hidden) return;
        // A browser takes the focus from what was hidden only with its next picture: the space bar would do nothing.
        if (this.#form.contains(document.activeElement)) byID("talk").focus();
        this.#form.hidden = true;
        this.#input.value = "";
    }

    /** @param {boolean} isKept whether there is a key to forget. */
    showForget(isKept) {
        this.#forget.hidden = !isKept;
    }
}
