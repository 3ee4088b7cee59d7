import SpeechEngines
import VoicePipeline

/// Speech on a quiet line, with what the voice activity detector says of it and what can be asked at its pauses.
struct SpokenCase: Sendable {
    /// What is known at a pause.
    struct Look: Sendable {
        var text: String
        var voice: Float?
    }

    let samples: [Float]
    /// The sample after the last one with speech.
    let end: Int
    /// The pause that was put in, in samples.
    let gap: Range<Int>?
    private(set) var probabilities: [Float] = []
    /// By the frame at which a pause is reported.
    private(set) var looks: [Int: Look] = [:]

    /// - Parameter gap: milliseconds between the pieces.
    init(_ pieces: [ArraySlice<Float>], gap: Int = 0) {
        var samples = Self.silence(300)
        var range: Range<Int>?
        for (index, piece) in pieces.enumerated() {
            if index > 0 {
                range = samples.count..<samples.count + gap * 16
                samples += Self.silence(gap)
            }
            samples += piece
        }
        end = samples.count
        self.gap = range
        self.samples = samples + Self.silence(2500)
    }

    private static func silence(_ milliseconds: Int) -> [Float] {
        SpeechClips.noise(milliseconds * 16, scale: 0.004)
    }

    mutating func listen(_ detector: any VoiceActivityDetector) async throws {
        probabilities = try await detector.makeStream().process(samples)
    }

    /// Asks at every pause for the words and the voice.
    mutating func look(_ recognizer: any SpeechRecognizer, _ detector: (any TurnDetector)?) async throws {
        var settings = EndpointerSettings()
        // Longer than any of these.
        settings.silence = 60_000
        var endpointer = Endpointer(settings)
        var start = 0
        for (index, probability) in probabilities.enumerated() {
            switch endpointer.take(probability) {
            case .speechStarted(let sample): start = sample
            case .paused:
                // Whisper hears 30 s.
                let heard = Array(samples[start..<(index + 1) * Endpointer.frameLength].suffix(29 * 16_000))
                let text = try await recognizer.transcribe(heard, options: RecognitionOptions()).text
                looks[index + 1] = Look(text: text, voice: try await detector?.completeness(of: heard))
            default: break
            }
        }
    }

    /// Frames at which the endpointer says that it is over.
    /// - Parameter hints: what is told some frames after each pause.
    func ends(
        _ settings: EndpointerSettings = .init(), hints: (Look) -> [(delay: Int, hint: TurnHint)] = { _ in [] }
    ) -> [Int] {
        var endpointer = Endpointer(settings)
        var ends: [Int] = []
        var due: [(frame: Int, hint: TurnHint)] = []
        for (index, probability) in probabilities.enumerated() {
            let frame = index + 1
            for entry in due where entry.frame == frame { endpointer.hint(entry.hint) }
            switch endpointer.take(probability) {
            case .paused: due = looks[frame].map { hints($0).map { (frame + $0.delay, $0.hint) } } ?? []
            case .resumed: due = []
            case .ended: ends.append(frame)
            default: break
            }
        }
        return ends
    }

    /// Whether the utterance was taken for over in its pause, or because of it.
    func isCut(_ ends: [Int]) -> Bool {
        guard let gap else { return false }
        return ends.map { $0 * Endpointer.frameLength }.contains {
            gap.lowerBound < $0 && $0 <= gap.upperBound + 8000 && $0 < end
        }
    }

    /// From the last sample of speech to the end of the turn, milliseconds.
    func wait(_ ends: [Int]) -> Int? {
        ends.last.map { ($0 * Endpointer.frameLength - end) / 16 }
    }
}
