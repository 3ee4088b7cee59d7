import { Player } from "./player.js";
import { StreamClip } from "./stream-clip.js";
import { StreamPlayer } from "./stream-player.js";

/** The page's voice: keeps clips, whole files or streams, by their numbers, and plays one at a time. */
export class Speaker {
    #clips = new Map();
    #files = new Player();
    #streams = new StreamPlayer();
    #playing = null;

    /** @param {number} id @param {Uint8Array} wav a whole file. */
    keep(id, wav) {
        this.#clips.set(id, wav);
    }

    /** @param {number} id of a stream, whose audio comes now. @param {number} rate Hz. */
    open(id, rate) {
        this.#clips.set(id, new StreamClip(id, rate));
    }

    push(id, bytes) {
        this.#stream(id)?.push(bytes);
    }

    /** Text that is said from a time of the stream on. */
    mark(id, text, atMs) {
        this.#stream(id)?.words.add(text, atMs);
    }

    end(id, ms) {
        this.#stream(id)?.end(ms);
    }

    /** As `Player.play` and `StreamPlayer.play`. @throws {Error} with a sentence when it cannot be played. */
    play(id, listener) {
        const clip = this.#clips.get(id);
        this.stop();
        if (!(clip instanceof StreamClip)) return this.#files.play(clip ?? new Uint8Array(0), listener);
        this.#playing = clip;
        return this.#streams.play(clip, listener);
    }

    /** Falls silent. @returns {{ms: number, words: number} | null} what was heard of the stream that was played. */
    stop() {
        const heard = this.heard();
        this.#playing = null;
        this.#files.stop();
        this.#streams.stop();
        return heard;
    }

    hold() {
        this.#streams.hold();
    }

    goOn() {
        this.#streams.goOn();
    }

    /** What was heard so far of the stream that is played. */
    heard() {
        if (!this.#playing) return null;
        const ms = Math.min(this.#streams.heardMs, this.#playing.receivedMs);
        return { ms, words: this.#playing.words.heard(ms, this.#playing.receivedMs) };
    }

    /** Forgets all clips but these. @param {Set<number>} ids */
    retain(ids) {
        for (const id of this.#clips.keys()) if (!ids.has(id)) this.#clips.delete(id);
    }

    /** Root mean square of what sounds now. */
    level() {
        return Math.max(this.#files.level(), this.#streams.level());
    }

    #stream(id) {
        const clip = this.#clips.get(id);
        return clip instanceof StreamClip ? clip : null;
    }
}
