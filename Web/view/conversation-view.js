import { duration } from "../words.js";
import { byID, make } from "./dom.js";

const LONGEST_LOG = 200;

/** The questions and answers so far, newest last. */
export class ConversationView {
    #log = byID("log");
    #welcome = byID("welcome");

    question(turn, text) {
        this.#entry(turn).append(make("p", "question", text));
        this.#follow();
    }

    answer(turn, text) {
        this.#entry(turn).append(make("p", "answer", text));
        this.#follow();
    }

    announcement(text) {
        const entry = make("article", "entry announcement");
        entry.append(make("p", "label", "Reminder"), make("p", "answer", text));
        this.#append(entry);
        this.#follow();
    }

    /** Notes beside an answer how long it took to begin. */
    time(turn, ms) {
        const answer = this.#find(turn)?.querySelector(".answer");
        if (!answer || answer.nextElementSibling) return;
        const note = make("p", "took", duration(ms));
        note.title = "from the end of your question to the first sound";
        // Kept from screen readers: the log would read every figure aloud over the answer.
        note.ariaHidden = "true";
        answer.after(note);
    }

    clear() {
        this.#log.replaceChildren();
        this.#welcome.hidden = false;
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
        while (this.#log.childElementCount > LONGEST_LOG) this.#log.firstElementChild.remove();
    }

    #follow() {
        this.#log.lastElementChild?.scrollIntoView({ block: "nearest" });
    }
}
