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
