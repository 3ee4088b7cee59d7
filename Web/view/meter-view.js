import { loudness } from "../audio/pcm.js";
import { byID } from "./dom.js";

const TICKS = 72;
const INNER = 88;
const LONGEST = 26;
const REST = 2;
const SPOKEN_MS = 250;
const STEP_MS = 30;

/**
 * The ring of ticks around the pin: the newest loudness at the top, older ones running down both sides.
 * With reduced motion the whole ring shows the newest loudness and nothing runs.
 */
export class MeterView {
    #ticks = [];
    #history = new Array(TICKS / 2 + 1).fill(0);
    #ring = byID("meter");
    #clock = byID("clock");
    #meter = byID("level");
    #spokenAt = -Infinity;
    #stepAt = -Infinity;
    #still = window.matchMedia("(prefers-reduced-motion: reduce)");

    constructor() {
        const group = byID("ticks");
        for (let index = 0; index < TICKS; index += 1) {
            const tick = document.createElementNS("http://www.w3.org/2000/svg", "line");
            tick.setAttribute("transform", `rotate(${(index * 360) / TICKS})`);
            tick.setAttribute("y1", String(-INNER));
            group.append(tick);
            this.#ticks.push(tick);
        }
        this.show(0, null, 0, 0);
    }

    /**
     * One picture.
     * @param {number} rms of the sound in or out, 0…1.
     * @param {"voice" | "person" | null} tone whose sound it is; null while there is none.
     * @param {number} part of the longest recording that is used up, 0…1.
     * @param {number} now milliseconds.
     */
    show(rms, tone, part, now) {
        const level = loudness(rms);
        // The colour stays until the ring has run out.
        if (tone) this.#ring.dataset.tone = tone;
        if (now - this.#stepAt >= STEP_MS) {
            this.#stepAt = now;
            this.#history.pop();
            this.#history.unshift(level);
        }
        this.#ticks.forEach((tick, index) => {
            const age = Math.min(index, TICKS - index);
            const value = this.#still.matches ? level : this.#history[age];
            tick.setAttribute("y2", (-(INNER + REST + value * LONGEST)).toFixed(1));
            tick.classList.toggle("lit", value > 0.02);
        });
        this.#clock.style.strokeDashoffset = String(1 - Math.max(0, Math.min(1, part)));
        if (now - this.#spokenAt > SPOKEN_MS || level === 0) {
            this.#spokenAt = now;
            this.#meter.ariaValueNow = String(Math.round(level * 100));
        }
    }

    /** Whether the ring still shows something of the past. */
    get moving() {
        return this.#history.some((value) => value > 0);
    }
}
