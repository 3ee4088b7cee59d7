/* global AudioWorkletProcessor, registerProcessor, sampleRate */
import { Playout } from "./playout.js";

const REPORT_SECONDS = 0.02;

/**
 * Runs on the audio thread: plays one clip at a time as its samples come. It tells when a clip begins to sound, how much
 * of it was played, and when all of it was; every message names the clip.
 */
class Voice extends AudioWorkletProcessor {
    #clip = null;
    #playout = null;
    #reported = 0;
    #tail = new Float32Array(0);

    constructor() {
        super();
        this.port.onmessage = ({ data }) => this.#told(data);
    }

    process(_, [[output]]) {
        this.#fadeOut(output);
        const playout = this.#playout;
        if (!playout) return true;
        playout.render(output);
        if (playout.over) {
            this.#playout = null;
            this.#report({ played: playout.played, over: true });
        } else if (playout.played - this.#reported >= sampleRate * REPORT_SECONDS || (this.#reported === 0 && playout.played > 0)) {
            this.#reported = playout.played;
            this.#report({ played: playout.played, underruns: playout.underruns });
        }
        return true;
    }

    #told({ clip, ...what }) {
        if (what.do === "begin") {
            this.#stop();
            this.#clip = clip;
            this.#reported = 0;
            this.#playout = new Playout(sampleRate);
        } else if (clip === this.#clip && this.#playout) {
            if (what.do === "samples") this.#playout.push(what.samples);
            else if (what.do === "end") this.#playout.end();
            else if (what.do === "hold") this.#playout.hold();
            else if (what.do === "goOn") this.#playout.goOn();
            else if (what.do === "stop") this.#stop();
        }
    }

    #stop() {
        if (this.#playout) this.#tail = this.#playout.stop();
        this.#playout = null;
    }

    #fadeOut(output) {
        const count = Math.min(this.#tail.length, output.length);
        for (let index = 0; index < count; index += 1) output[index] += this.#tail[index];
        this.#tail = this.#tail.subarray(count);
    }

    #report(what) {
        this.port.postMessage({ clip: this.#clip, ...what });
    }
}

registerProcessor("voice", Voice);
