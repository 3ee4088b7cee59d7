import { Backoff } from "./backoff.js";
import { handshake, parse } from "./frames.js";

const OPENING_MS = 8_000;

/**
 * One WebSocket to the server that is opened again whenever it is lost.
 *
 *     connecting ──"connected" frame──► ready ──close──► lost ──backoff or retry()──► connecting
 *
 * Reports: `onState("connecting" | "ready" | "lost", waitMs)`, `onFrame(frame)`, `onAudio(ArrayBuffer)`.
 */
export class Connection {
    #socket = null;
    #timer = null;
    #backoff = new Backoff();
    #state = "lost";

    constructor({ url, sessionID, onState, onFrame, onAudio }) {
        Object.assign(this, { url, sessionID, onState, onFrame, onAudio });
    }

    open() {
        this.#drop();
        this.#report("connecting");
        const socket = new WebSocket(this.url);
        socket.binaryType = "arraybuffer";
        this.#socket = socket;
        // A server that accepts and then says nothing is as good as gone.
        this.#timer = setTimeout(() => this.#lost(socket), OPENING_MS);
        socket.onopen = () => socket.send(handshake(this.sessionID));
        socket.onclose = () => this.#lost(socket);
        socket.onmessage = (event) => this.#received(socket, event.data);
    }

    /** Closes for good (the page goes away). */
    close() {
        this.#drop();
        this.#state = "lost";
    }

    /** A connection anew: the server forgets what it was in the middle of. */
    restart() {
        this.#backoff.reset();
        this.open();
    }

    /** Tries at once, if a try is being waited for. */
    retry() {
        if (this.#state === "lost") this.restart();
    }

    /** @returns {boolean} whether the connection could take it. */
    send(data) {
        if (this.#state !== "ready" || this.#socket?.readyState !== WebSocket.OPEN) return false;
        this.#socket.send(data);
        return true;
    }

    #received(socket, data) {
        if (socket !== this.#socket) return;
        if (typeof data !== "string") {
            this.onAudio(data);
            return;
        }
        const frame = parse(data);
        if (frame?.status === "connected") {
            clearTimeout(this.#timer);
            this.#backoff.reset();
            this.#report("ready");
        } else if (frame) {
            this.onFrame(frame);
        }
    }

    #lost(socket) {
        if (socket !== this.#socket) return;
        this.#drop();
        const waitMs = this.#backoff.next();
        this.#timer = setTimeout(() => this.open(), waitMs);
        this.#report("lost", waitMs);
    }

    #drop() {
        clearTimeout(this.#timer);
        const socket = this.#socket;
        this.#socket = null;
        if (!socket) return;
        socket.onopen = socket.onclose = socket.onmessage = null;
        socket.close();
    }

    #report(state, waitMs = 0) {
        this.#state = state;
        this.onState(state, waitMs);
    }
}
