let shared = null;
const added = new WeakMap();

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

/** Loads a module of this folder for the audio thread, once a context; a failure is tried again. */
export function addWorklet(context, file) {
    const files = added.get(context) ?? new Map();
    added.set(context, files);
    if (!files.has(file)) {
        const loading = context.audioWorklet.addModule(new URL(file, import.meta.url));
        loading.catch(() => files.delete(file));
        files.set(file, loading);
    }
    return files.get(file);
}
