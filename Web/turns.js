/** How the frames of the documented protocol change the state of `machine.js`. Each returns [state, actions]. */
import { clipOf, keepClip, owe } from "./clips.js";
import { endStream, isReceiving } from "./streams.js";

/** One more question is on its way. */
export function ask(state, { now, silent = false, seconds }) {
    const stamps = seconds === undefined ? { end: now } : { end: now, seconds };
    const auto = state.agreed.turns === "auto";
    const turn = { id: state.lastTurn + 1, stage: null, muted: false, silent, auto, stamps };
    return { ...state, lastTurn: turn.id, turns: [...state.turns, turn] };
}

export function processing(state, { frame, now }) {
    const turn = state.turns[0];
    const begins = frame.stage === "transcription";
    if (!turn || begins === (turn.stage !== null)) return [state, []];
    const stamps = { ...turn.stamps, [frame.stage]: now };
    const next = { ...turn, stage: frame.stage, stamps };
    const actions = [{ do: "awaitReply" }];
    if (frame.stage === "llm" && frame.transcript) {
        actions.push({ do: "showQuestion", turn: turn.id, text: frame.transcript });
    }
    if (frame.stage === "tts" && frame.response) {
        actions.push({ do: "showAnswer", turn: turn.id, text: frame.response });
    }
    const receiving = frame.stage === "tts" ? "turn" : state.receiving;
    return [{ ...state, turns: [next, ...state.turns.slice(1)], receiving }, actions];
}

/** The server speaks up by itself, because a timer rang. */
export function announced(state, { frame }) {
    const actions = [{ do: "dropAudio" }];
    if (frame.response) actions.push({ do: "showAnnouncement", text: frame.response });
    return [{ ...state, receiving: "announcement" }, actions];
}

/** @param event carries `bytes`, the audio that arrived since the turn's or announcement's last text frame. */
export function answered(state, { frame, bytes, now }) {
    const [ended, ends] = endStream(state);
    if (ended.receiving === "announcement") {
        const idle = { ...ended, receiving: null };
        if (isReceiving(state)) return [idle, ends];
        return keepClip(idle, { kind: "announcement", turn: null }, bytes);
    }
    const [turn, ...turns] = ended.turns;
    if (!turn || turn.stage === null) return [{ ...ended, receiving: null }, [...ends, { do: "dropAudio" }]];
    const done = { ...turn, timeline: frame.timeline, stamps: { ...turn.stamps, complete: now } };
    const next = { ...ended, turns, receiving: null };
    const actions = [...ends, turns.length > 0 ? { do: "awaitReply" } : { do: "replied" }];
    const clip = clipOf(ended, turn.id);
    // Of a streamed answer the times are whole once it has begun to sound and this frame has come.
    if (clip && !turn.stamps.sounding) return [owe(next, clip.id, done), actions];
    if (clip || turn.muted || bytes === 0) {
        return [next, [...actions, { do: "dropAudio" }, { do: "showTimes", turn: done }]];
    }
    const [kept, more] = keepClip(next, { kind: "answer", turn: done }, bytes);
    return [kept, [...actions, ...more]];
}

export function failed(state, { frame }) {
    const [ended, ends] = endStream(state);
    const [turn, ...turns] = ended.turns;
    const notice = turn?.silent ? "silentMicrophone" : "server";
    const actions = [...ends, { do: "dropAudio" }, { do: "clearPartial" }, { do: "notice", notice, message: frame.message }];
    if (turn) actions.push(turns.length > 0 ? { do: "awaitReply" } : { do: "replied" });
    return [{ ...ended, turns, receiving: null }, actions];
}
