/**
 * How the frames of a streamed answer change the state of `machine.js`. Each returns [state, actions].
 *
 *     audio ─► a clip, played as soon as nothing else is ─ speaking ─ speaking ─► audio_end | complete | error | lost
 *                 │ held ─► on hold ─ resumed ─► goes on
 *                 └ cancelled, or the person interrupts ─► silent; in the conversation stands what was heard
 *
 * The server answers each CANCEL with `cancelled`; until then everything about answers is of those that were stopped.
 */
import { wait } from "./clips.js";

export function isStreamed(state) {
    return state.agreed.audio === "stream";
}

/** Whether an answer is made, waits or sounds. */
export function isAnswering(state) {
    return state.playing !== null || state.turns.length > 0 || state.waiting.length > 0;
}

export function isReceiving(state) {
    return state.stream !== null;
}

export function audioBegins(state, { frame, now }) {
    const isAnnouncement = state.receiving === "announcement";
    const [turn, ...turns] = state.turns;
    if (isReceiving(state) || (!isAnnouncement && (!turn || turn.stage === null || turn.muted))) return [state, []];
    const clip = isAnnouncement ? { kind: "announcement", turn: null, of: null } : { kind: "answer", turn: null, of: turn.id };
    const next = wait(state, clip);
    const stamped = isAnnouncement ? state.turns : [{ ...turn, stamps: { ...turn.stamps, audio: now } }, ...turns];
    const begin = { do: "openStream", clip: next.lastClip, rate: frame.sample_rate };
    return [{ ...next, turns: stamped, stream: next.lastClip }, [begin]];
}

export function speaks(state, { frame }) {
    if (!isReceiving(state)) return [state, []];
    const of = [state.playing, ...state.waiting].find((clip) => clip?.id === state.stream)?.of ?? null;
    const mark = { do: "markWords", clip: state.stream, turn: of, text: frame.text ?? "", at: frame.at_ms ?? 0 };
    return [state, of === null ? [mark] : [{ do: "awaitReply" }, mark]];
}

export function audioEnds(state, { frame }) {
    return endStream(state, frame.duration_ms);
}

/** No more audio comes. @param {number} [ms] how long all of it is, where the server said so. */
export function endStream(state, ms) {
    if (!isReceiving(state)) return [state, []];
    return [{ ...state, stream: null }, [{ do: "endStream", clip: state.stream, ms }]];
}

/** The server heard somebody over its answer, and waits whether they go on. */
export function held(state) {
    return [{ ...state, onHold: true }, [{ do: "hold" }, ...(state.turns.length > 0 ? [{ do: "awaitReply" }] : [])]];
}

export function resumed(state) {
    return [{ ...state, onHold: false, hearing: false }, [{ do: "clearPartial" }, { do: "goOn" }]];
}

/** Nothing more comes of the answers so far: as was asked, or because somebody spoke over them. */
export function cancelled(state, { frame }) {
    if (state.cancels > 0) return [{ ...state, cancels: state.cancels - 1 }, []];
    const turn = answering(state);
    const actions = [{ do: "silence" }, { do: "dropAudio" }, { do: "replied" }];
    if (turn !== null) actions.push({ do: "cutAnswer", turn, words: wordCount(frame.heard) });
    return [stopped(state), actions];
}

/** The person wants to hear no more of it. */
export function interrupt(state) {
    const turn = answering(state);
    const isPlaying = turn !== null && state.playing?.of === turn;
    // How much was played counts for the answer that the server is at.
    const isCurrent = isPlaying && (state.turns.length === 0 || state.turns[0].id === turn);
    const actions = [{ do: "interrupt", turn, isPlaying, isCurrent }, { do: "dropAudio" }, { do: "replied" }];
    return [{ ...stopped(state), cancels: state.cancels + 1 }, actions];
}

/** Whether a frame is of an answer that was stopped. */
export function isOfStopped(state, { status }) {
    if (state.cancels === 0 || state.receiving === "announcement") return false;
    return !["cancelled", "announcement", "speech_started", "partial"].includes(status);
}

function wordCount(text = "") {
    return text.split(/\s+/).filter((word) => word !== "").length;
}

function answering(state) {
    return state.playing?.of ?? state.turns[0]?.id ?? null;
}

function stopped(state) {
    // An announcement that waits is still owed, also one that is just being received.
    const waiting = state.waiting.filter((clip) => clip.kind === "announcement");
    const isOwed = state.receiving === "announcement" && state.playing?.id !== state.stream;
    const receiving = isOwed ? { receiving: state.receiving, stream: state.stream } : { receiving: null, stream: null };
    return { ...state, ...receiving, turns: [], waiting, playing: null, onHold: false };
}
