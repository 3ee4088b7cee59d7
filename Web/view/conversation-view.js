import { CUT, duration } from "../words.js";
import { AnswerView } from "./answer-view.js";
import { byID, make } from "./dom.js";
import { bars } from "./times-view.js";

const LONGEST_LOG = 200;

/** The questions and answers so far, newest last, and below them what is just being said. */
export class ConversationView {
    #log = byID("log");
    #welcome = byID("welcome");
    #partial = byID("partial");
    #answers = new Map();

    question(turn, text) {
        this.clearPartial();
        this.#entry(turn).append(make("p", "question", text));
        this.#follow();
    }

    /** What the recogniser makes of a question so far. @param {string} stable will hardly change. @param {string} rest may. */
    partial(stable, rest) {
        this.#partial.replaceChildren(make("span", "stable", stable), make("span", "rest", rest));
        this.#partial.hidden = false;
        this.#welcome.hidden = true;
        this.#partial.scrollIntoView({ block: "nearest" });
    }

    clearPartial() {
        this.#partial.hidden = true;
        this.#welcome.hidden = this.#log.childElementCount > 0;
    }

    /** The whole answer. */
    answer(turn, text) {
        this.#answer(turn).whole(text);
        this.#follow();
    }

    /** The next words of an answer that is spoken while it is made. */
    piece(turn, text) {
        this.#answer(turn).add(text);
        this.#follow();
    }

    /** So many words of an answer were heard. */
    saying(turn, words) {
        this.#answers.get(turn)?.saying(words);
    }

    /** An answer was spoken to its end. */
    said(turn) {
        this.#answers.get(turn)?.said();
    }

    /** An answer was broken off. @param {number} words so many were heard. */
    cut(turn, words) {
        const entry = this.#find(turn);
        if (!entry) return;
        this.#answers.get(turn)?.cut(words);
        if (!entry.querySelector(".took")) entry.append(make("p", "took", CUT));
    }

    announcement(text) {
        const entry = make("article", "entry announcement");
        entry.append(make("p", "label", "Reminder"), make("p", "answer", text));
        this.#append(entry);
        this.#follow();
    }

    /** Notes beside an answer how long it took to begin, and draws of what that was made. */
    time(turn, { total, parts }) {
        const answer = this.#find(turn)?.querySelector(".answer");
        if (!answer || answer.nextElementSibling) return;
        const note = make("p", "took", duration(total));
        note.title = "from the end of your question to the first sound";
        const picture = make("div", "bar small");
        picture.append(...bars(parts, total));
        // Kept from screen readers: the log would read every figure aloud over the answer.
        note.ariaHidden = picture.ariaHidden = "true";
        answer.after(note, picture);
    }

    clear() {
        this.#log.replaceChildren();
        this.#answers.clear();
        this.clearPartial();
    }

    #answer(turn) {
        let answer = this.#answers.get(turn);
        if (!answer) {
            answer = new AnswerView();
            this.#answers.set(turn, answer);
            this.#entry(turn).append(answer.element);
        }
        return answer;
    }

    #entry(turn) {
        const found = this.#find(turn);
        if (found) return found;
        const entry = make("article", "entry");
        entry.dataset.turn = String(turn);
        this.#append(entry);
        return entry;
    }

    #find(turn) {
        return this.#log.querySelector(`[data-turn="${Number(turn)}"]`);
    }

    #append(entry) {
        this.#welcome.hidden = true;
        this.#log.append(entry);
        while (this.#log.childElementCount > LONGEST_LOG) {
            this.#answers.delete(Number(this.#log.firstElementChild.dataset.turn));
            this.#log.firstElementChild.remove();
        }
    }

    #follow() {
        this.#log.lastElementChild?.scrollIntoView({ block: "nearest" });
    }
}
