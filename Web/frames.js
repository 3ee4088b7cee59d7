/** The text frames of the Hotpin protocol, read and written. Pure: no socket, no DOM. */

export const STAGES = ["transcription", "llm", "tts"];
const STATUSES = [
    "connected", "processing", "complete", "error", "announcement",
    "speech_started", "partial", "speech_ended", "audio", "speaking", "audio_end", "held", "resumed", "cancelled",
];
const TEXTS = ["stage", "transcript", "response", "message", "text", "stable", "heard"];
const MILLISECONDS = ["at_ms", "duration_ms"];

/** What a server that knows only the documented protocol does, and every server as long as it has agreed to nothing. */
export const DOCUMENTED = Object.freeze({ audio: "file", turns: "manual", bargeIn: false });

/**
 * The first frame of a connection. All but the session's name asks for extensions; a server that does not know them
 * leaves them out of its answer.
 * @param {{turns: "manual" | "auto", bargeIn: boolean}} wanted
 */
export function handshake(sessionID, key = "", { turns = "manual", bargeIn = false } = {}) {
    const members = { session_id: sessionID, announcements: true, timeline: true, audio: "stream", partials: true };
    if (turns === "auto") Object.assign(members, { turns, barge_in: bargeIn });
    return JSON.stringify(key ? { ...members, api_key: key } : members);
}

export const endOfSpeech = JSON.stringify({ signal: "EOS" });
export const reset = JSON.stringify({ signal: "RESET" });

/** Stops the answer. @param {number} [playedMs] how much of its audio was heard, where that is known. */
export function cancel(playedMs) {
    if (!Number.isFinite(playedMs)) return JSON.stringify({ signal: "CANCEL" });
    return JSON.stringify({ signal: "CANCEL", played_ms: Math.max(0, Math.round(playedMs)) });
}

/**
 * Reads one text frame.
 * @returns {{status: string, stage?: string, transcript?: string, response?: string, message?: string, text?: string,
 *   stable?: string, heard?: string, at_ms?: number, duration_ms?: number, sample_rate?: number, agreed?: object,
 *   timeline?: Record<string, number>} | null} null for anything this page does not know, which is ignored so that a
 *   newer server can say more.
 */
export function parse(text) {
    let value;
    try {
        value = JSON.parse(text);
    } catch {
        return null;
    }
    if (value === null || typeof value !== "object" || !STATUSES.includes(value.status)) return null;
    if (value.status === "processing" && !STAGES.includes(value.stage)) return null;
    const frame = { status: value.status };
    for (const key of TEXTS) if (typeof value[key] === "string") frame[key] = value[key];
    for (const key of MILLISECONDS) if (isAmount(value[key])) frame[key] = value[key];
    if (value.status === "connected") frame.agreed = agreement(value);
    if (value.status === "audio") {
        if (!isPlayable(value)) return null;
        frame.sample_rate = value.sample_rate;
    }
    const timeline = numbers(value.timeline);
    if (timeline) frame.timeline = timeline;
    return frame;
}

function agreement({ audio, turns, barge_in }) {
    return {
        audio: audio === "stream" ? "stream" : "file",
        turns: turns === "auto" ? "auto" : "manual",
        bargeIn: barge_in === true,
    };
}

function isPlayable({ format, sample_rate: rate, channels }) {
    return format === "pcm" && channels === 1 && Number.isInteger(rate) && rate >= 8_000 && rate <= 96_000;
}

function isAmount(value) {
    return Number.isFinite(value) && value >= 0;
}

function numbers(value) {
    if (value === null || typeof value !== "object") return null;
    const kept = Object.entries(value).filter(([, entry]) => isAmount(entry));
    return kept.length > 0 ? Object.fromEntries(kept) : null;
}
