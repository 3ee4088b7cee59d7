/**
 * How long to wait before the next try to reach the server: doubling from `firstMs` to `longestMs`, with up to a
 * quarter taken off at random so that many pages do not come back in step after a restart.
 */
export class Backoff {
    #tries = 0;

    constructor({ firstMs = 500, longestMs = 10_000, random = Math.random } = {}) {
        this.firstMs = firstMs;
        this.longestMs = longestMs;
        this.random = random;
    }

    /** Milliseconds to wait before the next try. */
    next() {
        const whole = Math.min(this.longestMs, this.firstMs * 2 ** Math.min(this.#tries, 20));
        this.#tries += 1;
        return Math.round(whole * (1 - this.random() / 4));
    }

    /** The server answered: the next loss starts from the shortest wait again. */
    reset() {
        this.#tries = 0;
    }
}
