/// How Moonshine is given audio, and how much text may come of it.
package struct MoonshineLimits: Equatable, Sendable {
    static let sampleRate = 16_000
    /// The model invents and repeats on more than this, samples: 24 s. Longer audio is cut.
    package static let longest = 24 * sampleRate
    /// Shorter audio is followed by zeros, samples: the encoder's windows need it.
    package static let shortest = sampleRate / 2

    /// Length of the audio in seconds.
    package var duration: Double
    /// Text tokens at most; a person says no more.
    package var maxTokens: Int

    package init(samples count: Int) {
        duration = Double(count) / Double(Self.sampleRate)
        maxTokens = Int(6.5 * duration) + 4
    }

    /// Cuts audio that is too long, in its quietest 0.2 s between the tenth second and the longest length.
    /// - Returns: the parts, in order; together they are the whole.
    package static func parts(_ samples: [Float]) -> [ArraySlice<Float>] {
        var parts: [ArraySlice<Float>] = []
        var rest = samples[...]
        while rest.count > longest {
            let place = quietest(rest)
            parts.append(rest[..<place])
            rest = rest[place...]
        }
        return parts + [rest]
    }

    private static func quietest(_ samples: ArraySlice<Float>) -> Int {
        let step = sampleRate / 50
        let around = 5
        let powers = stride(from: samples.startIndex, to: samples.startIndex + longest, by: step).map { start in
            samples[start..<start + step].reduce(Float(0)) { $0 + $1 * $1 }
        }
        var best = powers.count - 1
        var least = Float.infinity
        for index in 10 * 50..<powers.count - around {
            let power = powers[(index - around)...(index + around)].reduce(0, +)
            // Of equally quiet places the last: longer parts are understood better.
            if power <= least {
                least = power
                best = index
            }
        }
        return samples.startIndex + best * step
    }
}
