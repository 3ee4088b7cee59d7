import { Inbox } from "/Web/audio/inbox.js";
import { loudness, pcm16, peak, rms } from "/Web/audio/pcm.js";
import { Utterance } from "/Web/audio/utterance.js";
import { parseWAV } from "/Web/audio/wav.js";
import { check, equal, near, ok, throws } from "./check.js";

const int16 = (bytes) => [...new Int16Array(bytes)];

check("samples become 16-bit little-endian, clipped at the ends", () => {
    equal(int16(pcm16(Float32Array.of(0, 1, -1, 2, -2, 0.5, NaN))), [0, 32_767, -32_768, 32_767, -32_768, 16_384, 0]);
    equal([...new Uint8Array(pcm16(Float32Array.of(1)))], [0xff, 0x7f]);
});

check("peak and root mean square", () => {
    near(peak(Float32Array.of(0.1, -0.7, 0.3)), 0.7, 1e-6);
    near(rms(Float32Array.of(0.5, -0.5)), 0.5, 1e-6);
    equal([peak(new Float32Array(0)), rms(new Float32Array(0))], [0, 0]);
});

check("loudness goes from 0 to 1", () => {
    equal([loudness(0), loudness(NaN), loudness(0.0001), loudness(1)], [0, 0, 0, 1]);
    ok(loudness(0.01) > 0.2 && loudness(0.01) < loudness(0.1));
});

check("a short recording hands nothing on, a longer one everything in order", () => {
    const utterance = new Utterance({ rate: 1_000, shortestMs: 200, longestMs: 1_000 });
    equal(utterance.push(new Float32Array(100).fill(0.25)).length, 0);
    equal(utterance.sent, false);
    const ready = utterance.push(new Float32Array(100).fill(-0.5));
    equal(ready.map((bytes) => bytes.byteLength), [200, 200]);
    equal([int16(ready[0])[0], int16(ready[1])[0]], [8_192, -16_384]);
    equal([utterance.sent, utterance.milliseconds, utterance.peak], [true, 200, 0.5]);
});

check("a recording is cut at its longest length", () => {
    const utterance = new Utterance({ rate: 1_000, shortestMs: 0, longestMs: 500 });
    const bytes = Array.from({ length: 8 }, () => utterance.push(new Float32Array(99))).flat();
    equal(bytes.reduce((sum, part) => sum + part.byteLength, 0), 1_000);
    equal([utterance.full, utterance.milliseconds], [true, 500]);
});

/** A WAV with the given chunks between header and end. */
function wav(...chunks) {
    const bytes = [...text("RIFF"), ...word(0), ...text("WAVE"), ...chunks.flat()];
    return Uint8Array.from(bytes);
}
const text = (value) => [...value].map((letter) => letter.charCodeAt(0));
const half = (value) => [value & 255, (value >> 8) & 255];
const word = (value) => [...half(value & 65_535), ...half(value >>> 16)];
const chunk = (name, bytes, size = bytes.length) => [...text(name), ...word(size), ...bytes];
const format = ({ kind = 1, channels = 1, rate = 16_000, bits = 16 } = {}) =>
    chunk("fmt ", [...half(kind), ...half(channels), ...word(rate), ...word(rate * 2), ...half(2), ...half(bits)]);

check("a WAV is read", () => {
    const { rate, channels } = parseWAV(wav(format(), chunk("data", [0, 0x40, 0, 0x80])));
    equal([rate, channels.map((samples) => [...samples])], [16_000, [[0.5, -1]]]);
});

check("a stereo WAV, other chunks, odd sizes and a place inside a larger buffer", () => {
    const inner = wav(format({ channels: 2, rate: 22_050 }), chunk("LIST", [1, 2, 3]), [0],
        chunk("data", [0, 0x40, 0, 0xc0]));
    const outer = new Uint8Array(inner.length + 5);
    outer.set(inner, 5);
    const { channels } = parseWAV(outer.subarray(5));
    equal(channels.map((samples) => [...samples]), [[0.5], [-0.5]]);
});

check("a data size that is too large takes what is there", () => {
    equal(parseWAV(wav(format(), chunk("data", [0, 0x40, 9], 0xffffffff))).channels[0].length, 1);
});

check("what is not such a WAV is refused with a sentence", () => {
    const bad = {
        empty: new Uint8Array(0),
        text: Uint8Array.from(text("hello, this is no audio")),
        "no data": wav(format()),
        "no format": wav(chunk("data", [0, 0])),
        "short format": wav(chunk("fmt ", [1, 0])),
        "cut format": wav(chunk("fmt ", [1, 0], 16)),
        float: wav(format({ kind: 3, bits: 32 }), chunk("data", [0, 0, 0, 0])),
        "8 bit": wav(format({ bits: 8 }), chunk("data", [0])),
        "no channels": wav(format({ channels: 0 }), chunk("data", [0, 0])),
        "9 channels": wav(format({ channels: 9 }), chunk("data", [0, 0])),
        "rate 0": wav(format({ rate: 0 }), chunk("data", [0, 0])),
    };
    for (const [name, bytes] of Object.entries(bad)) ok(/audio .*\.$/.test(throws(() => parseWAV(bytes), name)), name);
});

check("every cut of a WAV is read or refused, never out of bounds", () => {
    const whole = wav(format(), chunk("data", [1, 2, 3, 4]));
    for (let end = 0; end < whole.length; end += 1) {
        try {
            parseWAV(whole.subarray(0, end));
        } catch (error) {
            ok(error.message.startsWith("The server's audio"), `${end}: ${error.message}`);
        }
    }
});

check("the inbox joins chunks in order and is empty afterwards", () => {
    const inbox = new Inbox(10);
    inbox.push(Uint8Array.of(1, 2).buffer);
    inbox.push(Uint8Array.of(3).buffer);
    equal(inbox.size, 3);
    equal([...inbox.take()], [1, 2, 3]);
    equal(inbox.size, 0);
});

check("an inbox over its limit holds nothing until it is cleared", () => {
    const inbox = new Inbox(4);
    for (let count = 0; count < 3; count += 1) inbox.push(new ArrayBuffer(2));
    inbox.push(new ArrayBuffer(1));
    equal(inbox.size, 0);
    inbox.clear();
    inbox.push(new ArrayBuffer(4));
    equal(inbox.size, 4);
});
