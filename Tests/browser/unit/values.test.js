import { Backoff } from "/Web/backoff.js";
import { cancel, endOfSpeech, handshake, parse, reset } from "/Web/frames.js";
import { sessionID } from "/Web/session.js";
import { measure } from "/Web/timeline.js";
import { Key } from "/Web/key.js";
import { duration, insecureText, keyText, linkText, noticeText, serverError } from "/Web/words.js";
import { check, equal, ok } from "./check.js";

check("the waits double up to the longest, and start again", () => {
    const backoff = new Backoff({ firstMs: 500, longestMs: 3_000, random: () => 0 });
    equal(Array.from({ length: 5 }, () => backoff.next()), [500, 1_000, 2_000, 3_000, 3_000]);
    backoff.reset();
    equal(backoff.next(), 500);
});

check("chance takes at most a quarter off", () => {
    equal(new Backoff({ firstMs: 1_000, random: () => 1 }).next(), 750);
    const backoff = new Backoff();
    for (let count = 0; count < 3_000; count += 1) ok(backoff.next() <= 10_000);
});

check("frames to the server are as the protocol has them", () => {
    equal(JSON.parse(handshake("web-1")),
        { session_id: "web-1", announcements: true, timeline: true, audio: "stream", partials: true });
    equal(JSON.parse(handshake("web-1", "", { turns: "auto", bargeIn: true })).barge_in, true);
    equal(JSON.parse(handshake("web-1", "", { turns: "auto", bargeIn: false })).turns, "auto");
    equal([JSON.parse(cancel()), JSON.parse(cancel(812.4)), JSON.parse(cancel(-3))],
        [{ signal: "CANCEL" }, { signal: "CANCEL", played_ms: 812 }, { signal: "CANCEL", played_ms: 0 }]);
    equal([JSON.parse(endOfSpeech), JSON.parse(reset)], [{ signal: "EOS" }, { signal: "RESET" }]);
});

check("frames from the server are read", () => {
    equal(parse('{"status":"processing","stage":"llm","transcript":"hi"}'),
        { status: "processing", stage: "llm", transcript: "hi" });
    equal(parse('{"status":"complete","timeline":{"transcript":180,"first_audio":300}}'),
        { status: "complete", timeline: { transcript: 180, first_audio: 300 } });
});

check("what is no frame is nothing", () => {
    for (const text of ["", "{", "null", "7", "[]", '"x"', "{}", '{"status":3}', '{"status":"new"}',
        '{"status":"processing"}', '{"status":"processing","stage":"sing"}']) {
        equal(parse(text), null, text);
    }
});

check("frames of a streamed answer are read", () => {
    equal(parse('{"status":"audio","format":"pcm","sample_rate":16000,"channels":1}'), { status: "audio", sample_rate: 16_000 });
    equal(parse('{"status":"speaking","text":"It is","at_ms":0}'), { status: "speaking", text: "It is", at_ms: 0 });
    equal(parse('{"status":"partial","stable":"a","text":"a b"}'), { status: "partial", text: "a b", stable: "a" });
    equal(parse('{"status":"cancelled","heard":"It\'s"}').heard, "It's");
    equal(parse('{"status":"audio_end","duration_ms":2480}').duration_ms, 2_480);
    for (const status of ["held", "resumed", "speech_started", "speech_ended"]) equal(parse(`{"status":"${status}"}`), { status });
});

check("audio that cannot be played is not announced", () => {
    for (const bad of ['"format":"opus","sample_rate":16000,"channels":1', '"format":"pcm","sample_rate":16000,"channels":2',
        '"format":"pcm","sample_rate":0,"channels":1', '"format":"pcm","sample_rate":16000.5,"channels":1', '"format":"pcm"']) {
        equal(parse(`{"status":"audio",${bad}}`), null, bad);
    }
});

