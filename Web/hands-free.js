/**
 * Talking without the hands: the microphone stays open and the server finds out who speaks when.
 *
 *     off ─pin─► opening ─micReady─► agreeing ─linkReady─► on ─pin, Esc, hidden, another mode─► off
 *                                        (a connection with "turns":"auto")    ─(one without)
 *
 * While it is on, the pin does what is next: it interrupts an answer, sends what is being said, or else ends it.
 */
import { interrupt, isAnswering } from "./streams.js";
import { ask } from "./turns.js";

const LEAVING = [{ do: "silence" }, { do: "dropCapture" }, { do: "dropAudio" }, { do: "clearPartial" }, { do: "replied" }];

/** Whether what the microphone hears is to be sent. */
export function isAttentive(state) {
    if (state.handsFree !== "on" || state.link !== "ready" || state.agreed.turns !== "auto") return false;
    // Without echo cancellation Hotpin would hear itself.
    return state.agreed.bargeIn || !isAnswering(state);
}

export function pin(state, event) {
    if (state.handsFree === "off") return begin(state);
    if (state.handsFree !== "on") return leave(state);
    if (isAnswering(state)) return interrupt(state);
    if (state.hearing) return [ask({ ...state, hearing: false }, event), [{ do: "sendEnd" }, { do: "awaitReply" }]];
    return leave(state);
}

function begin(state) {
    if (state.capture !== "off") return [state, []];
    if (state.link === "locked") return [state, [{ do: "notice", notice: "locked" }]];
    if (state.link !== "ready") return [state, [{ do: "notice", notice: "offline" }]];
    return [{ ...state, handsFree: "opening" }, [{ do: "clearNotice" }, { do: "openMicrophone" }]];
}

/** @param event tells whether the browser takes what it plays out of what it hears. */
export function microphoneOpened(state, { echoCancelled = false }) {
    const next = { ...without(state), handsFree: "agreeing" };
    return [next, [{ do: "silence" }, { do: "dropAudio" }, { do: "replied" }, { do: "agree", turns: "auto", bargeIn: echoCancelled }]];
}

/** A connection is ready; `state.agreed` says what it can. */
export function agreed(state) {
    if (state.handsFree !== "agreeing" && state.handsFree !== "on") return [state, []];
    if (state.agreed.turns !== "auto") {
        return [{ ...state, handsFree: "off" }, [{ do: "closeMicrophone" }, { do: "notice", notice: "noHandsFree" }]];
    }
    const actions = [{ do: "listen" }];
    if (state.handsFree === "agreeing" && !state.agreed.bargeIn) actions.push({ do: "notice", notice: "noBargeIn" });
    return [{ ...state, handsFree: "on" }, actions];
}

/** @param {{notice?: string}} event why, where the person did not ask for it. */
export function leave(state, { notice } = {}) {
    if (state.handsFree === "off") return [state, []];
    const actions = notice ? [{ do: "notice", notice }] : [];
    const off = { ...state, handsFree: "off" };
    // The connection is still one for a pin that is held.
    if (state.handsFree === "opening") return [off, actions];
    return [without(off), [...LEAVING, ...actions, { do: "agree", turns: "manual", bargeIn: false }]];
}

/** Only a new connection could go on, and there will be none. */
export function lock(state) {
    if (state.handsFree === "off") return [state, []];
    return [without({ ...state, handsFree: "off" }), LEAVING];
}

export function speechStarts(state) {
    return [{ ...state, hearing: true }, [{ do: "clearNotice" }, { do: "awaitWords" }]];
}

export function partial(state, { frame }) {
    const text = frame.text ?? "";
    const stable = text.startsWith(frame.stable ?? "") ? (frame.stable ?? "") : "";
    const shown = { do: "showPartial", stable, rest: text.slice(stable.length) };
    if (state.agreed.turns !== "auto") return [state, [shown]];
    return [{ ...state, hearing: true }, [shown, { do: "awaitWords" }]];
}

export function speechEnds(state, event) {
    return [ask({ ...state, hearing: false }, event), [{ do: "awaitReply" }]];
}

function without(state) {
    return {
        ...state, turns: [], receiving: null, stream: null, waiting: [], playing: null,
        hearing: false, onHold: false, cancels: 0,
    };
}
