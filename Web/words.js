/** Every sentence the page says by itself. */

export const HINTS = {
    hold: "Hold the pin, or the space bar, while you speak.",
    holdByTouch: "Hold the pin while you speak.",
    tap: "Tap the pin to speak, tap again when you are done.",
    free: "Press the pin once, then just speak.",
    freeOn: "Just speak. The pin or Esc stops listening.",
    freeDeaf: "Just speak when it is silent. The pin or Esc stops listening.",
};

export const STATUS = {
    offline: "Not connected",
    idle: "Ready",
    opening: "Waiting for the microphone",
    listening: "Listening",
    transcribing: "Transcribing",
    thinking: "Thinking",
    speaking: "Speaking",
    attending: "Listening",
    hearing: "Hearing you",
    held: "Waiting for you",
};

export const BUTTON = {
    hold: { off: "Hold to speak", on: "Let go to send" },
    tap: { off: "Tap to speak", on: "Tap to send" },
    free: { off: "Start listening", on: "Stop listening" },
    busy: "Interrupt and speak",
    interrupt: "Interrupt",
    send: "Send now",
};

export const PARTS = {
    upload: "Upload",
    wait: "End of speech",
    recognise: "Recognise",
    think: "Think",
    clause: "First words",
    speak: "Speak",
    send: "Send",
    network: "Network",
    play: "Start playing",
};

/** Beside an answer that was not heard to its end. */
export const CUT = "interrupted";

const NOTICES = {
    tooShort: { hold: "That was too short. Hold the pin while you speak.", tap: "That was too short. Speak, then tap again." },
    cancelled: "Recording thrown away.",
    cleared: "Started over: the conversation so far is forgotten.",
    microphoneReady: { hold: "The microphone is ready. Hold the pin and speak.", tap: "The microphone is ready. Tap and speak." },
    refused:
        "The microphone is blocked for this page. Allow it in your browser's site settings (the icon beside the address), then try again.",
    missing: "No microphone was found. Connect one, then try again.",
    busy: "The microphone could not be opened. Close other programs that use it, then try again.",
    unknown: "This browser cannot record here. Try a current Firefox, Chrome, Edge or Safari.",
    unplugged: "The microphone went away while it was in use. Connect it again, then try again.",
    silentMicrophone: "The microphone delivered only silence. Is it muted, or is another one selected?",
    offline: "Hotpin's server cannot be reached right now. The page keeps trying.",
    locked: "Hotpin wants a key first: enter it in the form on this page.",
    keyForgotten: "This browser's key is forgotten.",
    lostTurn: "The connection broke before the answer came. Please ask again once it is back.",
    overdue: "The server took too long to answer. Please ask again.",
    asleep: "Your browser keeps pages silent until you press something. Press any key or tap the page to hear this.",
    noHandsFree: "This server cannot find out by itself when you are done. Hold or tap the pin instead.",
    noBargeIn: "This browser cannot tell Hotpin's voice from yours, so Hotpin does not listen while it speaks. Press the pin or the space bar to interrupt.",
    hiddenHandsFree: "Listening stopped because the page was hidden. Press the pin to go on.",
    unplayable: "The answer's sound could not be played. Its words are in the conversation.",
};

const SERVER_ERRORS = {
    "empty audio buffer": "No sound reached the server. Hold the pin while you speak.",
};

/** The sentence for a notice of the state machine. */
export function noticeText(notice, mode, message) {
    if (notice === "server" || (notice === "offline" && message)) return serverError(message);
    const words = NOTICES[notice] ?? NOTICES.unknown;
    return typeof words === "string" ? words : (words[mode] ?? words.tap);
}

/** An error frame as a sentence. */
export function serverError(message) {
    const said = (message ?? "").trim();
    const known = SERVER_ERRORS[said.toLowerCase().replace(/\.$/, "")];
    if (known) return known;
    if (said === "") return "Something went wrong on the server. Please try again.";
    return /[.!?…]$/.test(said) ? said : `${said}.`;
}

/** What to do when the browser gives no microphone because of where the page was opened. */
export function insecureText({ hostname, port }) {
    const at = port || "80";
    return (
        `Browsers give the microphone only to pages on localhost or https; this one is http://${hostname}. ` +
        `On the server itself open http://localhost:${at}. From here run ssh -L ${at}:localhost:${at} ${hostname} ` +
        `and open http://localhost:${at}, or put https in front of the server.`
    );
}

/** Why a key is asked for. @param {string} reason the server's. @param {boolean} shown whether it was shown a key. */
export function keyText(reason, shown) {
    const seconds = /try again in (\d{1,4}) s/.exec(reason)?.[1];
    if (seconds) return `Too many wrong keys came from here. Wait ${seconds} seconds, then try again.`;
    if (shown) return "The server does not take this key. Was it copied whole? It may also have been revoked.";
    return "";
}

/** @param {"connecting" | "ready" | "lost" | "locked"} link @param {number} seconds until the next try. */
export function linkText(link, seconds) {
    if (link === "ready") return "Connected";
    if (link === "connecting") return "Connecting…";
    if (link === "locked") return "Key wanted";
    return seconds > 0 ? `Server not reachable · trying again in ${seconds} s` : "Server not reachable · trying again…";
}

/** A duration as people read it: "420 ms" or "1.3 s". */
export function duration(ms) {
    return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
