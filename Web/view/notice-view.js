import { insecureText, noticeText } from "../words.js";
import { byID } from "./dom.js";

/** What the person caused, and need not do anything about. */
const QUIET = new Set([
    "tooShort", "cancelled", "cleared", "microphoneReady", "keyForgotten", "noBargeIn", "hiddenHandsFree",
]);

/** One sentence for the person, announced to screen readers; the newest replaces the one before. */
export class NoticeView {
    #element = byID("notice");
    #shown = null;

    /** @param {string} notice of the state machine. @param {string} mode how the pin is used. @param {string} [message] */
    show(notice, mode, message) {
        this.#shown = notice;
        this.#element.hidden = false;
        this.#element.dataset.tone = QUIET.has(notice) ? "quiet" : "alert";
        const isInsecure = notice === "insecure";
        this.#element.textContent = isInsecure ? insecureText(window.location) : noticeText(notice, mode, message);
    }

    /** @param {string} [only] clears this notice only. */
    clear(only = this.#shown) {
        if (only !== this.#shown) return;
        this.#shown = null;
        this.#element.hidden = true;
        this.#element.textContent = "";
    }
}