check("what was agreed is read, and nothing where a server does not say", () => {
    equal(parse('{"status":"connected","session_id":"x"}').agreed, { audio: "file", turns: "manual", bargeIn: false });
    equal(parse('{"status":"connected","audio":"stream","turns":"auto","barge_in":true}').agreed,
        { audio: "stream", turns: "auto", bargeIn: true });
    equal(parse('{"status":"connected","audio":7,"turns":null,"barge_in":"yes"}').agreed,
        { audio: "file", turns: "manual", bargeIn: false });
});

check("fields of a wrong type are left out", () => {
    equal(parse('{"status":"error","message":7}'), { status: "error" });
    equal(parse('{"status":"complete","timeline":{"transcript":"soon","first_token":-1,"first_audio":null}}'),
        { status: "complete" });
});

check("the session's name is kept, and made anew when it is not one", () => {
    const kept = new Map();
    const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
    const name = sessionID(storage);
    ok(/^web-[0-9a-f]{16}$/.test(name), name);
    equal(sessionID(storage), name);
    kept.set("hotpin.session", "<script>");
    ok(sessionID(storage) !== "<script>");
});

check("a browser that forbids storage still gets a name", () => {
    const storage = { getItem: () => null, setItem: () => { throw new Error("full"); } };
    ok(sessionID(storage).startsWith("web-"));
    ok(sessionID(null).startsWith("web-"));
});

const sum = ({ parts }) => Math.round(parts.reduce((total, part) => total + part.ms, 0));
const keys = ({ parts }) => parts.map((part) => part.key);

check("the page's own stamps become parts that add up", () => {
    const times = measure({ stamps: { end: 1_000, transcription: 1_010, llm: 1_200, tts: 1_300, audio: 1_450, sounding: 1_470 } });
    equal(times.total, 470);
    equal(times.parts, [{ key: "upload", ms: 10 }, { key: "recognise", ms: 190 }, { key: "think", ms: 100 },
        { key: "speak", ms: 150 }, { key: "play", ms: 20 }]);
});

check("the server's timeline is used where it came, and the rest is the network", () => {
    const timeline = { transcript: 120, first_token: 121, reply: 122, first_audio: 248 };
    equal(measure({ stamps: { end: 0, sounding: 260 }, timeline }).parts, [{ key: "recognise", ms: 120 },
        { key: "think", ms: 2 }, { key: "speak", ms: 126 }, { key: "network", ms: 12 }]);
});

check("marks that were not reached are 0 and take no part", () => {
    const timeline = { transcript: 100, first_token: 0, reply: 0, first_audio: 0 };
    equal(measure({ stamps: { end: 0, complete: 110 }, timeline }).parts, [{ key: "recognise", ms: 100 },
        { key: "network", ms: 10 }]);
});

check("speech that begins before the reply is whole follows the first word", () => {
    const timeline = { transcript: 100, first_token: 150, reply: 900, first_audio: 250, last_audio: 950 };
    equal(measure({ stamps: { end: 0, sounding: 1_000 }, timeline }).parts.map((part) => part.ms), [100, 50, 100, 700, 50]);
});

check("a timeline from the end of speech to the last audio", () => {
    const timeline = { speech_end: 0, transcript: 180, first_token: 182, first_audio: 300, last_audio: 420 };
    const times = measure({ stamps: { end: 0, sounding: 450 }, timeline });
    equal(times.parts, [{ key: "recognise", ms: 180 }, { key: "think", ms: 2 }, { key: "speak", ms: 118 },
        { key: "send", ms: 120 }, { key: "network", ms: 30 }]);
});

const streamed = { speech_end: 0, endpoint: 240, transcript: 250, first_token: 0, first_clause: 0, reply: 900, first_audio: 310,
    last_audio: 2_000 };

check("of a streamed answer only what came before its first sound counts", () => {
    const times = measure({ stamps: { end: 0, sounding: 330 }, timeline: streamed });
    equal(times.parts, [{ key: "wait", ms: 240 }, { key: "recognise", ms: 10 }, { key: "speak", ms: 60 }, { key: "network", ms: 20 }]);
});

check("where the server found the end of speech, its own waiting is added to what the page saw", () => {
    const times = measure({ auto: true, stamps: { end: 1_000, sounding: 1_100 }, timeline: streamed });
    equal([times.total, sum(times)], [340, 340]);
    equal(times.parts.at(-1), { key: "network", ms: 30 });
});

