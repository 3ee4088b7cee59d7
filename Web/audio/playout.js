/**
 * One answer's samples on their way to the loudspeaker. It begins when enough waits, falls silent when nothing does and
 * then waits for more than before, fades instead of cutting, and knows how many samples it gave out.
 *
 *     filling ─enough queued, or the end─► sounding ─empty─► filling (waits longer) … ─end, and empty─► over
 *                                             └ hold(): fades out, keeps the rest ─ goOn(): fades in
 */
export class Playout {
    #blocks = [];
    #at = 0;
    #isWhole = false;
    #isFilling = true;
    #gain = 1;
    #goal = 1;

    /** Samples that wait. */
    queued = 0;
    /** Samples given out. */
    played = 0;
    /** How often nothing waited too early. */
    underruns = 0;
    /** Whether all was given out. */
    over = false;

    /** @param {number} rate Hz. Times in milliseconds: how much waits before it begins, at most, and how long a fade is. */
    constructor(rate, { startMs = 80, longestMs = 400, fadeMs = 30 } = {}) {
        const samples = (ms) => Math.max(1, Math.round((rate * ms) / 1_000));
        this.wanted = samples(startMs);
        this.longest = samples(longestMs);
        this.fade = samples(fadeMs);
        this.edge = samples(3);
    }

    /** @param {Float32Array} block */
    push(block) {
        if (block.length === 0) return;
        this.#blocks.push(block);
        this.queued += block.length;
    }

    /** Nothing more comes. */
    end() {
        this.#isWhole = true;
    }

    hold() {
        this.#goal = 0;
    }

    goOn() {
        this.#goal = 1;
    }

    /** Ends it. @returns {Float32Array} what is still to sound, so that it fades. */
    stop() {
        const tail = new Float32Array(this.#isFilling ? 0 : Math.min(this.queued, Math.ceil(this.fade * this.#gain)));
        for (let index = 0; index < tail.length; index += 1) {
            this.#gain = Math.max(0, this.#gain - 1 / this.fade);
            tail[index] = this.#next() * this.#gain;
        }
        this.#blocks = [];
        this.queued = 0;
        this.over = true;
        return tail;
    }

    /** Adds the next samples to a block that goes to the loudspeaker. */
    render(output) {
        if (this.over) return;
        if (this.#isFilling) {
            if (!this.#isWhole && this.queued < this.wanted) return;
            this.#isFilling = false;
        }
        for (let index = 0; index < output.length; index += 1) {
            if (this.#gain === 0 && this.#goal === 0) return;
            if (this.queued === 0) return this.#ranOut();
            // The last samples before a gap are let out softly.
            if (!this.#isWhole && this.queued < this.edge) this.#gain = Math.min(this.#gain, this.queued / this.edge);
            output[index] += this.#next() * this.#gain;
            this.played += 1;
            const step = 1 / this.fade;
            this.#gain = this.#goal === 1 ? Math.min(1, this.#gain + step) : Math.max(0, this.#gain - step);
        }
        if (this.#isWhole && this.queued === 0) this.over = true;
    }

    #ranOut() {
        if (this.#isWhole) {
            this.over = true;
            return;
        }
        this.underruns += 1;
        this.wanted = Math.min(this.longest, this.wanted * 2);
        this.#isFilling = true;
    }

    #next() {
        const [block] = this.#blocks;
        const sample = block[this.#at];
        this.#at += 1;
        this.queued -= 1;
        if (this.#at === block.length) {
            this.#blocks.shift();
            this.#at = 0;
        }
        return sample;
    }
}
