/** How the server's frames change the state of `machine.js`. Each returns [state, actions]. */

const WAITING_CLIPS = 4;

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
    if (state.receiving === "announcement") {
        return keepClip({ ...state, receiving: null }, { kind: "announcement", turn: null }, bytes);
    }
    const [turn, ...turns] = state.turns;
    if (!turn || turn.stage === null) return [{ ...state, receiving: null }, [{ do: "dropAudio" }]];
    const done = { ...turn, timeline: frame.timeline, stamps: { ...turn.stamps, complete: now } };
    const next = { ...state, turns, receiving: null };
    const actions = [turns.length > 0 ? { do: "awaitReply" } : { do: "replied" }];
    if (turn.muted || bytes === 0) return [next, [...actions, { do: "dropAudio" }, { do: "showTimes", turn: done }]];
    const [kept, more] = keepClip(next, { kind: "answer", turn: done }, bytes);
    return [kept, [...actions, ...more]];
}

export function failed(state, { frame }) {
    const [turn, ...turns] = state.turns;
    const notice = turn?.silent ? "silentMicrophone" : "server";
    const actions = [{ do: "dropAudio" }, { do: "notice", notice, message: frame.message }];
    if (turn) actions.push(turns.length > 0 ? { do: "awaitReply" } : { do: "replied" });
    return [{ ...state, turns, receiving: null }, actions];
}

function keepClip(state, clip, bytes) {
    if (bytes === 0) return [state, [{ do: "dropAudio" }]];
    // When too much waits, what waited longest is dropped: its words stand in the conversation all the same.
    const kept = state.waiting.slice(-(WAITING_CLIPS - 1));
    const id = state.lastClip + 1;
    return [{ ...state, lastClip: id, waiting: [...kept, { id, ...clip }] }, [{ do: "keepClip", clip: id }]];
}
