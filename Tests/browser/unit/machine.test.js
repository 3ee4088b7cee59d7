import { phaseOf, step } from "/Web/machine.js";
import { check, equal, ok } from "./check.js";
import { run } from "./machine-run.js";

const ready = { type: "linkReady" };
const press = { type: "press" };
const release = { type: "release" };
const micReady = { type: "micReady" };
const spoken = { type: "captured", ms: 1_500, peak: 0.4 };
const frame = (status, more = {}, bytes = 0) => ({ type: "frame", frame: { status, ...more }, bytes });
const stage = (name, more = {}) => frame("processing", { stage: name, ...more });
const asked = [ready, press, micReady, release, spoken];
const heard = [stage("transcription"), stage("llm", { transcript: "hello" }), stage("tts", { response: "Hello!" })];
const answer = [...heard, { type: "chunk" }, frame("complete", {}, 4_096)];

check("a question goes from press to answer", () => {
    let { state, phase } = run([ready]);
    equal(phase, "idle");
    const phases = [];
    for (const event of [press, micReady, release, spoken, ...answer, { type: "played", clip: 1 }]) {
        [state] = step(state, { now: 0, ...event });
        phases.push(phaseOf(state));
    }
    equal(phases, ["opening", "listening", "listening", "transcribing", "transcribing", "thinking", "speaking",
        "speaking", "speaking", "idle"]);
});

check("the end of speech is sent once, after the recording", () => {
    const { names } = run(asked);
    equal(names.filter((name) => name === "sendEnd").length, 1);
    ok(names.indexOf("stopCapture") < names.indexOf("sendEnd"));
});

check("transcript and answer are shown with their turn, then the sound is played", () => {
    const { done } = run([...asked, ...answer]);
    equal(done.filter((a) => a.do.startsWith("show")), [
        { do: "showQuestion", turn: 1, text: "hello" }, { do: "showAnswer", turn: 1, text: "Hello!" }]);
    equal(done.filter((a) => a.do === "play"), [{ do: "play", clip: 1 }]);
});

check("a recording that is too short sends nothing and says so", () => {
    const { names, done, phase } = run([ready, press, micReady, release, { type: "captured", ms: 199, peak: 0.4 }]);
    ok(!names.includes("sendEnd"));
    equal(done.at(-1), { do: "notice", notice: "tooShort" });
    equal(phase, "idle");
});

check("letting go while the browser asks for the microphone records nothing", () => {
    const { done, phase } = run([ready, press, release, micReady]);
    equal(done.at(-1), { do: "notice", notice: "microphoneReady" });
    equal(phase, "idle");
});

check("a microphone that opens after all is closed again", () => {
    const { names } = run([ready, press, { type: "cancel", sent: false }, micReady]);
    equal(names.at(-1), "closeMicrophone");
});

check("a refused microphone is named and the page is ready again", () => {
    const { done, phase } = run([ready, press, { type: "micFailed", reason: "refused" }]);
    equal(done.at(-1), { do: "notice", notice: "refused" });
    equal(phase, "idle");
});

check("a microphone pulled out ends the question with what was heard", () => {
    const { names } = run([ready, press, micReady, { type: "micLost" }, spoken]);
    ok(names.includes("sendEnd") && names.includes("notice"));
});

check("a press without a server says so and opens no microphone", () => {
    const { names, done } = run([press]);
    ok(!names.includes("openMicrophone"));
    equal(done.at(-1).notice, "offline");
});

check("a press while recording changes nothing", () => {
    const before = run([ready, press, micReady]).state;
    const { state, names } = run([press], before);
    equal(state, before);
    equal(names, []);
});

check("toggling starts, and toggling again sends", () => {
    const { names } = run([ready, { type: "toggle" }, micReady, { type: "toggle" }, spoken]);
    ok(names.includes("startCapture") && names.includes("sendEnd"));
});

check("a press during playback silences it and records", () => {
    const { names, phase } = run([...asked, ...answer, press, micReady]);
    ok(names.includes("silence"));
    equal(phase, "listening");
});

check("a press while the server thinks leaves that answer silent, but shows it", () => {
    const { done } = run([...asked, heard[0], press, micReady, heard[1], heard[2], { type: "chunk" },
        frame("complete", {}, 4_096), release, spoken]);
    ok(done.some((a) => a.do === "showAnswer"));
    ok(!done.some((a) => a.do === "play"));
    equal(done.filter((a) => a.do === "sendEnd").length, 2);
});

check("two questions on their way are answered in order", () => {
    const { done, state } = run([...asked, press, micReady, release, spoken, ...answer, ...answer]);
    equal(done.filter((a) => a.do === "showAnswer").map((a) => a.turn), [1, 2]);
    equal(done.filter((a) => a.do === "play").length, 1, "the interrupted answer");
    equal(state.turns, []);
});

check("frames of a turn that was thrown away are ignored", () => {
    const { done, phase } = run([...asked, heard[0], { type: "reset" }, heard[1], heard[2], { type: "chunk" },
        frame("complete", {}, 4_096)]);
    ok(!done.some((a) => a.do.startsWith("showA") || a.do === "play"));
    equal(phase, "idle");
});

check("late frames of an old turn do not enter the next one before it began", () => {
    const { done } = run([...asked, heard[0], { type: "reset" }, ...asked.slice(1), stage("tts", { response: "Old." }),
        frame("complete", {}, 4_096), ...answer]);
    equal(done.filter((a) => a.do === "showAnswer"), [{ do: "showAnswer", turn: 2, text: "Hello!" }]);
});

