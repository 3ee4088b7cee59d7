import Glibc
import SpeechEngines
import VoicePipeline

/// What quick and careful recognition, with and without times, make of clips and how long they take: lines for
/// `recognition_score.py`.
///
/// PROMPT and HOT_WORDS of the environment make further ways.
struct Texts {
    let recognizer: WhisperRecognizer
    private let rounds = 5
    private let ways: [(name: String, options: RecognitionOptions)]

    init(recognizer: WhisperRecognizer) {
        self.recognizer = recognizer
        var ways = Self.always
        if let text = getenv("PROMPT").map({ String(cString: $0) }) {
            ways.append(("prompt", RecognitionOptions(language: "en", prompt: text)))
        }
        if let text = getenv("HOT_WORDS").map({ String(cString: $0) }) {
            ways.append(("hot-words", RecognitionOptions(language: "en", hotWords: text)))
        }
        self.ways = ways
    }

    private static let always: [(name: String, options: RecognitionOptions)] = [
        ("quick", RecognitionOptions(language: "en")),
        ("quick-segments", RecognitionOptions(language: "en", timing: .segments)),
        ("quick-words", RecognitionOptions(language: "en", timing: .words)),
        ("careful", RecognitionOptions(language: "en", effort: .careful)),
        ("careful-words", RecognitionOptions(language: "en", effort: .careful, timing: .words)),
    ]

    func run(_ clips: [Clip]) async throws {
        for clip in clips {
            var times = [Times](repeating: Times(), count: ways.count)
            var transcripts: [Transcript] = []
            for round in 0..<rounds {
                for (index, way) in ways.enumerated() {
                    var cost = Cost()
                    let transcript = try await cost.measure {
                        try await recognizer.transcribe(clip.samples, options: way.options)
                    }
                    times[index].all.append(cost.wall)
                    if round == 0 { transcripts.append(transcript) }
                }
            }
            for (index, way) in ways.enumerated() {
                let least = times[index].all.min() ?? 0
                let transcript = transcripts[index]
                let temperature = transcript.segments.first.map { "\($0.temperature)" } ?? "-"
                say("TEXT\t\(way.name)\t\(clip.path)\t\(round(least))\t\(temperature)\t\(transcript.text)")
                if way.name == "quick-words" { words(transcript, clip) }
            }
        }
    }

    private func words(_ transcript: Transcript, _ clip: Clip) {
        for segment in transcript.segments {
            say("SEGMENT\t\(clip.path)\t\(segment.start)\t\(segment.end)\t\(segment.text)")
            for word in segment.words { say("WORD\t\(clip.path)\t\(word.start)\t\(word.end)\t\(word.text)") }
        }
    }
}
