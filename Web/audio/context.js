let shared = null;

/** The page's one AudioContext, for the microphone and the speaker, made at first use. */
export function audioContext() {
    if (!shared || shared.state === "closed") {
        shared = new AudioContext({ latencyHint: "interactive" });
    }
    return shared;
}

/** Wakes the context. Browsers keep it asleep until the person has pressed something; call this from such an event. */
export function unlock() {
    const context = audioContext();
    if (context.state !== "running") context.resume().catch(() => {});
    return context;
}
