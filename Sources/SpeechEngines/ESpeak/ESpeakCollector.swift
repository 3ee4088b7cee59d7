import CESpeak
import VoicePipeline

/// Takes the samples that libespeak-ng makes during one call.
///
/// The library's callback has no reliable argument of its own, so the running collector stands in a global variable;
/// the library's lock guards it.
final class ESpeakCollector {
    private(set) var samples: [Int16] = []
    /// True if the text was longer than `maximumSeconds`; `samples` is then incomplete.
    private(set) var isFull = false
    private let cancellation: EngineCancellation
    private let limit: Int

    static let maximumSeconds = 300

    init(cancellation: EngineCancellation, rate: Int) {
        self.cancellation = cancellation
        limit = rate * Self.maximumSeconds
    }

    /// Runs one call of the library and gets its samples.
    func collect<Result>(_ call: () -> Result) -> Result {
        running = self
        defer { running = nil }
        return call()
    }

    /// For `espeak_SetSynthCallback`. It is called about every 60 ms of speech; 1 ends the call.
    static let receive:
        @convention(c) (UnsafeMutablePointer<Int16>?, Int32, UnsafeMutablePointer<espeak_EVENT>?) -> Int32 = {
            samples, count, _ in
            guard let running else { return 1 }
            return running.take(UnsafeBufferPointer(start: samples, count: samples == nil ? 0 : max(0, Int(count))))
        }

    private func take(_ piece: UnsafeBufferPointer<Int16>) -> Int32 {
        if cancellation.isCancelled { return 1 }
        samples.append(contentsOf: piece)
        isFull = samples.count > limit
        return isFull ? 1 : 0
    }
}

private nonisolated(unsafe) var running: ESpeakCollector?
