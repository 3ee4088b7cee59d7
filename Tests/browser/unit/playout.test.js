import { Playout } from "/Web/audio/playout.js";
import { SpokenWords } from "/Web/audio/spoken-words.js";
import { check, equal, near, ok } from "./check.js";

const RATE = 1_000;
const options = { startMs: 80, longestMs: 300, fadeMs: 30 };
const ones = (count) => new Float32Array(count).fill(1);

/** The next samples of a playout. */
function pull(playout, count) {
    const output = new Float32Array(count);
    playout.render(output);
    return output;
}

/** The largest step from one sample to the next. */
const jump = (samples) => Math.max(...samples.map((value, index) => Math.abs(value - (samples[index - 1] ?? value))));

check("it begins when enough waits", () => {
    const playout = new Playout(RATE, options);
    playout.push(ones(79));
    equal([pull(playout, 16)[0], playout.played], [0, 0]);
    playout.push(ones(1));
    equal([pull(playout, 16)[0], playout.played], [1, 16]);
});

check("a short answer begins with its end", () => {
    const playout = new Playout(RATE, options);
    playout.push(ones(10));
    pull(playout, 16);
    playout.end();
    equal([...pull(playout, 16)].filter((value) => value === 1).length, 10);
    equal([playout.played, playout.over, playout.underruns], [10, true, 0]);
});

check("every sample is given out once, in order, however it was cut", () => {
    const playout = new Playout(RATE, options);
    const all = Float32Array.from({ length: 500 }, (_, index) => index + 1);
    for (let at = 0; at < 500; at += 37) playout.push(all.slice(at, at + 37));
    playout.end();
    const heard = [];
    while (!playout.over) heard.push(...pull(playout, 16));
    equal(heard.slice(0, 500), [...all]);
});

check("after a gap more waits before it goes on, up to a limit", () => {
    const playout = new Playout(RATE, options);
    const waits = [];
    for (let gap = 0; gap < 4; gap += 1) {
        waits.push(playout.wanted);
        playout.push(ones(playout.wanted));
        while (playout.queued > 0) pull(playout, 16);
        pull(playout, 16);
    }
    equal(waits, [80, 160, 300, 300]);
    equal([playout.underruns, playout.over], [4, false]);
});

check("on hold it fades within 30 ms, gives out nothing more, and goes on where it was", () => {
    const playout = new Playout(RATE, options);
    playout.push(ones(1_000));
    pull(playout, 100);
    playout.hold();
    const fading = pull(playout, 64);
    ok(jump([1, ...fading]) < 0.05, "it was cut");
    equal([...fading.slice(31)].every((value) => value === 0), true);
    const { played } = playout;
    ok(played <= 132, `${played}`);
    equal([...pull(playout, 64)].some((value) => value !== 0), false);
    equal(playout.played, played);
    playout.goOn();
    const back = pull(playout, 64);
    ok(jump([0, ...back]) < 0.05 && back[63] === 1);
    equal(playout.played, played + 64);
});

check("stopped it leaves 30 ms that fade, and is over", () => {
    const playout = new Playout(RATE, options);
    playout.push(ones(1_000));
    pull(playout, 100);
    const tail = playout.stop();
    equal(tail.length, 30);
    ok(jump([1, ...tail, 0]) < 0.05);
    equal([playout.over, playout.played, playout.queued, pull(playout, 16)[0]], [true, 100, 0, 0]);
});

check("stopped before it began, or on hold, it leaves nothing", () => {
    const waiting = new Playout(RATE, options);
    waiting.push(ones(10));
    equal(waiting.stop().length, 0);
    const held = new Playout(RATE, options);
    held.push(ones(1_000));
    pull(held, 100);
    held.hold();
    pull(held, 64);
    equal(held.stop().length, 0);
});

check("what runs out is let out softly", () => {
    const playout = new Playout(16_000);
    playout.push(ones(2_000));
    const heard = [];
    while (playout.underruns === 0) heard.push(...pull(playout, 128));
    ok(heard[1_999] < 0.05, `${heard[1_999]}`);
    near(heard[1_900], 1, 1e-6);
});

check("words count from their middle, between the times of their piece", () => {
    const words = new SpokenWords();
    words.add("one two", 0);
    words.add("three", 700);
    words.end(1_200);
    equal([0, 100, 149, 151, 549, 551, 700, 949, 951, 5_000].map((ms) => words.heard(ms)), [0, 0, 0, 1, 1, 2, 2, 2, 3, 3]);
});

check("the length of the newest piece is guessed by the pace before, and is never less than what arrived", () => {
    const words = new SpokenWords();
    words.add("aaaa aaaa aa", 0);
    equal([words.heard(120), words.heard(140)], [0, 1]);
    equal(words.heard(500, 6_000), 0);
    words.add("bb bb bb bb bb", 1_200);
    equal([words.heard(1_200), words.heard(1_299), words.heard(1_301)], [3, 3, 4]);
});

check("pieces without words, and times that go backwards, harm nothing", () => {
    const words = new SpokenWords();
    words.add("  ", 0);
    equal(words.heard(100), 0);
    words.add("one", 900);
    words.add("two", 300);
    words.end(100);
    ok(words.heard(1_000) >= 0 && words.heard(10_000) === 2);
});
