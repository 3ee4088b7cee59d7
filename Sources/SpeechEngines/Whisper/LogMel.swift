import Glibc
import VoicePipeline

/// Whisper's log-mel spectrogram of zero-padded audio.
///
/// Windows of 400 samples (Hann) every 160, mirrored at both ends, power, mel bands, log10, at most 8 below the
/// loudest value, scaled to about -1…1.
/// - Source: openai-whisper 20250625, `whisper/audio.py`.
package struct LogMel {
    static let windowLength = 400
    package static let hop = 160

    /// Frames computed in one go: four lanes, two frames in each as real and imaginary part.
    private static let batch = 8

    private let filters: MelFilters
    private let transform: FourierTransform
    private let window: [Float]

    /// Number of mel bands.
    package var bands: Int { filters.bands.count }

    package init(filters: MelFilters) throws(EngineError) {
        guard let transform = FourierTransform(length: Self.windowLength) else {
            throw .unavailable("no Fourier transform of length \(Self.windowLength)")
        }
        self.filters = filters
        self.transform = transform
        window = (0..<Self.windowLength).map {
            Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(Self.windowLength)))
        }
    }

    /// Computes the spectrogram of `samples` followed by zeros.
    /// - Parameters:
    ///   - samples: mono, 16 kHz, -1…1, finite.
    ///   - frames: 10 ms each; `frames × 160` samples are looked at. At least 3.
    ///   - output: `bands × frames` values, one row a band.
    package func compute(_ samples: [Float], frames: Int, into output: UnsafeMutableBufferPointer<Float>) {
        guard frames >= 3, output.count == bands * frames else { return }
        let padded = Self.mirrored(samples, count: frames * Self.hop)
        // Windows behind the last sample hold zeros only, unless the mirrored end reaches into them.
        let heard = min(samples.count, frames * Self.hop)
        let reached = (heard + Self.windowLength / 2 + Self.hop - 1) / Self.hop
        let mirrorBegins = frames * Self.hop - Self.windowLength / 2 - 1
        let used = heard > mirrorBegins ? frames : min(frames, max(reached, 2))
        let floor = log10(Float(1e-10))
        var loudest = floor
        var scratch = Scratch(length: Self.windowLength)
        var first = 0
        while first < used {
            gather(padded, first, used, &scratch)
            transform(&scratch.real, &scratch.imaginary, spare: &scratch.spareReal, &scratch.spareImaginary)
            scratch.computePowers()
            loudest = max(loudest, sum(&scratch, first, used, frames, output))
            first += Self.batch
        }
        let lowest = loudest - 8
        for band in 0..<bands {
            let row = UnsafeMutableBufferPointer(rebasing: output[band * frames..<(band + 1) * frames])
            for frame in 0..<used { row[frame] = (max(row[frame], lowest) + 4) / 4 }
            row[used...].update(repeating: (max(floor, lowest) + 4) / 4)
        }
    }

    /// The samples, zeros up to `count`, and half a window mirrored at both ends.
    private static func mirrored(_ samples: [Float], count: Int) -> [Float] {
        let half = windowLength / 2
        var padded = [Float](repeating: 0, count: count + windowLength)
        let heard = min(samples.count, count)
        for index in 0..<heard { padded[half + index] = samples[index] }
        for index in 1...half {
            padded[half - index] = padded[half + index]
            padded[half + count - 1 + index] = padded[half + count - 1 - index]
        }
        return padded
    }

    private func gather(_ padded: [Float], _ first: Int, _ used: Int, _ scratch: inout Scratch) {
        padded.withUnsafeBufferPointer { padded in
            // The last batch may be short: its spare lanes repeat the last frame and are not used.
            let starts = (0..<Self.batch).map { min(first + $0, used - 1) * Self.hop }
            for index in 0..<Self.windowLength {
                let weight = window[index]
                scratch.real[index] =
                    SIMD4(
                        padded[starts[0] + index], padded[starts[2] + index], padded[starts[4] + index],
                        padded[starts[6] + index]) * weight
                scratch.imaginary[index] =
                    SIMD4(
                        padded[starts[1] + index], padded[starts[3] + index], padded[starts[5] + index],
                        padded[starts[7] + index]) * weight
            }
        }
    }

    /// Sums the powers into bands and takes the logarithm.
    /// - Returns: the loudest value.
    private func sum(
        _ scratch: inout Scratch, _ first: Int, _ used: Int, _ frames: Int,
        _ output: UnsafeMutableBufferPointer<Float>
    ) -> Float {
        var loudest = -Float.infinity
        let count = min(Self.batch, used - first)
        for (index, band) in filters.bands.enumerated() {
            var energy = SIMD8<Float>()
            var bin = band.firstBin
            for weight in band.weights {
                energy += scratch.powers[bin] * weight
                bin += 1
            }
            for lane in 0..<count {
                let value = log10(max(energy[lane], 1e-10))
                loudest = max(loudest, value)
                output[index * frames + first + lane] = value
            }
        }
        return loudest
    }

    private struct Scratch {
        var real: [SIMD4<Float>]
        var imaginary: [SIMD4<Float>]
        var spareReal: [SIMD4<Float>]
        var spareImaginary: [SIMD4<Float>]
        /// For every bin the powers of the batch's eight frames.
        var powers: [SIMD8<Float>]

        init(length: Int) {
            real = Array(repeating: SIMD4(), count: length)
            imaginary = real
            spareReal = real
            spareImaginary = real
            powers = Array(repeating: SIMD8(), count: MelFilters.bins)
        }

        /// Takes the spectra of the two real signals in each lane apart: with `Z = A + iB`, the conjugate-even part of
        /// `Z` belongs to the first and the conjugate-odd part to the second.
        mutating func computePowers() {
            for bin in powers.indices {
                let mirror = bin == 0 ? 0 : real.count - bin
                let firstReal = (real[bin] + real[mirror]) * 0.5
                let firstImaginary = (imaginary[bin] - imaginary[mirror]) * 0.5
                let secondReal = (imaginary[bin] + imaginary[mirror]) * 0.5
                let secondImaginary = (real[mirror] - real[bin]) * 0.5
                let even = firstReal * firstReal + firstImaginary * firstImaginary
                let odd = secondReal * secondReal + secondImaginary * secondImaginary
                powers[bin] = SIMD8(even[0], odd[0], even[1], odd[1], even[2], odd[2], even[3], odd[3])
            }
        }
    }
}
