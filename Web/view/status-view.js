import { phaseOf } from "../machine.js";
import { BUTTON, HINTS, STATUS, linkText } from "../words.js";
import { byID, setText } from "./dom.js";

/** Shows the state of the machine: connection, phase, button, steps, hint. */
export class StatusView {
    #talk = byID("talk");
    #touch = window.matchMedia("(hover: none) and (pointer: coarse)");

    /** @param state of the machine. @param {"hold" | "tap"} mode @param {number} now milliseconds. */
    show(state, mode, now) {
        const phase = phaseOf(state);
        document.body.dataset.phase = phase;
        document.body.dataset.link = state.link;

        const seconds = state.link === "lost" ? Math.ceil((state.retryAt - now) / 1_000) : 0;
        setText(byID("link-text"), linkText(state.link, seconds));
        byID("retry").hidden = state.link !== "lost";

        setText(byID("status"), STATUS[phase]);
        setText(byID("talk-text"), buttonText(phase, mode));
        this.#talk.setAttribute("aria-pressed", String(phase === "listening" || phase === "opening"));
        setText(byID("hint"), HINTS[mode === "hold" && this.#touch.matches ? "holdByTouch" : mode]);
        for (const item of document.querySelectorAll("[data-step]")) {
            item.classList.toggle("current", item.dataset.step === phase);
        }
    }
}

function buttonText(phase, mode) {
    if (phase === "listening" || phase === "opening") return BUTTON[mode].on;
    if (phase === "speaking" || phase === "thinking" || phase === "transcribing") return BUTTON.busy;
    return BUTTON[mode].off;
}
