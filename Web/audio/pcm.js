/** Float samples to 16-bit little-endian bytes, as the protocol sends them. Out of range is clipped; NaN is silence. */
export function pcm16(samples) {
    const bytes = new ArrayBuffer(samples.length * 2);
    const view = new DataView(bytes);
    for (let index = 0; index < samples.length; index += 1) {
        const clipped = Math.max(-1, Math.min(1, samples[index])) || 0;
        view.setInt16(index * 2, Math.round(clipped < 0 ? clipped * 0x8000 : clipped * 0x7fff), true);
    }
    return bytes;
}

/** 16-bit little-endian bytes to float samples; half a sample at the end is left out. @param {ArrayBuffer} bytes */
export function float32(bytes) {
    const view = new DataView(bytes);
    return Float32Array.from({ length: Math.floor(bytes.byteLength / 2) }, (_, index) => view.getInt16(index * 2, true) / 0x8000);
}

/** The largest magnitude in a block, 0…1 and over. */
export function peak(samples) {
    let largest = 0;
    for (const sample of samples) largest = Math.max(largest, Math.abs(sample));
    return largest;
}

/** Root of the mean square of a block; 0 for an empty one. */
export function rms(samples) {
    if (samples.length === 0) return 0;
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    return Math.sqrt(sum / samples.length);
}

/** A place on the meter, 0…1, for a root mean square: 0 at −55 dBFS, 1 at −10 dBFS, even steps of loudness between. */
export function loudness(value) {
    if (!(value > 0)) return 0;
    return Math.max(0, Math.min(1, (20 * Math.log10(value) + 55) / 45));
}
