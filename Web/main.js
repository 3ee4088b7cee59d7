import { unlock } from "./audio/context.js";
import { Inbox } from "./audio/inbox.js";
import { Microphone } from "./audio/microphone.js";
import { pcm16, rms } from "./audio/pcm.js";
import { Speaker } from "./audio/speaker.js";
import { Utterance } from "./audio/utterance.js";
import { Connection } from "./connection.js";
import { cancel as cancelSignal, endOfSpeech, reset } from "./frames.js";
import { TalkGestures } from "./gestures.js";
import { isAttentive } from "./hands-free.js";
import { watchLifecycle } from "./lifecycle.js";
import { Key } from "./key.js";
import { initialState, LIMITS, phaseOf, step } from "./machine.js";
import { safeStorage, sessionID } from "./session.js";
import { measure } from "./timeline.js";
import { ConversationView } from "./view/conversation-view.js";
import { byID, setText } from "./view/dom.js";
import { KeyView } from "./view/key-view.js";
import { MeterView } from "./view/meter-view.js";
import { ModeChoice } from "./view/mode-choice.js";
import { NoticeView } from "./view/notice-view.js";
import { StatusView } from "./view/status-view.js";
import { TimesView } from "./view/times-view.js";

/* The shell: events go into the machine, its actions come out here. Nothing is decided in this file. */

const status = new StatusView();
const notices = new NoticeView();
const conversation = new ConversationView();
const meter = new MeterView();
const times = new TimesView();
const speaker = new Speaker();
const inbox = new Inbox();
const storage = safeStorage();
const mode = new ModeChoice(storage, () => dispatch({ type: mode.value === "free" ? "mode" : "leave" }));
const key = new Key(storage);
const keyView = new KeyView({
    entered: (text) => {
        key.text = text;
        connection.restart();
    },
    forgotten: () => {
        key.forget();
        dispatch({ type: "keyForgotten" });
    },
});

let state = initialState();
let utterance = null;
let level = 0;
let replyTimer = null;
let wordsTimer = null;
let drawing = false;

const microphone = new Microphone({
    onSamples: (samples) => {
        level = rms(samples);
        if (isAttentive(state)) connection.stream(pcm16(samples));
        for (const bytes of utterance?.push(samples) ?? []) connection.send(bytes);
        if (utterance?.full) dispatch({ type: "release" });
    },
    onLost: () => dispatch({ type: "micLost" }),
});

const connection = new Connection({
    url: new URL("ws", document.baseURI).href.replace(/^http/, "ws"),
    sessionID: sessionID(storage),
    key,
    onState: (link, waitMs, agreed) =>
        dispatch({ type: `link${link[0].toUpperCase()}${link.slice(1)}`, waitMs, agreed }),
    onLocked: (reason, shown) => dispatch({ type: "linkLocked", reason, shown }),
    onRefused: (message) => dispatch({ type: "linkRefused", message }),
    onFrame: (frame) => dispatch({ type: "frame", frame, bytes: inbox.size }),
    onAudio: (bytes) => {
        if (state.stream !== null) speaker.push(state.stream, bytes);
        if (state.stream !== null || state.agreed.audio === "stream" || !state.receiving) return;
        inbox.push(bytes);
        dispatch({ type: "chunk" });
    },
});

const actions = {
    openMicrophone: () =>
        microphone.open().then(
            () => dispatch({ type: "micReady", echoCancelled: microphone.echoCancelled }),
            (error) => dispatch({ type: "micFailed", reason: error.reason ?? "unknown" }),
        ),
    closeMicrophone: () => microphone.close(),
    startCapture: () => {
        utterance = new Utterance(LIMITS);
        microphone.start();
    },
    stopCapture: () =>
        microphone.stop().then(() => {
            const { milliseconds: ms = 0, peak = 0 } = utterance ?? {};
            utterance = null;
            dispatch({ type: "captured", ms, peak });
        }),
    dropCapture: () => {
        utterance = null;
        microphone.close();
    },
    listen: () => microphone.start(),
    agree: ({ turns, bargeIn }) => {
        connection.wanted = { turns, bargeIn };
        connection.restart();
    },
    sendEnd: () => connection.send(endOfSpeech),
    sendReset: () => connection.send(reset),
    sendCancel: () => connection.send(cancelSignal()),
    interrupt: ({ turn, isPlaying, isCurrent }) => {
        const { ms = 0, words = 0 } = speaker.stop() ?? {};
        connection.send(cancelSignal(isCurrent ? ms : 0));
        if (turn !== null) conversation.cut(turn, isPlaying ? words : 0);
    },
    restart: () => connection.restart(),
    askKey: ({ reason, shown }) => keyView.ask(reason, shown),
    awaitReply: () => {
        clearTimeout(replyTimer);
        replyTimer = setTimeout(() => dispatch({ type: "overdue" }), LIMITS.replyMs);
    },
    replied: () => clearTimeout(replyTimer),
    awaitWords: () => {
        clearTimeout(wordsTimer);
        wordsTimer = setTimeout(() => dispatch({ type: "quiet" }), LIMITS.wordsMs);
    },
    dropAudio: () => inbox.clear(),
    keepClip: ({ clip }) => speaker.keep(clip, inbox.take()),
    openStream: ({ clip, rate }) => speaker.open(clip, rate),
    endStream: ({ clip, ms }) => speaker.end(clip, ms),
    markWords: ({ clip, turn, text, at }) => {
        speaker.mark(clip, text, at);
        if (turn !== null) conversation.piece(turn, text);
    },
    play: ({ clip }) => play(clip),
    silence: () => speaker.stop(),
    hold: () => speaker.hold(),
    goOn: () => speaker.goOn(),
    showPartial: ({ stable, rest }) => conversation.partial(stable, rest),
    clearPartial: () => conversation.clearPartial(),
    spoken: ({ turn }) => conversation.said(turn),
    cutAnswer: ({ turn, words }) => conversation.cut(turn, words),
    showQuestion: ({ turn, text }) => conversation.question(turn, text),
    showAnswer: ({ turn, text }) => conversation.answer(turn, text),
    showAnnouncement: ({ text }) => conversation.announcement(text),
    showTimes: ({ turn }) => {
        const measured = measure(turn);
        times.show(measured);
        conversation.time(turn.id, measured);
    },
    clearLog: () => {
        conversation.clear();
        times.clear();
    },
    notice: ({ notice, message }) => notices.show(notice, mode.value, message),
    clearNotice: ({ only }) => notices.clear(only),
};

