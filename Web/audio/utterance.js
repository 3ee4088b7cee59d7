import { peak, pcm16 } from "./pcm.js";

/**
 * The question being recorded. It holds the first moments back until they are long enough to be a question, so that a
 * slip of the finger sends nothing, and it cuts at the longest length.
 */
export class Utterance {
    #held = [];
    #samples = 0;

    /** The loudest sample so far, 0…1. */
    peak = 0;
    /** Whether anything was handed on to be sent. */
    sent = false;

    constructor({ rate = 16_000, shortestMs, longestMs }) {
        this.rate = rate;
        this.shortest = Math.round((rate * shortestMs) / 1_000);
        this.longest = Math.round((rate * longestMs) / 1_000);
    }

    get milliseconds() {
        return (this.#samples * 1_000) / this.rate;
    }

    get full() {
        return this.#samples >= this.longest;
    }

    /** @param {Float32Array} samples at `rate`. @returns {ArrayBuffer[]} what to send now, in order. */
    push(samples) {
        const room = samples.subarray(0, Math.max(0, this.longest - this.#samples));
        if (room.length === 0) return [];
        this.#samples += room.length;
        this.peak = Math.max(this.peak, peak(room));
        this.#held.push(pcm16(room));
        if (this.#samples < this.shortest) return [];
        const ready = this.#held;
        this.#held = [];
        this.sent = true;
        return ready;
    }
}
