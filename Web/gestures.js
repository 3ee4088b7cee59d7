const FIELDS = "input, textarea, select, button, a, summary, [contenteditable]";
/** A click this soon after the pointer went up is that pointer's own. */
const OWN_CLICK_MS = 500;

/**
 * Turns pointer, keyboard and screen-reader input on the talk button into press, release, toggle and cancel.
 *
 * Holding: mouse, touch, pen (captured, so that letting go anywhere ends it) and the space bar anywhere outside a field.
 * Toggling: Enter, and clicks that no pointer made, as screen readers send them; where nothing is held every click.
 */
export class TalkGestures {
    #pointer = null;
    #pointerUpAt = -Infinity;
    #space = false;

    /**
     * @param {HTMLElement} button
     * @param {{isTap: () => boolean, isRecording: () => boolean, press: () => void, release: () => void,
     *   toggle: () => void, cancel: () => void}} target
     */
    constructor(button, target) {
        this.button = button;
        this.target = target;
        button.addEventListener("pointerdown", (event) => this.#pointerDown(event));
        button.addEventListener("pointerup", (event) => this.#pointerUp(event));
        button.addEventListener("pointercancel", (event) => this.#pointerUp(event));
        button.addEventListener("lostpointercapture", (event) => this.#pointerUp(event));
        button.addEventListener("click", (event) => this.#click(event));
        button.addEventListener("contextmenu", (event) => event.preventDefault());
        document.addEventListener("keydown", (event) => this.#keyDown(event));
        document.addEventListener("keyup", (event) => this.#keyUp(event));
        // A key that is let go over another window is never reported.
        window.addEventListener("blur", () => this.#letGo());
    }

    #pointerDown(event) {
        if (!event.isPrimary || event.button !== 0 || this.target.isTap()) return;
        this.button.setPointerCapture(event.pointerId);
        this.#pointer = event.pointerId;
        // Pressing ends a recording that was begun by toggling; its letting go then finds nothing to end.
        if (this.target.isRecording()) this.target.release();
        else this.target.press();
    }

    #pointerUp(event) {
        if (event.pointerId !== this.#pointer) return;
        this.#pointer = null;
        this.#pointerUpAt = event.timeStamp;
        this.target.release();
    }

    #click(event) {
        const own = event.timeStamp - this.#pointerUpAt < OWN_CLICK_MS;
        if (!own) this.target.toggle();
    }

    #keyDown(event) {
        if (event.key === "Escape") {
            this.target.cancel();
        } else if (event.key === "Enter" && event.target === this.button && event.repeat) {
            event.preventDefault();
        } else if (this.#isTalkKey(event)) {
            event.preventDefault();
            if (event.repeat || this.#space) return;
            this.#space = true;
            if (this.target.isTap() || this.target.isRecording()) this.target.toggle();
            else this.target.press();
        }
    }

    #keyUp(event) {
        if (event.code !== "Space" || !this.#space) return;
        event.preventDefault();
        this.#letGo();
    }

    #letGo() {
        if (!this.#space) return;
        this.#space = false;
        if (!this.target.isTap()) this.target.release();
    }

    #isTalkKey(event) {
        if (event.code !== "Space" || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return false;
        const field = event.target instanceof Element ? event.target.closest(FIELDS) : null;
        return field === null || field === this.button;
    }
}
