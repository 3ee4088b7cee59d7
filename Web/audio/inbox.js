/** Collects the audio of one answer until it is complete. Bounded: what exceeds `limit` bytes spoils the whole. */
export class Inbox {
    #chunks = [];
    #spoilt = false;
    size = 0;

    constructor(limit = 8 * 1024 * 1024) {
        this.limit = limit;
    }

    /** @param {ArrayBuffer} chunk */
    push(chunk) {
        if (this.#spoilt) return;
        if (this.size + chunk.byteLength > this.limit) {
            this.#spoilt = true;
            this.#chunks = [];
            this.size = 0;
            return;
        }
        this.#chunks.push(new Uint8Array(chunk));
        this.size += chunk.byteLength;
    }

    /** The audio so far, in one piece; the inbox is empty afterwards. */
    take() {
        const whole = new Uint8Array(this.size);
        let at = 0;
        for (const chunk of this.#chunks) {
            whole.set(chunk, at);
            at += chunk.length;
        }
        this.clear();
        return whole;
    }

    clear() {
        this.#chunks = [];
        this.#spoilt = false;
        this.size = 0;
    }
}
