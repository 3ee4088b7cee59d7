/**
 * Where the milliseconds of a turn went, from the end of speech to the first sound.
 *
 * The page's own stamps say when frames arrived; the server's timeline, where it came with `complete`, says what the
 * server did in between, without the network.
 */

/**
 * Of a turn whose end the server found, the page's own clock begins when it was told of it, and the timeline at the end
 * of speech, which was `endpoint` milliseconds before.
 *
 * @param turn `{stamps: {end, transcription, llm, tts, audio, complete, sounding}, timeline?}`: stamps in milliseconds
 *   of one clock, any of them may be missing; `timeline` in milliseconds since the end of speech arrived.
 * @returns {{total: number, parts: {key: string, ms: number}[]}} parts in order; they add up to `total`.
 */
export function measure(turn) {
    const { stamps, timeline } = turn;
    const last = stamps.sounding ?? stamps.complete ?? stamps.end;
    const unseen = turn.auto ? (timeline?.endpoint ?? 0) : 0;
    const total = Math.max(0, last - stamps.end) + unseen;
    const parts = timeline ? fromServer(timeline, total) : fromFrames(stamps, last);
    return { total, parts: parts.filter((part) => part.ms > 0) };
}

function fromFrames(stamps, last) {
    return spans(stamps.end, [
        ["upload", stamps.transcription],
        ["recognise", stamps.llm],
        ["think", stamps.tts],
        ["speak", stamps.audio],
        ["play", last],
    ]);
}

function fromServer(timeline, total) {
    const parts = timeline.endpoint === undefined ? ofFile(timeline) : ofStream(timeline);
    const served = parts.reduce((sum, part) => sum + part.ms, 0);
    // The two clocks are never compared, only their durations; a server's span longer than the page's is cut to it.
    if (served > total) return parts.map((part) => ({ ...part, ms: (part.ms * total) / served }));
    return [...parts, { key: "network", ms: total - served }];
}

function ofFile(timeline) {
    // Thinking ends with the whole reply, or, where speech began before that, with its first word.
    const thought = timeline.reply > timeline.first_audio ? timeline.first_token : timeline.reply;
    return spans(timeline.speech_end ?? 0, [
        ["recognise", timeline.transcript],
        ["think", thought || timeline.first_token],
        ["speak", timeline.first_audio],
        ["send", timeline.last_audio],
    ]);
}

/** What was ready before the end of speech was certain took no time. */
function ofStream(timeline) {
    return spans(0, [
        ["wait", timeline.endpoint],
        ["recognise", timeline.transcript],
        ["think", timeline.first_token],
        ["clause", timeline.first_clause],
        ["speak", timeline.first_audio],
    ]);
}

/** Durations between marks; a missing or backward mark gives its time to the next part. */
function spans(start, marks) {
    const parts = [];
    let from = start;
    for (const [key, at] of marks) {
        if (!Number.isFinite(at) || at < from) continue;
        parts.push({ key, ms: at - from });
        from = at;
    }
    return parts;
}
