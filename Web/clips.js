/** The clips in the state of `machine.js`: one plays, others wait. An answer's clip says whose it is in `of`. */

const WAITING_CLIPS = 4;

/** Puts one more behind those that wait. When too many do, what waited longest is dropped: its words stand in the
 * conversation all the same. */
export function wait(state, clip) {
    const id = state.lastClip + 1;
    return { ...state, lastClip: id, waiting: [...state.waiting.slice(-(WAITING_CLIPS - 1)), { id, ...clip }] };
}

/** A file that is whole. */
export function keepClip(state, clip, bytes) {
    if (bytes === 0) return [state, [{ do: "dropAudio" }]];
    const next = wait(state, { ...clip, of: clip.turn?.id ?? null });
    return [next, [{ do: "keepClip", clip: next.lastClip }]];
}

/** The clip with a turn's answer, if there is one that has not been played to its end. */
export function clipOf(state, turn) {
    return [state.playing, ...state.waiting].find((clip) => clip?.of === turn) ?? null;
}

/** Notes with a clip the turn whose times are to be shown when it sounds. */
export function owe(state, id, turn) {
    const mark = (clip) => (clip?.id === id ? { ...clip, turn } : clip);
    return { ...state, playing: mark(state.playing), waiting: state.waiting.map(mark) };
}

export function playNext(state, actions) {
    const isBusy = state.playing || state.onHold || state.capture !== "off";
    if (isBusy || state.waiting.length === 0) return [state, actions];
    const [playing, ...waiting] = state.waiting;
    return [{ ...state, playing, waiting }, [...actions, { do: "play", clip: playing.id }]];
}

/** A clip begins to be heard. */
export function sounding(state, { clip, now }) {
    const { playing } = state;
    if (playing?.id !== clip) return [state, []];
    const stamped = (turn) => ({ ...turn, stamps: { ...turn.stamps, sounding: now } });
    if (playing.turn) {
        const turn = stamped(playing.turn);
        return [{ ...state, playing: { ...playing, turn: null } }, [{ do: "showTimes", turn }]];
    }
    // Its turn still runs: the times are shown when it is complete.
    return [{ ...state, turns: state.turns.map((turn) => (turn.id === playing.of ? stamped(turn) : turn)) }, []];
}

export function played(state, { clip }) {
    if (state.playing?.id !== clip) return [state, []];
    const { of } = state.playing;
    return [{ ...state, playing: null }, of === null ? [] : [{ do: "spoken", turn: of }]];
}
