/**
 * Reads a WAV of 16-bit PCM.
 * @param {Uint8Array} bytes
 * @returns {{rate: number, channels: Float32Array[]}} samples −1…1.
 * @throws {Error} with a sentence, for anything else.
 */
export function parseWAV(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.byteLength < 12 || tag(view, 0) !== "RIFF" || tag(view, 8) !== "WAVE") {
        throw new Error("The server's audio is not a WAV file.");
    }
    let format = null;
    let at = 12;
    while (at + 8 <= view.byteLength) {
        const name = tag(view, at);
        const size = view.getUint32(at + 4, true);
        const start = at + 8;
        if (name === "fmt ") format = readFormat(view, start, size);
        if (name === "data" && format) return samples(view, start, size, format);
        at = start + size + (size % 2);
    }
    throw new Error("The server's audio is cut short.");
}

function readFormat(view, start, size) {
    if (size < 16 || start + 16 > view.byteLength) throw new Error("The server's audio is cut short.");
    const format = {
        kind: view.getUint16(start, true),
        channels: view.getUint16(start + 2, true),
        rate: view.getUint32(start + 4, true),
        bits: view.getUint16(start + 14, true),
    };
    const known = format.kind === 1 && format.bits === 16 && format.channels >= 1 && format.channels <= 2;
    if (!known || format.rate < 8_000 || format.rate > 96_000) {
        throw new Error("The server's audio is of a kind this page cannot play.");
    }
    return format;
}

function samples(view, start, size, { channels, rate }) {
    // A header written before the length was known holds a size that is too large.
    const bytes = Math.min(size, view.byteLength - start);
    const frames = Math.floor(bytes / (2 * channels));
    const result = Array.from({ length: channels }, () => new Float32Array(frames));
    for (let frame = 0; frame < frames; frame += 1) {
        for (let channel = 0; channel < channels; channel += 1) {
            result[channel][frame] = view.getInt16(start + 2 * (frame * channels + channel), true) / 0x8000;
        }
    }
    return { rate, channels: result };
}

function tag(view, at) {
    return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}
