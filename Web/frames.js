/** The text frames of the Hotpin protocol, read and written. Pure: no socket, no DOM. */

export const STAGES = ["transcription", "llm", "tts"];
const STATUSES = ["connected", "processing", "complete", "error", "announcement"];

/** The first frame of a connection. The two flags ask for extensions that the documented clients never see. */
export function handshake(sessionID, key = "") {
    const members = { session_id: sessionID, announcements: true, timeline: true };
    return JSON.stringify(key ? { ...members, api_key: key } : members);
}

export const endOfSpeech = JSON.stringify({ signal: "EOS" });
export const reset = JSON.stringify({ signal: "RESET" });

/**
 * Reads one text frame.
 * @returns {{status: string, stage?: string, transcript?: string, response?: string, message?: string,
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
    for (const key of ["stage", "transcript", "response", "message"]) {
        if (typeof value[key] === "string") frame[key] = value[key];
    }
    const timeline = numbers(value.timeline);
    if (timeline) frame.timeline = timeline;
    return frame;
}

function numbers(value) {
    if (value === null || typeof value !== "object") return null;
    const kept = Object.entries(value).filter(([, entry]) => Number.isFinite(entry) && entry >= 0);
    return kept.length > 0 ? Object.fromEntries(kept) : null;
}
