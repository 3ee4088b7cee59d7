import { Resampler } from "/Web/audio/resampler.js";
import { check, equal, near, ok, throws } from "./check.js";

function tone(rate, hertz, seconds = 0.5) {
    return Float32Array.from({ length: Math.round(rate * seconds) }, (_, n) => Math.sin((2 * Math.PI * hertz * n) / rate));
}

function convert(samples, rate, block = samples.length) {
    const resampler = new Resampler(rate);
    const parts = [];
    for (let at = 0; at < samples.length; at += block) parts.push(resampler.push(samples.subarray(at, at + block)));
    parts.push(resampler.flush());
    return Float32Array.from(parts.flatMap((part) => [...part]));
}

/** Decibels of the middle of a signal, away from its edges. */
function level(samples) {
    const middle = samples.slice(samples.length / 4, (samples.length * 3) / 4);
    return 10 * Math.log10(middle.reduce((sum, value) => sum + value * value, 0) / middle.length + 1e-20);
}

const RATES = [8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000];

check("the length follows the rate", () => {
    for (const rate of RATES) near(convert(tone(rate, 300), rate).length, 8_000, 2, `${rate} Hz:`);
});

check("16 kHz goes through unchanged", () => {
    const samples = tone(16_000, 440);
    equal([...convert(samples, 16_000)], [...samples]);
});

check("tones in the speech band keep their level within 0.1 dB", () => {
    for (const rate of RATES) {
        for (const hertz of [100, 1_000, 3_000]) near(level(convert(tone(rate, hertz), rate)), -3.01, 0.1, `${rate}, ${hertz}:`);
    }
    for (const rate of [44_100, 48_000]) near(level(convert(tone(rate, 6_800), rate)), -3.01, 0.1, `${rate}, 6800:`);
});

check("tones above 8 kHz do not fold back: 65 dB down", () => {
    for (const rate of [22_050, 44_100, 48_000, 96_000]) {
        for (const hertz of [8_100, 9_000, 10_500]) ok(level(convert(tone(rate, hertz), rate)) < -65, `${rate}, ${hertz}`);
    }
    ok(level(convert(tone(48_000, 15_000), 48_000)) < -65, "15 kHz");
});

check("output is in time with input", () => {
    for (const rate of [44_100, 48_000]) {
        const output = convert(tone(rate, 500), rate);
        for (let n = 1_000; n < 1_100; n += 1) {
            near(output[n], Math.sin((2 * Math.PI * 500 * n) / 16_000), 0.01, `${rate}, sample ${n}:`);
        }
    }
});

check("the result does not depend on how the input was cut", () => {
    for (const rate of [8_000, 44_100, 48_000]) {
        const samples = tone(rate, 700, 0.2);
        const whole = [...convert(samples, rate)];
        for (const block of [1, 7, 128, 1_024]) equal([...convert(samples, rate, block)], whole, `${rate}, ${block}:`);
    }
});

check("a constant stays a constant", () => {
    const output = convert(new Float32Array(24_000).fill(0.5), 48_000);
    near(Math.max(...output.slice(500, 7_500)), 0.5, 1e-4);
    near(Math.min(...output.slice(500, 7_500)), 0.5, 1e-4);
});

check("an empty block and an empty stream are nothing", () => {
    equal(new Resampler(48_000).push(new Float32Array(0)).length, 0);
    near(convert(new Float32Array(0), 48_000).length, 0, 1);
});

check("rates that no device has are refused", () => {
    for (const rate of [0, -1, NaN, Infinity, 2_000, 1e9]) throws(() => new Resampler(rate), `${rate}`);
});
