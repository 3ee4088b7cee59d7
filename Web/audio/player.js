import { audioContext } from "./context.js";
import { rms } from "./pcm.js";
import { parseWAV } from "./wav.js";

/** Plays one WAV at a time and tells how loud it is right now. */
export class Player {
    #source = null;
    #analyser = null;
    #window = new Float32Array(1_024);

    /**
     * Begins to play.
     * @param {Uint8Array} wav
     * @param {{sounding: () => void, ended: () => void}} listener `sounding` when it begins to be heard, `ended` when
     *   it was played to the end; neither after `stop()`.
     * @returns {boolean} whether the browser keeps the page silent; it sounds as soon as something is pressed.
     * @throws {Error} with a sentence when the audio cannot be played.
     */
    play(wav, { sounding, ended }) {
        this.stop();
        const { rate, channels } = parseWAV(wav);
        if (channels[0].length === 0) throw new Error("The server's audio is empty.");
        const context = audioContext();
        const buffer = context.createBuffer(channels.length, channels[0].length, rate);
        channels.forEach((samples, index) => buffer.copyToChannel(samples, index));

        const source = context.createBufferSource();
        source.buffer = buffer;
        this.#analyser = context.createAnalyser();
        this.#analyser.fftSize = this.#window.length;
        source.connect(this.#analyser).connect(context.destination);
        source.onended = () => {
            this.stop();
            ended();
        };
        this.#source = source;
        source.start();
        const asleep = context.state !== "running";
        // Resuming a context that runs is answered at once; one that sleeps, when it was woken.
        context.resume().then(() => this.#source === source && sounding(), () => {});
        return asleep;
    }

    /** Falls silent at once. */
    stop() {
        const source = this.#source;
        if (!source) return;
        this.#source = null;
        source.onended = null;
        source.stop();
        source.disconnect();
        this.#analyser?.disconnect();
        this.#analyser = null;
    }

    /** Root mean square of what sounds now; 0 when nothing does. */
    level() {
        if (!this.#analyser) return 0;
        this.#analyser.getFloatTimeDomainData(this.#window);
        return rms(this.#window);
    }
}
