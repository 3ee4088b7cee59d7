import SpeechEngines
import VoicePipeline

/// How soon a final pass ends while looks run, with one stream and with two, and how soon a thread is free after its
/// work was cancelled.
struct Room {
    let runtime: ONNXRuntime
    let folder: String

    func run(_ clips: [Clip]) async throws {
        guard let clip = clips.min(by: { abs($0.seconds - 3) < abs($1.seconds - 3) }) else { return }
        for streams in [1, 2] {
            let before = residentMegabytes()
            let recognizer = try WhisperRecognizer(runtime: runtime, folder: folder, streams: streams)
            _ = try await recognizer.transcribe(clip.samples)
            say("\(streams) streams, \(residentMegabytes() - before) MB more for a model of its own")
            say("  final pass alone: \(try await final(clip, recognizer))")
            for looking in [1, 3] {
                let times = try await withLooks(looking, clip, recognizer) { try await final(clip, recognizer) }
                say("  final pass beside \(looking) looking: \(times)")
            }
        }
        try await cancelled(clips)
    }

    private func final(_ clip: Clip, _ recognizer: WhisperRecognizer) async throws -> Times {
        var times = Times()
        for index in 0..<40 {
            var cost = Cost()
            _ = try await cost.measure { try await recognizer.transcribe(clip.samples) }
            times.all.append(cost.wall)
            try await Task.sleep(for: .milliseconds(10 + index * 7 % 23))
        }
        return times
    }

    private func withLooks(
        _ count: Int, _ clip: Clip, _ recognizer: WhisperRecognizer, _ work: @Sendable () async throws -> Times
    ) async throws -> Times {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    while !Task.isCancelled {
                        let look = RecognitionOptions(priority: .partial)
                        do throws(EngineError) {
                            _ = try await recognizer.transcribe(clip.samples, options: look)
                        } catch {
                            try? await Task.sleep(for: .milliseconds(1))
                        }
                    }
                }
            }
            let times = try await work()
            group.cancelAll()
            return times
        }
    }

    private func cancelled(_ clips: [Clip]) async throws {
        guard let clip = clips.max(by: { $0.seconds < $1.seconds }) else { return }
        let recognizer = try WhisperRecognizer(runtime: runtime, folder: folder)
        var whole = Cost()
        _ = try await whole.measure { try await recognizer.transcribe(clip.samples) }
        var times = Times()
        for index in 0..<60 {
            let task = Task { try? await recognizer.transcribe(clip.samples) }
            try await Task.sleep(for: .milliseconds(Int(whole.wall) * index / 60))
            var cost = Cost()
            try await cost.measure {
                task.cancel()
                _ = await task.value
            }
            times.all.append(cost.wall)
        }
        say("free after cancelling a pass over \(round(clip.seconds)) s (\(round(whole.wall)) ms): \(times)")
    }

    private func residentMegabytes() -> Int { Int(ProcessUsage.residentBytes / 1e6) }
}
