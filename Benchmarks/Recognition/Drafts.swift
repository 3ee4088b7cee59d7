import SpeechEngines
import VoicePipeline

/// Looks at growing utterances every 300 ms and final passes, each with and without the draft of the look before,
/// alternating.
struct Drafts {
    let recognizer: WhisperRecognizer
    private let step = 4_800
    private let rounds = 5

    func run(_ clips: [Clip]) async throws {
        var plain = Cost()
        var drafted = Cost()
        var looks = 0
        var different = 0
        var seconds = 0.0
        for clip in clips {
            var draft: RecognitionDraft?
            for end in stride(from: 2 * step, to: clip.samples.count, by: step) {
                let heard = Array(clip.samples[..<end])
                let without = try await plain.measure { try await recognizer.transcribe(heard) }
                let options = RecognitionOptions(draft: draft)
                let with = try await drafted.measure { try await recognizer.transcribe(heard, options: options) }
                looks += 1
                if with.text != without.text {
                    different += 1
                    say(
                        "  \(clip.name) \(round(Double(end) / 16_000)) s: without <\(without.text)> with <\(with.text)>"
                    )
                }
                draft = with.draft
            }
            seconds += clip.seconds
        }
        say("growing: \(looks) looks at \(round(seconds)) s of speech, \(different) differ with a draft")
        say(
            "  without: \(round(plain.wall)) ms, \(round(plain.cpu)) ms of processor, \(round(plain.cpu / seconds / 10)) %"
        )
        say(
            "  with:    \(round(drafted.wall)) ms, \(round(drafted.cpu)) ms of processor, \(round(drafted.cpu / seconds / 10)) %"
        )
        for clip in clips { try await final(clip) }
    }

    /// The whole clip without a draft, with the draft of a look that missed the last 300 ms, and with its own.
    private func final(_ clip: Clip) async throws {
        guard clip.samples.count > 2 * step else { return }
        let whole = try await recognizer.transcribe(clip.samples)
        let earlier = try await recognizer.transcribe(Array(clip.samples.dropLast(step)))
        var times = [Times(), Times(), Times()]
        var texts = [Set<String>(), [], []]
        for _ in 0..<rounds {
            for (index, draft) in [nil, earlier.draft, whole.draft].enumerated() {
                var cost = Cost()
                let options = RecognitionOptions(draft: draft)
                let transcript = try await cost.measure {
                    try await recognizer.transcribe(clip.samples, options: options)
                }
                times[index].all.append(cost.wall)
                texts[index].insert(transcript.text)
            }
        }
        say("final \(clip.name), \(round(clip.seconds)) s, \(whole.tokenCount) tokens")
        for (name, index) in [("without", 0), ("with the look before", 1), ("with its own", 2)] {
            say("  \(name): \(times[index])\(texts[index] == texts[0] ? "" : " DIFFERS: \(texts[index])")")
        }
    }
}
