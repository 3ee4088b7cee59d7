import { isAttentive } from "/Web/hands-free.js";
import { phaseOf, step } from "/Web/machine.js";
import { check, equal, ok } from "./check.js";
import { run } from "./machine-run.js";

const STREAM = { audio: "stream", turns: "manual", bargeIn: false };
const AUTO = { audio: "stream", turns: "auto", bargeIn: true };
const frame = (status, more = {}) => ({ type: "frame", frame: { status, ...more }, bytes: 0 });
const stage = (name, more = {}) => frame("processing", { stage: name, ...more });
const press = { type: "press" };
const micReady = { type: "micReady" };
const spoken = { type: "captured", ms: 1_500, peak: 0.4 };
const asked = [{ type: "linkReady", agreed: STREAM }, press, micReady, { type: "release" }, spoken];
const begun = [stage("transcription"), stage("llm", { transcript: "hello" })];
const audio = [frame("audio", { sample_rate: 16_000 }), frame("speaking", { text: "Well,", at_ms: 0 })];
const rest = [stage("tts", { response: "Well, hello." }), frame("audio_end", { duration_ms: 900 }), frame("complete", { timeline: { first_audio: 9 } })];
const sounding = { type: "sounding", clip: 1 };

check("a streamed answer plays with its first audio and ends with its last", () => {
    const { done, state, phase } = run([...asked, ...begun, ...audio]);
    equal(done.slice(-4).map((action) => action.do), ["openStream", "play", "awaitReply", "markWords"]);
    equal(done.at(-1), { do: "markWords", clip: 1, turn: 1, text: "Well,", at: 0 });
    equal(phase, "speaking");
    const after = run(rest, state);
    ok(after.names.includes("showAnswer") && after.names.includes("replied"));
    equal(after.done.find((action) => action.do === "endStream"), { do: "endStream", clip: 1, ms: 900 });
    equal([after.phase, run([{ type: "played", clip: 1 }], after.state).phase], ["speaking", "idle"]);
    equal(run([{ type: "played", clip: 1 }], after.state).done, [{ do: "spoken", turn: 1 }]);
});

check("the times are shown once, whichever comes first: the sound or the end", () => {
    for (const events of [[...audio, sounding, ...rest], [...audio, ...rest, sounding]]) {
        const times = run([...asked, ...begun, ...events]).done.filter((action) => action.do === "showTimes");
        equal(times.length, 1);
        equal(typeof times[0].turn.stamps.sounding, "number");
        equal(times[0].turn.timeline, { first_audio: 9 });
    }
});

check("an answer that was played before it is complete has its times too", () => {
    const { done } = run([...asked, ...begun, ...audio, rest[1], sounding, { type: "played", clip: 1 }, rest[0], rest[2]]);
    equal(typeof done.find((action) => action.do === "showTimes").turn.stamps.sounding, "number");
});

check("a stream ends with complete, an error or the connection, if not by itself", () => {
    for (const end of [frame("complete"), frame("error", { message: "No." }), { type: "linkLost", waitMs: 1 }, { type: "overdue" }]) {
        const { state, done } = run([...asked, ...begun, ...audio, end]);
        equal([done.find((action) => action.do === "endStream")?.clip, state.stream, state.playing?.id], [1, null, 1]);
    }
});

check("the same again while it records: interrupted, and asked anew", () => {
    const { done, names, state } = run([...asked, ...begun, ...audio, press]);
    equal(done.find((action) => action.do === "interrupt"), { do: "interrupt", turn: 1, isPlaying: true, isCurrent: true });
    ok(names.indexOf("interrupt") < names.lastIndexOf("openMicrophone"));
    equal([state.turns, state.playing, state.stream, state.cancels], [[], null, null, 1]);
});

check("what comes of a stopped answer before its `cancelled` is ignored", () => {
    const late = [frame("speaking", { text: "more", at_ms: 500 }), ...rest];
    const { state, done } = run([...asked, ...begun, ...audio, press, micReady, { type: "release" }, spoken, ...late]);
    equal(state.turns.map((turn) => [turn.id, turn.stage]), [[2, null]]);
    const { done: next } = run([frame("cancelled", { heard: "Well" }), ...begun, ...audio], state);
    equal(next.filter((action) => action.do === "play"), [{ do: "play", clip: 2 }]);
    ok(!done.some((action) => action.do === "showAnswer"));
});

