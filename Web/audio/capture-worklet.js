/* global AudioWorkletProcessor, registerProcessor */

const BLOCK = 1_024;

/**
 * Runs on the audio thread: mixes the microphone to mono and hands blocks on, only between "start" and "stop".
 * "stop" is answered with the unfinished block and then "stopped", so that the last word is not cut.
 */
class Capture extends AudioWorkletProcessor {
    #on = false;
    #block = new Float32Array(BLOCK);
    #filled = 0;

    constructor() {
        super();
        this.port.onmessage = ({ data }) => {
            if (data === "start") {
                this.#filled = 0;
                this.#on = true;
            } else if (data === "stop") {
                this.#on = false;
                this.#hand();
                this.port.postMessage("stopped");
            }
        };
    }

    process([channels]) {
        if (!this.#on || !channels || channels.length === 0) return true;
        for (let index = 0; index < channels[0].length; index += 1) {
            let sum = 0;
            for (const channel of channels) sum += channel[index];
            this.#block[this.#filled] = sum / channels.length;
            this.#filled += 1;
            if (this.#filled === BLOCK) this.#hand();
        }
        return true;
    }

    #hand() {
        if (this.#filled === 0) return;
        const block = this.#block.slice(0, this.#filled);
        this.#filled = 0;
        this.port.postMessage(block, [block.buffer]);
    }
}

registerProcessor("capture", Capture);
