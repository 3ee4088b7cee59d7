import { Backoff } from "./backoff.js";
import { handshake, parse } from "./frames.js";

const OPENING_MS = 8_000;
/** Two seconds of speech: what is spoken on into a connection that takes no more is lost. */
const MOST_WAITING = 64_000;
/** How a server that wants a key, or another one, closes. */
const KEY_WANTED = /API key/;

/**
 * One WebSocket to the server that is opened again whenever it is lost.
 *
 *     connecting ──"connected" frame──► ready ──close──► lost ──backoff or retry()──► connecting
 *          └────────────1008, a key is wanted──┴───────► locked ──restart()──► connecting
 *
 * `wanted` is asked for with the next connection; what was agreed comes with "ready".
 *
 * Reports: `onState("connecting" | "ready" | "lost", waitMs, agreed)`, `onLocked(reason, whether a key was shown)`,
 * `onRefused(message)` when the server says why it opens no WebSocket, `onFrame(frame)`, `onAudio(ArrayBuffer)`.
 */
export class Connection {
    #socket = null;
    #timer = null;
    #backoff = new Backoff();
    #state = "lost";
    wanted = { turns: "manual", bargeIn: false };

    constructor({ url, sessionID, key, onState, onLocked, onRefused, onFrame, onAudio }) {
        Object.assign(this, { url, sessionID, key, onState, onLocked, onRefused, onFrame, onAudio });
    }

    open() {
        this.#drop();
        this.#report("connecting");
        const socket = new WebSocket(this.url);
        socket.binaryType = "arraybuffer";
        this.#socket = socket;
        // A server that accepts and then says nothing is as good as gone.
        this.#timer = setTimeout(() => this.#lost(socket), OPENING_MS);
        const key = this.key.text;
        let opened = false;
        socket.onopen = () => {
            opened = true;
            socket.send(handshake(this.sessionID, key, this.wanted));
        };
        socket.onclose = ({ code, reason }) => {
            if (code === 1008 && KEY_WANTED.test(reason)) this.#locked(socket, reason, key !== "");
            else this.#lost(socket);
            if (!opened) this.#askWhy();
        };
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

    /** Sends speech of a microphone that stays open, as long as the connection keeps up with it. */
    stream(data) {
        return (this.#socket?.bufferedAmount ?? 0) <= MOST_WAITING && this.send(data);
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
            this.#report("ready", 0, { ...frame.agreed, bargeIn: frame.agreed.turns === "auto" && frame.agreed.bargeIn });
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

    /** Only another key helps, so nothing is tried again by itself. */
    #locked(socket, reason, shown) {
        if (socket !== this.#socket) return;
        this.#drop();
        this.#state = "locked";
        this.onLocked(reason, shown);
    }

    /** A browser does not say why a WebSocket was refused; a plain request to the same address may be told. */
    async #askWhy() {
        try {
            const answer = await fetch(this.url.replace(/^ws/, "http"), { cache: "no-store" });
            if (answer.status !== 403 && answer.status !== 421) return;
            const { error } = await answer.json();
            if (this.#state === "lost") this.onRefused(String(error.message));
        } catch {
            // The server is not there, or says nothing that can be read.
        }
    }

    #drop() {
        clearTimeout(this.#timer);
        const socket = this.#socket;
        this.#socket = null;
        if (!socket) return;
        socket.onopen = socket.onclose = socket.onmessage = null;
        socket.close();
    }

    #report(state, waitMs = 0, agreed) {
        this.#state = state;
        this.onState(state, waitMs, agreed);
    }
}
