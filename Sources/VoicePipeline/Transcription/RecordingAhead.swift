/// Reads a recording, finds the speech in it, and cuts it into windows, one ahead of who takes them.
struct RecordingAhead: Sendable {
    let detector: any VoiceActivityDetector
    let settings: WindowCutter.Settings
    let priority: EnginePriority

    /// Detector's work of one call, samples: short, because other streams wait for the same thread.
    private static let piece = 16_000

    /// Hands over everything in a recording, its end last; finishes the channel in every case.
    /// - Throws: what the recording and the detector throw.
    func read(_ recording: any AudioSource, into parts: BoundedChannel<RecordingPart>) async throws {
        defer { parts.finish() }
        let stream = try detector.makeStream()
        let frameLength = max(1, detector.frameLength)
        var cutter = WindowCutter(frameLength: frameLength, settings: settings)
        var count = 0
        while let samples = try await recording.read() {
            var rest = samples[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(Self.piece))
                rest = rest.dropFirst(Self.piece)
                count += piece.count
                let probabilities = try await priority.patiently { () throws(EngineError) in
                    try await stream.process(piece)
                }
                for part in cutter.append(piece, probabilities) {
                    guard await parts.send(part) else { return }
                }
            }
        }
        for part in cutter.finish() {
            guard await parts.send(part) else { return }
        }
    }
}

extension EnginePriority {
    /// Does engine work; that of recordings is tried again for about two minutes while the engine has no room.
    /// - Throws: what the work throws; `.busy` after that time, or at once for other work.
    func patiently<Value: Sendable>(
        _ work: () async throws(EngineError) -> Value
    ) async throws(EngineError) -> Value {
        var attempts = 0
        while true {
            do {
                return try await work()
            } catch {
                guard error == .busy, runsBesideOthers, attempts < 60 else { throw error }
            }
            // A cancelled wait ends at once, and so does the work that follows it.
            try? await Task.sleep(for: .milliseconds(min(2000, 50 << min(attempts, 6))))
            attempts += 1
        }
    }
}