check("starting over stops everything and sends RESET", () => {
    const { names, phase } = run([...asked, ...answer, { type: "reset" }]);
    for (const name of ["silence", "sendReset", "clearLog"]) ok(names.includes(name), name);
    equal(phase, "idle");
});

check("an error frame ends its turn and is shown", () => {
    const { done, phase } = run([...asked, heard[0], frame("error", { message: "Could not understand audio." })]);
    equal(done.find((a) => a.do === "notice"), {
        do: "notice", notice: "server", message: "Could not understand audio." });
    equal(phase, "idle");
});

check("an error frame that belongs to no turn is shown and changes nothing else", () => {
    const { done, phase } = run([ready, frame("error", { message: "Busy." })]);
    equal(done.at(-1).message, "Busy.");
    equal(phase, "idle");
});

check("an error after digital silence blames the microphone", () => {
    const { done } = run([...asked.slice(0, 4), { type: "captured", ms: 900, peak: 0 }, frame("error")]);
    equal(done.find((a) => a.do === "notice").notice, "silentMicrophone");
});

check("an answer without sound completes", () => {
    const { names, phase } = run([...asked, ...heard, frame("complete")]);
    ok(names.includes("showTimes") && !names.includes("play"));
    equal(phase, "idle");
});

check("an announcement is shown and played", () => {
    const { done } = run([ready, frame("announcement", { response: "Your timer is up." }), { type: "chunk" },
        frame("complete", {}, 4_096)]);
    equal(done.find((a) => a.do === "showAnnouncement").text, "Your timer is up.");
    equal(done.at(-1), { do: "play", clip: 1 });
});

check("an announcement while the person speaks waits until they are done", () => {
    const speaking = run([ready, press, micReady, frame("announcement", { response: "Ring." }),
        frame("complete", {}, 4_096)]);
    ok(!speaking.names.includes("play"));
    equal(run([release, spoken], speaking.state).names.at(-1), "play");
});

check("an announcement between the end of speech and the answer does not end the turn", () => {
    const { done, state } = run([...asked, frame("announcement", { response: "Ring." }),
        frame("complete", {}, 4_096), ...answer]);
    equal(done.filter((a) => a.do === "showAnswer").map((a) => a.turn), [1]);
    equal([state.playing.kind, state.waiting.map((clip) => clip.kind)], ["announcement", ["answer"]]);
});

check("a press while an answer waits behind an announcement drops the answer, not the announcements", () => {
    const ring = [frame("announcement", { response: "Ring." }), frame("complete", {}, 9)];
    const { state } = run([...asked, ...ring, ...answer, ...ring, press]);
    equal([state.playing, state.waiting.map((clip) => clip.kind)], [null, ["announcement"]]);
});

check("announcements that wait are bounded", () => {
    const ring = [frame("announcement", { response: "Ring." }), frame("complete", {}, 9)];
    const { state } = run([ready, press, micReady, ...Array.from({ length: 50 }, () => ring).flat()]);
    equal(state.waiting.length, 4);
});

check("a lost connection ends turn and recording, and says that the question is lost", () => {
    for (const before of [asked, [ready, press, micReady]]) {
        const { done, phase } = run([...before, { type: "linkLost", waitMs: 500 }]);
        equal(done.at(-1), { do: "notice", notice: "lostTurn" });
        equal(phase, "offline");
    }
    equal(run([ready, { type: "linkLost", waitMs: 500 }]).names, ["clearNotice", "dropAudio"]);
});

check("cancelling before anything was sent keeps the connection; after, it is made anew", () => {
    ok(!run([ready, press, micReady, { type: "cancel", sent: false }]).names.includes("restart"));
    ok(run([ready, press, micReady, { type: "cancel", sent: true }]).names.includes("restart"));
});

check("what is captured after a cancel is not a question", () => {
    const { names } = run([ready, press, micReady, release, { type: "cancel", sent: false }, spoken]);
    ok(!names.includes("sendEnd"));
});

check("a server that never answers is given up", () => {
    const { names, phase } = run([...asked, { type: "overdue" }]);
    ok(names.includes("restart"));
    equal(phase, "idle");
    equal(run([ready, { type: "overdue" }]).names, ["clearNotice"]);
});

check("times are shown when the answer is first heard, with every stamp", () => {
    const { done } = run([...asked, ...heard, { type: "chunk" }, { type: "chunk" }, frame("complete", {}, 8_192),
        { type: "sounding", clip: 1, now: 99 }]);
    const { stamps } = done.find((a) => a.do === "showTimes").turn;
    equal(stamps, { end: 4, seconds: 1.5, transcription: 5, llm: 6, tts: 7, audio: 8, complete: 10, sounding: 99 });
});

check("unknown events and frames change nothing", () => {
    const before = run(asked).state;
    equal(run([{ type: "surprise" }, frame("surprise")], before).state, before);
});

check("a server that wants a key is not tried again, and the key is asked for", () => {
    const { state, done, phase } = run([ready, press, micReady, { type: "linkLocked", reason: "Invalid API key", shown: true }]);
    equal(state.link, "locked");
    equal(phase, "offline");
    equal(done.at(-1), { do: "askKey", reason: "Invalid API key", shown: true });
    ok(done.some((action) => action.do === "dropCapture"));
    equal(run([press], state).done, [{ do: "notice", notice: "locked" }]);
    equal(run([{ type: "keyForgotten" }], state).names, ["notice", "restart"]);
});

check("why a server refuses the page is said like its being away", () => {
    equal(run([{ type: "linkRefused", message: "Use its address." }]).done,
        [{ do: "notice", notice: "offline", message: "Use its address." }]);
});
