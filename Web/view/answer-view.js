import { make } from "./dom.js";

/**
 * An answer word by word, each marked when it was heard. Words are only added, never changed, so that a screen reader
 * reads each of them once.
 */
export class AnswerView {
    #words = [];
    #heard = 0;
    #isWhole = false;

    element = make("p", "answer");

    /** Words that will be said next. */
    add(text) {
        if (!this.#isWhole) this.#append(split(text));
        this.element.classList.add("saying");
    }

    /** The whole answer. Where it does not begin with what stands here, that is replaced. */
    whole(text) {
        const words = split(text);
        this.#isWhole = true;
        const isGrown = this.#words.every((word, index) => word.textContent === words[index]);
        if (!isGrown) {
            this.element.replaceChildren();
            this.#words = [];
        }
        this.#append(words.slice(this.#words.length));
        this.#mark();
    }

    /** It is being said. @param {number} words so many were heard. */
    saying(words) {
        if (words <= this.#heard) return;
        this.#heard = words;
        this.#mark();
    }

    /** All of it was said. */
    said() {
        this.element.classList.remove("saying");
    }

    /** It was broken off. @param {number} words so many were heard. */
    cut(words) {
        this.#heard = words;
        this.#mark();
        this.element.classList.remove("saying");
        this.element.classList.add("cut");
    }

    #append(words) {
        for (const text of words) {
            const word = make("span", "", text);
            if (this.#words.length > 0) this.element.append(" ");
            this.element.append(word);
            this.#words.push(word);
        }
    }

    #mark() {
        this.#words.forEach((word, index) => word.classList.toggle("heard", index < this.#heard));
    }
}

function split(text) {
    return text.split(/\s+/).filter((word) => word !== "");
}
