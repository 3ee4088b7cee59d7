import { byID } from "./dom.js";

/** One sentence for the person, announced to screen readers; the newest replaces the one before. */
export class NoticeView {
    #element = byID("notice");

    /** @param {string} text @param {"alert" | "quiet"} tone */
    show(text, tone = "alert") {
        this.#element.hidden = false;
        this.#element.dataset.tone = tone;
        this.#element.textContent = text;
    }

    clear() {
        this.#element.hidden = true;
        this.#element.textContent = "";
    }
}
