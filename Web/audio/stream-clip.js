import { audioContext } from "./context.js";
import { float32 } from "./pcm.js";
import { Resampler } from "./resampler.js";
import { SpokenWords } from "./spoken-words.js";

const LONGEST_SECONDS = 120;

/** One answer that is played while it arrives: its samples at the loudspeaker's rate, and when which words are said. */
export class StreamClip {
    #resampler;
    #samples = 0;
    #blocks = [];
    #isWhole = false;
    #taker = null;

    words = new SpokenWords();

    /** @param {number} id @param {number} rate Hz of the bytes that will come. */
    constructor(id, rate, playedRate = audioContext().sampleRate) {
        this.id = id;
        this.rate = rate;
        this.#resampler = new Resampler(rate, playedRate);
    }

    /** How much arrived, milliseconds. */
    get receivedMs() {
        return (this.#samples * 1_000) / this.rate;
    }

    /** @param {ArrayBuffer} bytes 16-bit little-endian. What exceeds the longest answer is dropped. */
    push(bytes) {
        const samples = float32(bytes);
        if (this.#isWhole || this.#samples + samples.length > LONGEST_SECONDS * this.rate) return;
        this.#samples += samples.length;
        this.#hand(this.#resampler.push(samples));
    }

    /** Nothing more comes. @param {number} [ms] how long all of it is. */
    end(ms = this.receivedMs) {
        if (this.#isWhole) return;
        this.words.end(ms);
        this.#hand(this.#resampler.flush());
        this.#isWhole = true;
        this.#taker?.end();
    }

    /** Hands over what came and what comes. @param {{samples: (block: Float32Array) => void, end: () => void}} taker */
    attach(taker) {
        this.#taker = taker;
        for (const block of this.#blocks.splice(0)) taker.samples(block);
        if (this.#isWhole) taker.end();
    }

    /** Nobody takes anything any more. */
    detach() {
        this.#taker = null;
        this.#blocks = [];
        this.#isWhole = true;
    }

    #hand(block) {
        if (this.#taker) this.#taker.samples(block);
        else this.#blocks.push(block);
    }
}
