import Glibc
import SpeechEngines
import Testing
import VoicePipeline

/// What hints are worth, as a table: HOTPIN_TURN_TABLE=1, and a folder of more clips in HOTPIN_CLIPS.
/// Documentation/Turns.md has its figures; nothing is asserted but that the words save pauses in the middle of a phrase.
@Suite(.enabled(if: getenv("HOTPIN_TURN_TABLE") != nil, "set HOTPIN_TURN_TABLE=1 to have the table"))
struct TurnHintTable {
    private typealias Hints = @Sendable (SpokenCase.Look) -> [(delay: Int, hint: TurnHint)]

    private struct Cases {
        var whole: [SpokenCase] = []
        var joined: [SpokenCase] = []
        var split: [SpokenCase] = []
    }

    /// A final pass takes some 100 to 160 ms on a busy machine, the voice's model some 60 to 100.
    private static let words: Hints = { [(5, TurnHint(text: $0.text))] }
    private static let voice: Hints = { look in look.voice.map { [(3, TurnHint(voice: $0))] } ?? [] }
    private static let both: Hints = { words($0) + voice($0) }

    @Test(.timeLimit(.minutes(60))) func print() async throws {
        let runtime = try ONNXTestParts.runtime()
        let cases = try await cases(runtime)
        Swift.print("silence hints | wait p50 p90 mean | cut at 400 ms | cut at 900 ms in a phrase | ends in a clip")
        var lost: [Int] = []
        for silence in [700, 500] {
            var settings = EndpointerSettings()
            settings.silence = silence
            for (name, hints) in [
                ("none", { _ in [] }), ("words", Self.words), ("voice", Self.voice), ("both", Self.both),
            ]
                as [(String, Hints)]
            {
                let ends = cases.whole.map { $0.ends(settings, hints: hints) }
                let waits = zip(cases.whole, ends).compactMap { $0.wait($1) }.sorted()
                let split = cases.split.count { $0.isCut($0.ends(settings, hints: hints)) }
                let joined = cases.joined.count { $0.isCut($0.ends(settings, hints: hints)) }
                let inner = ends.reduce(0) { $0 + $1.count - 1 }
                lost.append(split)
                Swift.print(
                    "\(silence) \(name) | \(waits[waits.count / 2]) \(waits[waits.count * 9 / 10])",
                    "\(waits.reduce(0, +) / waits.count) | \(joined)/\(cases.joined.count)",
                    "| \(split)/\(cases.split.count) | \(inner)")
            }
        }
        #expect(lost[1] < lost[0])
    }

    private func cases(_ runtime: ONNXRuntime) async throws -> Cases {
        let detector = try SileroVAD(runtime: runtime, model: ONNXTestParts.sileroModel)
        let whisper = try WhisperRecognizer(runtime: runtime, folder: ONNXTestParts.whisperFolder)
        let smartTurn =
            ONNXTestParts.exists(ONNXTestParts.smartTurnModel)
            ? try SmartTurnDetector(runtime: runtime, model: ONNXTestParts.smartTurnModel) : nil
        let clips = try LabelledClip.all()
        let short = clips.filter { $0.seconds < 12 }
        var cases = Cases()
        for clip in clips {
            cases.whole.append(SpokenCase([clip.samples[...]]))
            guard clip.seconds > 1.5 else { continue }
            let cut = clip.quietestMoment
            cases.split.append(SpokenCase([clip.samples[..<cut], clip.samples[cut...]], gap: 900))
        }
        for (index, clip) in short.enumerated() {
            for step in [1, 7] {
                let next = short[(index + step) % short.count]
                cases.joined.append(SpokenCase([clip.samples[...], next.samples[...]], gap: 400))
            }
        }
        for list in [\Cases.whole, \Cases.joined, \Cases.split] {
            for index in cases[keyPath: list].indices {
                try await cases[keyPath: list][index].listen(detector)
                try await cases[keyPath: list][index].look(whisper, smartTurn)
            }
        }
        return cases
    }
}
