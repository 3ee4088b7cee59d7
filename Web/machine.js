/**
 * What the page does, decided in one place: `step(state, event)` returns the next state and the actions for the shell.
 * No DOM, no socket, no clock; every event carries `now` in milliseconds.
 *
 *     capture:  off ─press─► opening ─micReady─► on ─release/full─► ending ─captured─► off
 *     turns:    sent ─transcription─► begun ─llm─► ─tts─► ─audio─► complete | error      (oldest first)
 *     sound:    waiting clips ─► playing ─played/press─► next                            (streamed: streams.js)
 *     hands-free, where the microphone stays open: hands-free.js
 *
 * Rules that hold: nothing plays while the pin records; an answer that was interrupted stays silent; a frame that
 * belongs to no turn is ignored (it was on its way when the turn was thrown away).
 */
import { played, playNext, sounding } from "./clips.js";
import { DOCUMENTED } from "./frames.js";
import * as handsFree from "./hands-free.js";
import * as streams from "./streams.js";
import { announced, answered, ask, failed, processing } from "./turns.js";

export const LIMITS = { shortestMs: 200, longestMs: 30_000, replyMs: 45_000, wordsMs: 4_000 };

/** Below this peak a whole question is digital silence: the microphone is muted. */
const SILENT_PEAK = 0.002;

export function initialState() {
    return {
        link: "connecting",
        agreed: DOCUMENTED,
        capture: "off",
        held: false,
        heardAt: 0,
        handsFree: "off",
        hearing: false,
        onHold: false,
        turns: [],
        lastTurn: 0,
        cancels: 0,
        receiving: null,
        stream: null,
        waiting: [],
        playing: null,
        lastClip: 0,
    };
}

/**
 * What the person sees: "offline", "idle", "opening", "listening", "transcribing", "thinking", "speaking"; and where the
 * microphone stays open also "attending", "hearing" and "held".
 */
export function phaseOf(state) {
    if (state.capture === "opening" || state.handsFree === "opening") return "opening";
    if (state.capture !== "off") return "listening";
    if (state.onHold) return "held";
    if (state.hearing) return "hearing";
    if (state.playing) return "speaking";
    const turn = state.turns[0];
    if (turn) return { llm: "thinking", tts: "speaking" }[turn.stage] ?? "transcribing";
    if (state.handsFree === "agreeing" && state.link === "connecting") return "opening";
    if (state.link !== "ready") return "offline";
    return state.handsFree === "on" ? "attending" : "idle";
}

/** @returns {[state: object, actions: object[]]} */
export function step(state, event) {
    const rule = RULES[event.type];
    const [next, actions] = rule ? rule(state, event) : [state, []];
    return playNext(next, actions);
}

const LEAVING = [{ do: "silence" }, { do: "dropCapture" }, { do: "dropAudio" }];

const RULES = {
    linkConnecting: (state) => [{ ...state, link: "connecting" }, []],
    linkReady: (state, { agreed = DOCUMENTED }) => {
        const [next, actions] = handsFree.agreed({ ...state, link: "ready", agreed, cancels: 0 });
        return [next, [{ do: "clearNotice", only: "offline" }, ...actions]];
    },
    linkLost,
    linkLocked: (state, { reason, shown, now }) => {
        const [lost, actions] = linkLost(state, { waitMs: 0, now });
        const [next, more] = handsFree.lock({ ...lost, link: "locked" });
        return [next, [...actions, ...more, { do: "askKey", reason, shown }]];
    },
    linkRefused: (state, { message }) => [state, [{ do: "notice", notice: "offline", message }]],
    keyForgotten: (state) => [state, [{ do: "notice", notice: "keyForgotten" }, { do: "restart" }]],
    press,
    release: (state) => {
        if (state.capture === "on") return [{ ...state, capture: "ending", held: false }, [{ do: "stopCapture" }]];
        return [{ ...state, held: false }, []];
    },
    toggle: (state, event) => {
        if (state.capture === "off") return press(state, event);
        return RULES.release(state, event);
    },
    micReady,
    micFailed: (state, { reason }) => {
        if (state.capture === "off" && state.handsFree !== "opening") return [state, []];
        return [{ ...state, capture: "off", held: false, handsFree: "off" }, [{ do: "notice", notice: reason }]];
    },
    micLost: (state) => {
        if (state.handsFree !== "off") return handsFree.leave(state, { notice: "unplugged" });
        const actions = [{ do: "notice", notice: "unplugged" }];
        if (state.capture !== "on") return [{ ...state, capture: "off", held: false }, actions];
        return [{ ...state, capture: "ending", held: false }, [{ do: "stopCapture" }, ...actions]];
    },
    captured,
    cancel,
    reset,
    frame,
    chunk: (state, { now }) => {
        const turn = state.turns[0];
        if (state.receiving !== "turn" || !turn || turn.stamps.audio) return [state, []];
        return [replaceFirst(state, { ...turn, stamps: { ...turn.stamps, audio: now } }), []];
    },
    overdue: (state) => {
        if (state.turns.length === 0) return [state, []];
        const [ended, actions] = streams.endStream(state);
        actions.push({ do: "dropAudio" }, { do: "restart" }, { do: "notice", notice: "overdue" });
        return [dropTurns({ ...ended, onHold: false }), state.onHold ? [{ do: "goOn" }, ...actions] : actions];
    },
    sounding,
    played,
    left: (state) => [{ ...initialState(), lastTurn: state.lastTurn, lastClip: state.lastClip }, LEAVING],
    pin: handsFree.pin,
    leave: handsFree.leave,
    quiet: (state) => [{ ...state, hearing: false }, [{ do: "clearPartial" }]],
};