check("Esc interrupts while it thinks and while it speaks, but only what there is", () => {
    for (const before of [[...asked, begun[0]], [...asked, ...begun, ...audio]]) {
        const { names, phase } = run([...before, { type: "cancel", sent: false }]);
        equal([names.filter((name) => name === "interrupt").length, phase], [1, "idle"]);
    }
    equal(run([asked[0], { type: "cancel", sent: false }]).names, ["clearNotice"]);
});

check("while another answer is made, what was played counts not for it", () => {
    const { done } = run([...on, ...turn, ...begun, ...audio, ...rest, sounding, ...turn, { type: "pin" }]);
    equal(done.find((action) => action.do === "interrupt"), { do: "interrupt", turn: 1, isPlaying: true, isCurrent: false });
});

check("starting over is fenced, so that nothing of what was forgotten is taken for new", () => {
    const { names, state } = run([...asked, begun[0], { type: "reset" }]);
    ok(names.indexOf("sendReset") < names.indexOf("sendCancel"));
    equal(run([...begun.slice(1), ...audio, ...rest], state).names, []);
    equal(run([frame("cancelled")], state).state.cancels, 0);
});

check("held keeps the answer, resumed goes on, cancelled throws it away and says what was heard", () => {
    const playing = run([...asked, ...begun, ...audio]).state;
    const on = run([frame("held")], playing);
    equal([on.phase, on.names[0]], ["held", "hold"]);
    const back = run([frame("resumed")], on.state);
    equal([back.phase, back.names.includes("goOn")], ["speaking", true]);
    const gone = run([frame("cancelled", { heard: "Well, hel" })], on.state);
    equal(gone.done.find((action) => action.do === "cutAnswer"), { do: "cutAnswer", turn: 1, words: 2 });
    equal([gone.state.turns, gone.state.playing, gone.state.onHold], [[], null, false]);
    ok(gone.names.includes("silence"));
});

check("audio that comes while the answer is held waits", () => {
    const { names, state } = run([...asked, ...begun, frame("held"), ...audio]);
    ok(!names.includes("play"));
    equal(run([frame("resumed")], state).names.at(-1), "play");
});

check("an announcement is streamed beside turns, and survives an interruption", () => {
    const ring = [frame("announcement", { response: "Ring." }), frame("audio", { sample_rate: 16_000 }), frame("speaking", { text: "Ring.", at_ms: 0 })];
    const { state, done } = run([asked[0], ...ring]);
    equal(done.filter((action) => action.do === "play").length, 1);
    equal(run([frame("audio_end"), frame("complete")], state).state.receiving, null);
    const both = run([...asked, ...begun, ...audio, ...rest, ...ring, press]).state;
    equal([both.waiting.map((clip) => clip.kind), both.stream], [["announcement"], 2]);
    equal(run([frame("audio_end")], both).names, ["endStream"]);
});

check("audio without a turn, or a second time, is ignored", () => {
    equal(run([asked[0], ...audio]).names, ["clearNotice"]);
    const { state } = run([...asked, ...begun, ...audio, audio[0]]);
    equal([state.playing.id, state.waiting], [1, []]);
});

const on = [{ type: "linkReady", agreed: STREAM }, { type: "pin" }, { type: "micReady", echoCancelled: true },
    { type: "linkConnecting" }, { type: "linkReady", agreed: AUTO }];
const turn = [frame("speech_started"), frame("partial", { stable: "he", text: "hello" }), frame("speech_ended")];

check("hands-free opens the microphone, agrees on a connection, and listens", () => {
    const { done, names, phase, state } = run(on);
    equal(done.find((action) => action.do === "agree"), { do: "agree", turns: "auto", bargeIn: true });
    ok(names.indexOf("openMicrophone") < names.indexOf("agree") && names.at(-1) === "listen");
    equal([phase, isAttentive(state)], ["attending", true]);
});

check("a hands-free turn has its phases", () => {
    let { state } = run(on);
    const phases = [];
    for (const event of [...turn, ...begun, ...audio, ...rest, { type: "played", clip: 1 }]) {
        [state] = step(state, { now: 0, ...event });
        phases.push(phaseOf(state));
    }
    equal([...new Set(phases)], ["hearing", "transcribing", "thinking", "speaking", "attending"]);
});

