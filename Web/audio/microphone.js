import { addWorklet, unlock } from "./context.js";
import { Resampler } from "./resampler.js";

const IDLE_MS = 30_000;
const STOP_MS = 500;
const CONSTRAINTS = {
    audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
};

/**
 * The microphone, delivered as 16 kHz mono floats.
 *
 * It stays open for half a minute after a question, because opening takes long enough to cut a first word; between
 * questions nothing is read from it. `open()` rejects with an Error whose `reason` is one of "insecure", "refused",
 * "missing", "busy", "unknown".
 */
export class Microphone {
    #stream = null;
    #source = null;
    #capture = null;
    #opening = null;
    #resampler = null;
    #stopped = null;
    #idle = null;

    /** @param {{onSamples: (samples: Float32Array) => void, onLost: () => void}} listener */
    constructor({ onSamples, onLost }) {
        Object.assign(this, { onSamples, onLost });
    }

    /** Opens the device, or finds it open. */
    async open() {
        clearTimeout(this.#idle);
        if (this.#capture) return;
        this.#opening ??= this.#connect().finally(() => (this.#opening = null));
        await this.#opening;
    }

    /** Whether what the loudspeaker plays is taken out of what is heard; known once it is open. */
    get echoCancelled() {
        const kind = this.#stream?.getAudioTracks()[0]?.getSettings().echoCancellation;
        // "remote-only" knows only the voices of calls.
        return kind === true || (typeof kind === "string" && kind !== "remote-only");
    }

    /** Begins to deliver samples. */
    start() {
        clearTimeout(this.#idle);
        // It was given back because nobody used it for too long.
        if (!this.#capture) return this.onLost();
        this.#resampler = new Resampler(this.#capture.context.sampleRate);
        this.#capture.port.postMessage("start");
    }

    /** Ends delivery; resolves when the last sample was delivered. */
    async stop() {
        if (!this.#resampler) return;
        await new Promise((resolve) => {
            this.#stopped = resolve;
            this.#capture?.port.postMessage("stop");
            // The audio thread does not answer while the device is being pulled out.
            setTimeout(resolve, this.#capture ? STOP_MS : 0);
        });
        const rest = this.#resampler?.flush();
        this.#resampler = null;
        if (rest?.length) this.onSamples(rest);
        this.#idle = setTimeout(() => this.close(), IDLE_MS);
    }

    /** Gives the device back at once; what was not delivered is lost. */
    close() {
        clearTimeout(this.#idle);
        this.#resampler = null;
        this.#stopped?.();
        this.#source?.disconnect();
        this.#capture?.disconnect();
        for (const track of this.#stream?.getTracks() ?? []) {
            track.onended = null;
            track.stop();
        }
        this.#stream = this.#source = this.#capture = null;
    }

    async #connect() {
        if (!navigator.mediaDevices?.getUserMedia) throw failure(window.isSecureContext ? "unknown" : "insecure");
        const context = unlock();
        let stream;
        try {
            stream = await navigator.mediaDevices.getUserMedia(CONSTRAINTS);
            await addWorklet(context, "capture-worklet.js");
            // A finger that holds the pin does not count as consent to sound until it is lifted; a page that records
            // is let through, or else this waits for the lifting.
            await context.resume();
        } catch (error) {
            for (const track of stream?.getTracks() ?? []) track.stop();
            throw failure(reasonOf(error));
        }
        this.#stream = stream;
        this.#source = context.createMediaStreamSource(stream);
        this.#capture = new AudioWorkletNode(context, "capture", { numberOfInputs: 1, numberOfOutputs: 0 });
        this.#capture.port.onmessage = ({ data }) => this.#delivered(data);
        this.#source.connect(this.#capture);
        for (const track of stream.getTracks()) {
            track.onended = () => {
                this.close();
                this.onLost();
            };
        }
        this.#idle = setTimeout(() => this.close(), IDLE_MS);
    }

    #delivered(data) {
        if (data === "stopped") {
            this.#stopped?.();
        } else if (this.#resampler) {
            this.onSamples(this.#resampler.push(data));
        }
    }
}

function reasonOf(error) {
    switch (error?.name) {
        case "NotAllowedError":
        case "SecurityError":
            return "refused";
        case "NotFoundError":
        case "OverconstrainedError":
            return "missing";
        case "NotReadableError":
        case "AbortError":
            return "busy";
        default:
            return "unknown";
    }
}

function failure(reason) {
    return Object.assign(new Error(`microphone: ${reason}`), { reason });
}
