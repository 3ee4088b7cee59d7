import { keep } from "../session.js";

const KEY = "hotpin.mode";

/** The choice between holding the pin, tapping it and not touching it, remembered by this browser. */
export class ModeChoice {
    #inputs = [...document.querySelectorAll("input[name=mode]")];

    constructor(storage, changed) {
        const kept = storage?.getItem(KEY);
        for (const input of this.#inputs) {
            if (input.value === kept) input.checked = true;
            input.addEventListener("change", () => {
                keep(storage, KEY, this.value);
                changed();
            });
        }
    }

    /** @returns {"hold" | "tap" | "free"} */
    get value() {
        return this.#inputs.find((input) => input.checked)?.value ?? "hold";
    }
}
