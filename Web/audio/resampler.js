/**
 * Changes the rate of a mono stream, block by block, with a windowed-sinc low-pass: nothing above the new half rate
 * folds back into the speech band. Positions are whole numbers in units of 1/L input samples, so nothing drifts and the
 * output does not depend on how the input was cut into blocks.
 */
export class Resampler {
    #step;
    #phases;
    #half;
    #filters;
    #kept;
    #position;

    /** @param {number} inputRate Hz. @param {number} outputRate Hz. Both are taken as whole numbers. */
    constructor(inputRate, outputRate = 16_000) {
        const from = Math.round(inputRate);
        const to = Math.round(outputRate);
        if (!(from >= 3_000 && from <= 768_000 && to >= 3_000 && to <= 768_000)) {
            throw new RangeError(`Cannot change ${inputRate} Hz to ${outputRate} Hz.`);
        }
        const common = greatestCommonDivisor(from, to);
        this.#step = from / common;
        this.#phases = to / common;
        this.#half = from === to ? 0 : halfWidth(from, to);
        this.#filters = new Map();
        this.from = from;
        this.to = to;
        // Half a filter of silence stands before the first sample, so that output 0 is centred on input 0.
        this.#kept = new Float32Array(Math.max(0, this.#half - 1));
        this.#position = 0;
    }

    /** @param {Float32Array} block samples at the input rate. @returns {Float32Array} samples at the output rate. */
    push(block) {
        if (this.#half === 0) return block.slice();
        const input = new Float32Array(this.#kept.length + block.length);
        input.set(this.#kept);
        input.set(block, this.#kept.length);

        const taps = 2 * this.#half;
        const output = [];
        let start = Math.floor(this.#position / this.#phases);
        while (start + taps <= input.length) {
            const filter = this.#filter(this.#position % this.#phases);
            let sum = 0;
            for (let tap = 0; tap < taps; tap += 1) sum += filter[tap] * input[start + tap];
            output.push(sum);
            this.#position += this.#step;
            start = Math.floor(this.#position / this.#phases);
        }
        const used = Math.min(start, input.length);
        this.#kept = input.slice(used);
        this.#position -= used * this.#phases;
        return Float32Array.from(output);
    }

    /** The rest that the filter still holds; the stream ends here. */
    flush() {
        return this.#half === 0 ? new Float32Array(0) : this.push(new Float32Array(this.#half));
    }

    #filter(phase) {
        let filter = this.#filters.get(phase);
        if (!filter) {
            filter = lowPass(phase / this.#phases, this.#half, this.from, this.to);
            this.#filters.set(phase, filter);
        }
        return filter;
    }
}

// 70 dB down from the lower half rate on, flat up to 7/8 of it. Kaiser's formulas give length and shape.
const STOP_DECIBEL = 70;
const PASS = 7 / 8;
const BETA = 0.1102 * (STOP_DECIBEL - 8.7);

function halfWidth(from, to) {
    const edge = Math.min(from, to) / 2;
    const transition = (2 * Math.PI * edge * (1 - PASS)) / from;
    return Math.ceil((STOP_DECIBEL - 8) / (2.285 * transition) / 2) + 1;
}

function lowPass(fraction, half, from, to) {
    const cutoff = ((Math.min(from, to) / 2) * (1 + PASS)) / 2 / from;
    const filter = new Float64Array(2 * half);
    let total = 0;
    for (let tap = 0; tap < filter.length; tap += 1) {
        const distance = tap - (half - 1) - fraction;
        const angle = 2 * Math.PI * cutoff * distance;
        const sinc = Math.abs(angle) < 1e-9 ? 1 : Math.sin(angle) / angle;
        filter[tap] = sinc * kaiser(distance / half);
        total += filter[tap];
    }
    return filter.map((value) => value / total);
}

function kaiser(place) {
    return Math.abs(place) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - place * place)) / bessel(BETA);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function bessel(x) {
    let sum = 1;
    let term = 1;
    for (let k = 1; k < 40; k += 1) {
        term *= (x / (2 * k)) ** 2;
        sum += term;
    }
    return sum;
}

function greatestCommonDivisor(a, b) {
    while (b !== 0) [a, b] = [b, a % b];
    return a;
}
