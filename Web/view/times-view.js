import { PARTS, duration } from "../words.js";
import { byID, make } from "./dom.js";

/** Draws where the milliseconds of the newest turn went: one bar, its parts, and the sum in words. */
export class TimesView {
    #box = byID("times");

    /** @param {{total: number, parts: {key: string, ms: number}[]}} times */
    show({ total, parts }) {
        if (total <= 0) return;
        this.#box.hidden = false;
        byID("times-total").textContent = `${duration(total)} from your last word to the first sound`;
        byID("times-bar").replaceChildren(...bars(parts, total));
        byID("times-parts").replaceChildren(...parts.map(row));
    }

    clear() {
        this.#box.hidden = true;
    }
}

/** The parts of a turn's time as pieces of one bar; each tells its name and length. */
export function bars(parts, total) {
    return parts.map(({ key, ms }) => {
        const element = make("span", "span");
        element.dataset.part = key;
        element.title = `${PARTS[key] ?? key}: ${duration(ms)}`;
        element.style.flexGrow = String(Math.max(ms / total, 0.004));
        return element;
    });
}

function row({ key, ms }) {
    const pair = make("div", "part");
    pair.dataset.part = key;
    pair.append(make("dt", "", PARTS[key] ?? key), make("dd", "", duration(ms)));
    return pair;
}