const FRAMES = {
    processing, announcement: announced, complete: answered, error: failed,
    audio: streams.audioBegins, speaking: streams.speaks, audio_end: streams.audioEnds,
    held: streams.held, resumed: streams.resumed, cancelled: streams.cancelled,
    speech_started: handsFree.speechStarts, partial: handsFree.partial, speech_ended: handsFree.speechEnds,
};

function frame(state, event) {
    if (streams.isOfStopped(state, event.frame)) return [state, []];
    const rule = FRAMES[event.frame.status];
    return rule ? rule(state, event) : [state, []];
}

function press(state, { now }) {
    if (state.capture !== "off" || state.handsFree !== "off") return [state, []];
    if (state.link === "locked") return [state, [{ do: "notice", notice: "locked" }]];
    if (state.link !== "ready") return [state, [{ do: "notice", notice: "offline" }]];
    const actions = [{ do: "clearNotice" }];
    const open = { capture: "opening", held: true, heardAt: now };
    if (streams.isStreamed(state) && (state.playing || state.turns.length > 0)) {
        const [next, more] = streams.interrupt(state);
        return [{ ...next, ...open }, [...actions, ...more, { do: "openMicrophone" }]];
    }
    // The documented protocol calls no answer off: it is shown, but stays silent.
    if (state.playing) actions.push({ do: "silence" });
    const turns = state.turns.map((turn) => ({ ...turn, muted: true }));
    // An announcement that waits is still owed; an answer that waits was interrupted.
    const waiting = state.waiting.filter((clip) => clip.kind === "announcement");
    actions.push({ do: "openMicrophone" });
    return [{ ...state, ...open, turns, waiting, playing: null }, actions];
}

function micReady(state, event) {
    if (state.handsFree === "opening") return handsFree.microphoneOpened(state, event);
    if (state.handsFree !== "off") return [state, []];
    if (state.capture !== "opening") return [state, [{ do: "closeMicrophone" }]];
    // The button was let go to answer the browser's question about the microphone.
    if (!state.held) return [{ ...state, capture: "off" }, [{ do: "notice", notice: "microphoneReady" }]];
    return [{ ...state, capture: "on", heardAt: event.now }, [{ do: "startCapture" }]];
}

function captured(state, { ms, peak, now }) {
    if (state.capture === "off") return [state, []];
    const idle = { ...state, capture: "off", held: false };
    if (ms < LIMITS.shortestMs) return [idle, [{ do: "notice", notice: "tooShort" }]];
    const next = ask(idle, { now, silent: peak < SILENT_PEAK, seconds: ms / 1_000 });
    return [next, [{ do: "sendEnd" }, { do: "awaitReply" }]];
}

/** Throws the recording away, or silences the answer. `sent`: the server already holds a part of the recording. */
function cancel(state, { sent }) {
    if (state.capture === "off") {
        const isAnswering = streams.isAnswering(state);
        if (state.handsFree !== "off" && !isAnswering) return handsFree.leave(state);
        if (streams.isStreamed(state) && isAnswering) return streams.interrupt(state);
        const actions = state.playing ? [{ do: "silence" }] : [];
        return [{ ...state, playing: null, waiting: state.playing ? [] : state.waiting }, actions];
    }
    const actions = [{ do: "dropCapture" }, { do: "notice", notice: "cancelled" }];
    const off = { ...state, capture: "off", held: false };
    if (!sent) return [off, actions];
    // Nothing in the protocol takes audio back: a new connection does.
    const [ended, ends] = streams.endStream(off);
    return [dropTurns(ended), [...actions, ...ends, { do: "dropAudio" }, { do: "clearPartial" }, { do: "restart" }]];
}

function reset(state) {
    const actions = [{ do: "sendReset" }, { do: "dropAudio" }, { do: "clearLog" }, { do: "notice", notice: "cleared" }];
    // RESET is not answered, CANCEL is: what comes before that answer is of what was forgotten.
    const isStreamed = streams.isStreamed(state);
    if (isStreamed) actions.unshift({ do: "replied" });
    if (state.capture !== "off") actions.unshift({ do: "dropCapture" });
    if (state.playing) actions.unshift({ do: "silence" });
    const next = { ...state, capture: "off", held: false, playing: null, waiting: [], hearing: false, onHold: false };
    if (!isStreamed) return [dropTurns(next), actions];
    return [dropTurns({ ...next, cancels: state.cancels + 1 }), [...actions, { do: "sendCancel" }]];
}

function linkLost(state, { waitMs, now }) {
    const interrupted = state.turns.length > 0 || state.capture !== "off";
    const [ended, actions] = streams.endStream(state);
    actions.push({ do: "dropAudio" });
    // What came of an answer is spoken.
    if (state.onHold) actions.push({ do: "goOn" });
    if (state.hearing) actions.push({ do: "clearPartial" });
    if (state.capture !== "off") actions.push({ do: "dropCapture" });
    if (interrupted) actions.push({ do: "notice", notice: "lostTurn" });
    const next = { ...dropTurns(ended), link: "lost", retryAt: now + waitMs, capture: "off", held: false };
    return [{ ...next, hearing: false, onHold: false, cancels: 0 }, actions];
}

function dropTurns(state) {
    return { ...state, turns: [], receiving: null, stream: null };
}

function replaceFirst(state, turn) {
    return { ...state, turns: [turn, ...state.turns.slice(1)] };
}
