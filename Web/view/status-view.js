import { phaseOf } from "../machine.js";
import { BUTTON, HINTS, STATUS, linkText } from "../words.js";
import { byID, setText } from "./dom.js";

/** The step that stands for a phase which is none of its own. */
const STEP = { hearing: "listening", attending: "listening", held: "speaking" };

/** Shows the state of the machine: connection, phase, button, steps, hint. */
export class StatusView {
    #talk = byID("talk");
    #touch = window.matchMedia("(hover: none) and (pointer: coarse)");

    /** @param state of the machine. @param {"hold" | "tap" | "free"} mode @param {number} now milliseconds. */
    show(state, mode, now) {
        const phase = phaseOf(state);
        document.body.dataset.phase = phase;
        document.body.dataset.link = state.link;
        document.body.dataset.handsFree = state.handsFree;

        const seconds = state.link === "lost" ? Math.ceil((state.retryAt - now) / 1_000) : 0;
        setText(byID("link-text"), linkText(state.link, seconds));
        byID("retry").hidden = state.link !== "lost";

        setText(byID("status"), STATUS[phase]);
        setText(byID("talk-text"), buttonText(state, phase, mode));
        const isOn = mode === "free" ? state.handsFree !== "off" : phase === "listening" || phase === "opening";
        this.#talk.setAttribute("aria-pressed", String(isOn));
        setText(byID("hint"), HINTS[this.#hint(state, mode)]);
        for (const item of document.querySelectorAll("[data-step]")) {
            item.classList.toggle("current", item.dataset.step === (STEP[phase] ?? phase));
        }
    }

    #hint(state, mode) {
        if (mode === "free" && state.handsFree === "on") return state.agreed.bargeIn ? "freeOn" : "freeDeaf";
        return mode === "hold" && this.#touch.matches ? "holdByTouch" : mode;
    }
}

function buttonText(state, phase, mode) {
    const isAnswering = ["speaking", "thinking", "transcribing", "held"].includes(phase);
    if (mode === "free" && state.handsFree !== "off") {
        if (isAnswering) return BUTTON.interrupt;
        return phase === "hearing" ? BUTTON.send : BUTTON.free.on;
    }
    if (phase === "listening" || phase === "opening") return BUTTON[mode].on;
    return isAnswering && mode !== "free" ? BUTTON.busy : BUTTON[mode].off;
}
