/**
 * What the page does, decided in one place: `step(state, event)` returns the next state and the actions for the shell.
 * No DOM, no socket, no clock; every event carries `now` in milliseconds.
 *
 *     capture:  off ─press─► opening ─micReady─► on ─release/full─► ending ─captured─► off
 *     turns:    sent ─transcription─► begun ─llm─► ─tts─► ─audio─► complete | error      (oldest first)
 *     sound:    waiting clips ─► playing ─played/press─► next
 *
 * Rules that hold: nothing plays while the microphone is on; an answer that was interrupted stays silent; a frame that
 * belongs to no turn is ignored (it was on its way when the turn was thrown away).
 */
import { announced, answered, failed, processing } from "./turns.js";

export const LIMITS = { shortestMs: 200, longestMs: 30_000, replyMs: 45_000 };

/** Below this peak a whole question is digital silence: the microphone is muted. */
const SILENT_PEAK = 0.002;

export function initialState() {
    return {
        link: "connecting",
        capture: "off",
        held: false,
        heardAt: 0,
        turns: [],
        lastTurn: 0,
        receiving: null,
        waiting: [],
        playing: null,
        lastClip: 0,
    };
}

/** What the person sees: "offline", "idle", "opening", "listening", "transcribing", "thinking" or "speaking". */
export function phaseOf(state) {
    if (state.capture === "opening") return "opening";
    if (state.capture !== "off") return "listening";
    if (state.playing) return "speaking";
    const turn = state.turns[0];
    if (turn) return { llm: "thinking", tts: "speaking" }[turn.stage] ?? "transcribing";
    return state.link === "ready" ? "idle" : "offline";
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
    linkReady: (state) => [{ ...state, link: "ready" }, [{ do: "clearNotice", only: "offline" }]],
    linkLost,
    linkLocked: (state, { reason, shown, now }) => {
        const [lost, actions] = linkLost(state, { waitMs: 0, now });
        return [{ ...lost, link: "locked" }, [...actions, { do: "askKey", reason, shown }]];
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
        if (state.capture === "off") return [state, []];
        return [{ ...state, capture: "off", held: false }, [{ do: "notice", notice: reason }]];
    },
    micLost: (state) => {
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
        return [dropTurns(state), [{ do: "dropAudio" }, { do: "restart" }, { do: "notice", notice: "overdue" }]];
    },
    sounding: (state, { clip, now }) => {
        if (state.playing?.id !== clip || !state.playing.turn) return [state, []];
        const turn = { ...state.playing.turn, stamps: { ...state.playing.turn.stamps, sounding: now } };
        return [{ ...state, playing: { ...state.playing, turn: null } }, [{ do: "showTimes", turn }]];
    },
    left: (state) => [{ ...initialState(), lastTurn: state.lastTurn, lastClip: state.lastClip }, LEAVING],
    played: (state, { clip }) => [state.playing?.id === clip ? { ...state, playing: null } : state, []],
};

function press(state, { now }) {
    if (state.capture !== "off") return [state, []];
    if (state.link === "locked") return [state, [{ do: "notice", notice: "locked" }]];
    if (state.link !== "ready") return [state, [{ do: "notice", notice: "offline" }]];
    const actions = [{ do: "clearNotice" }];
    if (state.playing) actions.push({ do: "silence" });
    const turns = state.turns.map((turn) => ({ ...turn, muted: true }));
    // An announcement that waits is still owed; an answer that waits was interrupted.
    const waiting = state.waiting.filter((clip) => clip.kind === "announcement");
    actions.push({ do: "openMicrophone" });
    return [{ ...state, capture: "opening", held: true, heardAt: now, turns, waiting, playing: null }, actions];
}

function micReady(state, { now }) {
    if (state.capture !== "opening") return [state, [{ do: "closeMicrophone" }]];
    // The button was let go to answer the browser's question about the microphone.
    if (!state.held) return [{ ...state, capture: "off" }, [{ do: "notice", notice: "microphoneReady" }]];
    return [{ ...state, capture: "on", heardAt: now }, [{ do: "startCapture" }]];
}

function captured(state, { ms, peak, now }) {
    if (state.capture === "off") return [state, []];
    const idle = { ...state, capture: "off", held: false };
    if (ms < LIMITS.shortestMs) return [idle, [{ do: "notice", notice: "tooShort" }]];
    const turn = {
        id: state.lastTurn + 1,
        stage: null,
        muted: false,
        silent: peak < SILENT_PEAK,
        stamps: { end: now, seconds: ms / 1_000 },
    };
    const next = { ...idle, lastTurn: turn.id, turns: [...state.turns, turn] };
    return [next, [{ do: "sendEnd" }, { do: "awaitReply" }]];
}

/** Throws the recording away, or silences the answer. `sent`: the server already holds a part of the recording. */
function cancel(state, { sent }) {
    if (state.capture === "off") {
        const actions = state.playing ? [{ do: "silence" }] : [];
        return [{ ...state, playing: null, waiting: state.playing ? [] : state.waiting }, actions];
    }
    const actions = [{ do: "dropCapture" }, { do: "notice", notice: "cancelled" }];
    const off = { ...state, capture: "off", held: false };
    if (!sent) return [off, actions];
    // Nothing in the protocol takes audio back: a new connection does.
    return [dropTurns(off), [...actions, { do: "dropAudio" }, { do: "restart" }]];
}

function reset(state) {
    const actions = [{ do: "sendReset" }, { do: "dropAudio" }, { do: "clearLog" }, { do: "notice", notice: "cleared" }];
    if (state.capture !== "off") actions.unshift({ do: "dropCapture" });
    if (state.playing) actions.unshift({ do: "silence" });
    return [dropTurns({ ...state, capture: "off", held: false, playing: null, waiting: [] }), actions];
}

function linkLost(state, { waitMs, now }) {
    const interrupted = state.turns.length > 0 || state.capture !== "off";
    const actions = [{ do: "dropAudio" }];
    if (state.capture !== "off") actions.push({ do: "dropCapture" });
    if (interrupted) actions.push({ do: "notice", notice: "lostTurn" });
    return [{ ...dropTurns(state), link: "lost", retryAt: now + waitMs, capture: "off", held: false }, actions];
}

function frame(state, event) {
    switch (event.frame.status) {
        case "processing":
            return processing(state, event);
        case "announcement":
            return announced(state, event);
        case "complete":
            return answered(state, event);
        case "error":
            return failed(state, event);
        default:
            return [state, []];
    }
}

function playNext(state, actions) {
    if (state.playing || state.capture !== "off" || state.waiting.length === 0) return [state, actions];
    const [playing, ...waiting] = state.waiting;
    return [{ ...state, playing, waiting }, [...actions, { do: "play", clip: playing.id }]];
}

function dropTurns(state) {
    return { ...state, turns: [], receiving: null };
}

function replaceFirst(state, turn) {
    return { ...state, turns: [turn, ...state.turns.slice(1)] };
}