check("partials are shown in two parts, and wholly as likely to change where they do not fit", () => {
    equal(run([...on, turn[1]]).done.at(-2), { do: "showPartial", stable: "he", rest: "llo" });
    equal(run([...on, frame("partial", { stable: "by", text: "hello" })]).done.at(-2), { do: "showPartial", stable: "", rest: "hello" });
    equal(run([asked[0], turn[1]]).done.at(-1).do, "showPartial");
});

check("speech that came to nothing is forgotten", () => {
    equal(run([...on, turn[0], { type: "quiet" }]).phase, "attending");
});

check("without echo cancellation nothing is sent while an answer is made or sounds, and that is said", () => {
    const deaf = [on[0], on[1], { type: "micReady", echoCancelled: false }, { type: "linkReady", agreed: { ...AUTO, bargeIn: false } }];
    const { done, state } = run(deaf);
    equal(done.find((action) => action.do === "agree").bargeIn, false);
    equal(done.at(-1), { do: "notice", notice: "noBargeIn" });
    equal(isAttentive(state), true);
    for (const events of [turn, [...turn, ...begun, ...audio], [...turn, ...begun, ...audio, ...rest]]) {
        equal(isAttentive(run(events, state).state), false);
    }
    equal(isAttentive(run([...turn, ...begun, ...audio, ...rest, { type: "played", clip: 1 }], state).state), true);
});

check("with barge-in it listens all the time", () => {
    equal(isAttentive(run([...on, ...turn, ...begun, ...audio]).state), true);
});

check("a server that cannot find the end of speech is named, and the microphone closed", () => {
    const { done, names, phase } = run([...on.slice(0, 3), { type: "linkReady" }]);
    ok(names.includes("closeMicrophone"));
    equal([done.at(-1).notice, phase], ["noHandsFree", "idle"]);
});

check("the pin interrupts an answer, sends what is being said, or ends hands-free", () => {
    const pin = { type: "pin" };
    ok(run([...on, ...turn, ...begun, ...audio, pin]).names.includes("interrupt"));
    const sent = run([...on, turn[0], pin]);
    equal([sent.names.slice(-2), sent.phase], [["sendEnd", "awaitReply"], "transcribing"]);
    const ended = run([...on, pin]);
    ok(ended.names.includes("dropCapture"));
    equal([ended.done.at(-1), ended.state.handsFree], [{ do: "agree", turns: "manual", bargeIn: false }, "off"]);
});

check("Esc first silences, then ends hands-free; so do hiding and another mode", () => {
    const once = run([...on, ...turn, ...begun, ...audio, { type: "cancel", sent: false }]);
    equal([once.names.includes("interrupt"), once.state.handsFree], [true, "on"]);
    equal(run([{ type: "cancel", sent: false }], once.state).state.handsFree, "off");
    const hidden = run([...on, { type: "leave", notice: "hiddenHandsFree" }]);
    ok(hidden.done.some((action) => action.notice === "hiddenHandsFree"));
    equal(hidden.state.handsFree, "off");
    equal(run([asked[0], { type: "leave" }]).names, ["clearNotice"]);
});

check("a microphone that is refused, late or pulled out ends hands-free", () => {
    const refused = run([...on.slice(0, 2), { type: "micFailed", reason: "refused" }]);
    equal([refused.done.at(-1).notice, refused.state.handsFree], ["refused", "off"]);
    equal(run([...on.slice(0, 2), { type: "pin" }, micReady]).names.at(-1), "closeMicrophone");
    const pulled = run([...on, { type: "micLost" }]);
    equal([pulled.state.handsFree, pulled.done.some((action) => action.notice === "unplugged")], ["off", true]);
});

check("hands-free outlives a lost connection, but not a wrong key", () => {
    const lost = run([...on, turn[0], { type: "linkLost", waitMs: 1 }]);
    equal([lost.phase, isAttentive(lost.state)], ["offline", false]);
    equal(run([{ type: "linkReady", agreed: AUTO }], lost.state).names.at(-1), "listen");
    const locked = run([...on, { type: "linkLocked", reason: "", shown: true }]);
    equal([locked.state.handsFree, locked.names.includes("dropCapture")], ["off", true]);
});

check("hands-free does not begin without a server, nor while the pin records", () => {
    equal(run([{ type: "pin" }]).done.at(-1).notice, "offline");
    equal(run([asked[0], press, { type: "pin" }]).state.handsFree, "off");
    equal(run([...on, press]).names.at(-1), "listen");
});