check("missing and backward marks give their time to the next part", () => {
    const times = measure({ stamps: { end: 0, llm: 100, tts: 90, sounding: 200 } });
    equal([keys(times), sum(times)], [["recognise", "play"], 200]);
    equal(keys(measure({ stamps: { end: 0, sounding: 50 }, timeline: { first_audio: 40 } })), ["speak", "network"]);
});

check("a server that claims more time than passed is cut to what passed", () => {
    const times = measure({ stamps: { end: 0, sounding: 100 }, timeline: { transcript: 150, first_audio: 300 } });
    equal(sum(times), 100);
});

check("an answer without sound is measured to its completion", () => {
    equal(measure({ stamps: { end: 0, transcription: 5, complete: 80 } }).total, 80);
});

check("errors of the server become sentences", () => {
    equal(serverError("Could not understand audio. Please try again."), "Could not understand audio. Please try again.");
    equal(serverError("Service temporarily unavailable"), "Service temporarily unavailable.");
    ok(serverError("Empty audio buffer").includes("Hold the pin"));
    for (const nothing of [undefined, "", "  "]) ok(serverError(nothing).endsWith("."));
});

check("every notice is a sentence in both modes", () => {
    for (const notice of ["tooShort", "cancelled", "cleared", "microphoneReady", "refused", "missing", "busy", "unknown",
        "unplugged", "silentMicrophone", "offline", "lostTurn", "overdue", "asleep", "unplayable", "noHandsFree", "noBargeIn", "hiddenHandsFree", "never heard of"]) {
        for (const mode of ["hold", "tap", "free"]) ok(/^[A-Z].*[.?]$/.test(noticeText(notice, mode)), `${notice} ${mode}`);
    }
});

check("the page on a plain address says how to get the microphone", () => {
    const text = insecureText({ hostname: "192.0.2.7", port: "8000" });
    for (const part of ["http://192.0.2.7", "http://localhost:8000", "ssh -L 8000:localhost:8000 192.0.2.7", "https"]) {
        ok(text.includes(part), part);
    }
});

check("durations and the connection are said briefly", () => {
    equal([duration(0), duration(419.6), duration(1_300)], ["0 ms", "420 ms", "1.3 s"]);
    equal([linkText("ready", 0), linkText("connecting", 0)], ["Connected", "Connecting…"]);
    ok(linkText("lost", 4).includes("in 4 s") && !linkText("lost", 0).includes(" 0 s"));
});

check("a key is asked for with the server's reason", () => {
    equal(keyText("Invalid API key", false), "");
    ok(keyText("Invalid API key", true).includes("does not take this key"));
    ok(keyText("Too many wrong API keys; try again in 42 s", true).includes("42 seconds"));
    equal(noticeText("offline", "hold", "Use its address"), "Use its address.");
    ok(noticeText("offline", "hold").includes("cannot be reached"));
});

check("a key is kept, and works where the browser keeps nothing", () => {
    const kept = new Map();
    const storage = {
        getItem: (name) => kept.get(name) ?? null,
        setItem: (name, value) => kept.set(name, value),
        removeItem: (name) => kept.delete(name),
    };
    const key = new Key(storage);
    equal(key.text, "");
    key.text = "  hotpin_x\n";
    equal(new Key(storage).text, "hotpin_x");
    key.forget();
    equal([key.text, kept.size], ["", 0]);
    const broken = () => { throw new Error("forbidden"); };
    for (const storage of [null, { getItem: () => null, setItem: broken, removeItem: broken }]) {
        const forgetful = new Key(storage);
        forgetful.text = "hotpin_y";
        equal(forgetful.text, "hotpin_y");
        forgetful.forget();
        equal(forgetful.text, "");
    }
});

check("the handshake holds a key only if there is one", () => {
    ok(!("api_key" in JSON.parse(handshake("s"))));
    equal(JSON.parse(handshake("s", "hotpin_x")).api_key, "hotpin_x");
});
