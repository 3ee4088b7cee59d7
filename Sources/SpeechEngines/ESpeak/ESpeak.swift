import VoicePipeline

/// libespeak-ng on a thread of its own. It turns text into phonemes for Piper and is a voice itself.
///
/// The library has one state a process, so several `ESpeak`s share it and take turns.
public final class ESpeak: Sendable {
    /// Rate of the library's own voice, Hz.
    public let sampleRate: Int
    private let worker: EngineWorker

    /// Opens the library and its data.
    /// - Parameters:
    ///   - dataPath: the folder `espeak-ng-data`, or the folder that holds it; nil for the library's default.
    ///   - capacity: pieces of work that may wait.
    /// - Throws: `.unavailable` when the data is missing or damaged, or another folder is in use already.
    public init(dataPath: String? = nil, capacity: Int = 64) throws(EngineError) {
        sampleRate = try ESpeakLibrary.open(dataPath: dataPath)
        worker = try EngineWorker(name: "espeak", capacity: capacity)
    }

    /// Phonemes of several clauses, in the International Phonetic Alphabet with stress marks.
    func phonemes(of clauses: [String], voice: String) async throws(EngineError) -> [String] {
        try await worker.run { cancellation throws(EngineError) in
            var result: [String] = []
            for clause in clauses {
                try cancellation.check()
                result.append(try ESpeakLibrary.phonemes(of: clause, voice: voice))
            }
            return result
        }
    }

    /// Speaks with the library's own voice.
    /// - Parameter wordsPerMinute: 80…450.
    func speak(
        _ text: String, voice: String, wordsPerMinute: Int, priority: EnginePriority
    ) async throws(EngineError) -> [Float] {
        try await worker.run(priority: priority) { cancellation throws(EngineError) in
            try ESpeakLibrary.speak(text, voice: voice, wordsPerMinute: wordsPerMinute, cancellation: cancellation)
        }
    }

    /// Checks that the library knows a voice, such as `en-us`.
    func check(voice: String) async throws(EngineError) {
        try await worker.run { _ throws(EngineError) in try ESpeakLibrary.check(voice: voice) }
    }
}
