import Glibc
import Testing

/// Human speech that begins with its first sample of speech and ends with its last, as
/// Tests/Golden/endpointer/labels.tsv says.
struct LabelledClip: Sendable {
    let name: String
    let samples: [Float]

    /// The clips of Debian's pocketsphinx-testdata; with them those of the folder that HOTPIN_CLIPS names
    /// (16 kHz WAV), as far as they have labels.
    static func all() throws -> [LabelledClip] {
        let folder = getenv("HOTPIN_CLIPS").map { String(cString: $0) + "/" }
        return try SpeechClips.goldenLines("endpointer/labels.tsv").compactMap { line in
            let start = try #require(Int(line[2]))
            let end = try #require(Int(line[3]))
            var samples: [Float] = []
            if line[1] != "-" {
                samples = try SpeechClips.samples(String(line[1]))
            } else if let folder, ONNXTestParts.exists("\(folder)\(line[0]).wav") {
                samples = try SpeechClips.clip(at: "\(folder)\(line[0]).wav")
            }
            guard !samples.isEmpty else { return nil }
            try #require(samples.count >= end, "\(line[0]) is not the clip that was labelled")
            return LabelledClip(name: String(line[0]), samples: Array(samples[start..<end]))
        }
    }

    var seconds: Double { Double(samples.count) / 16_000 }

    /// Where the clip is quietest in its middle: 10 ms steps, 40 ms looked at.
    var quietestMoment: Int {
        let steps = samples.count / 160
        var quietest = samples.count / 2
        var least = Float.infinity
        for step in (steps * 3 / 10)..<max(steps * 7 / 10, steps * 3 / 10 + 1) {
            let around = samples[max(step * 160 - 320, 0)..<min(step * 160 + 320, samples.count)]
            let energy = around.reduce(0) { $0 + $1 * $1 }
            if energy < least { (least, quietest) = (energy, step * 160) }
        }
        return quietest
    }
}
