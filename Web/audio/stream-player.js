import { addWorklet, audioContext } from "./context.js";
import { rms } from "./pcm.js";

const LONGEST_LATENCY = 0.5;

/** Plays one `StreamClip` at a time while it arrives. */
export class StreamPlayer {
    #node = null;
    #analyser = null;
    #window = new Float32Array(1_024);
    #clip = null;
    #listener = null;
    #played = 0;

    /**
     * Begins to play what came of it; the rest follows as it comes.
     * @param {import("./stream-clip.js").StreamClip} clip
     * @param {{sounding: () => void, ended: () => void}} listener `sounding` when it begins to be heard, `ended` when
     *   all of it was heard; neither after `stop()`.
     * @returns {boolean} whether the browser keeps the page silent; it sounds as soon as something is pressed.
     */
    play(clip, listener) {
        this.stop();
        const context = audioContext();
        this.#clip = clip;
        this.#listener = listener;
        this.#played = 0;
        this.#prepare(context).then(
            () => {
                if (this.#clip !== clip) return;
                this.#tell("begin");
                clip.attach({
                    samples: (samples) => this.#node.port.postMessage({ do: "samples", clip: clip.id, samples }, [samples.buffer]),
                    end: () => this.#tell("end"),
                });
            },
            () => this.#over(clip),
        );
        return context.state !== "running";
    }

    /** Falls silent within 30 ms and forgets the rest. */
    stop() {
        if (!this.#clip) return;
        this.#tell("stop");
        this.#clip.detach();
        this.#clip = this.#listener = null;
    }

    /** Falls silent within 30 ms and keeps the rest. */
    hold() {
        if (this.#clip) this.#tell("hold");
    }

    /** Goes on after `hold()`. */
    goOn() {
        if (this.#clip) this.#tell("goOn");
    }

    /** How much of the clip was heard, milliseconds; what is still on its way to the loudspeaker is not. */
    get heardMs() {
        const context = audioContext();
        return Math.max(0, (this.#played / context.sampleRate - latency(context)) * 1_000);
    }

    /** Root mean square of what sounds now. */
    level() {
        if (!this.#clip || !this.#analyser) return 0;
        this.#analyser.getFloatTimeDomainData(this.#window);
        return rms(this.#window);
    }

    async #prepare(context) {
        if (this.#node?.context === context) return;
        await addWorklet(context, "voice-worklet.js");
        if (this.#node?.context === context) return;
        this.#node = new AudioWorkletNode(context, "voice", { numberOfInputs: 0, outputChannelCount: [1] });
        this.#node.port.onmessage = ({ data }) => this.#reported(data);
        this.#analyser = context.createAnalyser();
        this.#analyser.fftSize = this.#window.length;
        this.#node.connect(this.#analyser).connect(context.destination);
    }

    #reported({ clip: id, played, over = false }) {
        const clip = this.#clip;
        if (clip?.id !== id) return;
        const isFirst = this.#played === 0 && played > 0;
        this.#played = played;
        if (isFirst) this.#listener.sounding();
        // The last sample was given out, but is not heard yet.
        if (over) setTimeout(() => this.#over(clip), latency(audioContext()) * 1_000);
    }

    #over(clip) {
        if (this.#clip !== clip) return;
        const { ended } = this.#listener;
        this.#clip = this.#listener = null;
        ended();
    }

    #tell(what) {
        this.#node?.port.postMessage({ do: what, clip: this.#clip.id });
    }
}

function latency(context) {
    return Math.min(LONGEST_LATENCY, context.outputLatency || context.baseLatency || 0);
}