function dispatch(event) {
    const [next, todo] = step(state, { ...event, now: performance.now() });
    state = next;
    for (const action of todo) actions[action.do](action);
    speaker.retain(new Set([state.playing?.id, ...state.waiting.map((clip) => clip.id)]));
    render();
}

function play(clip) {
    try {
        const asleep = speaker.play(clip, {
            sounding: () => {
                notices.clear("asleep");
                dispatch({ type: "sounding", clip });
            },
            ended: () => dispatch({ type: "played", clip }),
        });
        if (asleep) actions.notice({ notice: "asleep" });
    } catch {
        actions.notice({ notice: "unplayable" });
        queueMicrotask(() => dispatch({ type: "played", clip }));
    }
}

function cancel() {
    dispatch({ type: "cancel", sent: utterance?.sent ?? false });
}

function render() {
    status.show(state, mode.value, performance.now());
    if (state.link === "ready") keyView.done();
    keyView.showForget(key.text !== "");
    if (!drawing) {
        drawing = true;
        requestAnimationFrame(draw);
    }
}

const TONES = { listening: "person", attending: "person", hearing: "person", held: "person", speaking: "voice" };

/** One picture of the meter and of what counts down; goes on by itself while something moves. */
function draw(now) {
    const phase = phaseOf(state);
    const heardMs = utterance?.milliseconds ?? 0;
    const tone = TONES[phase] ?? null;
    const shown = { person: level, voice: speaker.level() }[tone] ?? 0;
    const words = speaker.heard()?.words ?? 0;
    if (words > 0 && state.playing?.of) conversation.saying(state.playing.of, words);
    meter.show(shown, tone, heardMs / LIMITS.longestMs, now);
    const left = Math.ceil((LIMITS.longestMs - heardMs) / 1_000);
    setText(byID("left"), utterance && left <= 10 ? `${left} s left` : "");
    if (state.link === "lost") status.show(state, mode.value, now);
    drawing = meter.moving || phase !== "idle";
    if (drawing) requestAnimationFrame(draw);
}

new TalkGestures(byID("talk"), {
    isTap: () => mode.value !== "hold",
    isRecording: () => state.capture !== "off",
    press: () => {
        unlock();
        dispatch({ type: "press" });
    },
    release: () => dispatch({ type: "release" }),
    toggle: () => {
        unlock();
        dispatch({ type: mode.value === "free" ? "pin" : "toggle" });
    },
    cancel,
});

byID("reset").addEventListener("click", () => dispatch({ type: "reset" }));
byID("retry").addEventListener("click", () => connection.retry());

// A sound that waits for the browser's permission starts with the first press anywhere.
for (const type of ["pointerdown", "keydown"]) document.addEventListener(type, unlock, { passive: true });

watchLifecycle({
    // The microphone goes off at once; an answer is spoken to its end, and a timer may still ring.
    hidden: () => {
        if (state.capture !== "off") cancel();
        dispatch({ type: "leave", notice: "hiddenHandsFree" });
        microphone.close();
    },
    seen: () => connection.retry(),
    left: () => {
        dispatch({ type: "left" });
        microphone.close();
        connection.close();
    },
    returned: () => connection.open(),
    online: () => connection.retry(),
});

if (!window.isSecureContext) actions.notice({ notice: "insecure" });
connection.open();
render();
