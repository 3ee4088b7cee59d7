/** How long a letter takes, until the voice's own pace is known. */
const LETTER_MS = 65;

/** Which of an answer's words were heard: pieces of text, each with the time it begins in the audio. */
export class SpokenWords {
    #pieces = [];
    #endMs = null;

    /** @param {string} text @param {number} atMs where it begins. */
    add(text, atMs) {
        const words = [...text.matchAll(/\S+/g)].map(({ index, 0: word }) => index + word.length / 2);
        if (words.length > 0) this.#pieces.push({ words, letters: text.length, at: atMs });
    }

    /** @param {number} ms how long all of it is. */
    end(ms) {
        this.#endMs = ms;
    }

    /**
     * @param {number} ms of the audio that were heard. @param {number} receivedMs of it that are there.
     * @returns {number} words, from the first on; a word counts from its middle.
     */
    heard(ms, receivedMs = 0) {
        let count = 0;
        this.#pieces.forEach((piece, index) => {
            const end = this.#pieces[index + 1]?.at ?? this.#endMs ?? Math.max(receivedMs, piece.at + this.#guess(piece));
            const length = Math.max(1, end - piece.at);
            const letter = (piece.letters * (ms - piece.at)) / length;
            count += piece.words.filter((middle) => middle <= letter).length;
        });
        return count;
    }

    /** How long the newest piece may be, by the pace of those before it. */
    #guess(piece) {
        const [first] = this.#pieces;
        const before = this.#pieces.slice(0, -1).reduce((sum, { letters }) => sum + letters, 0);
        const pace = before > 0 ? (piece.at - first.at) / before : LETTER_MS;
        return piece.letters * (pace > 0 ? pace : LETTER_MS);
    }
}
