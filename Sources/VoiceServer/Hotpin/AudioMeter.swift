import VoicePipeline

/// Holds a client back that sends sound faster than anybody speaks: until its time has come nothing more of it is read,
/// and TCP tells it so. Nothing is lost.
///
/// Sound that is encoded, or that is listened to all the time, costs work as it comes: the dearest 120 ms of Opus take
/// 3.5 ms to decode. Two utterances may come at once, as they do behind a gap of the network.
final class AudioMeter {
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private let most: Double
    /// Of seconds of sound.
    private var bucket: TokenBucket

    /// - Parameters:
    ///   - speed: times real time.
    ///   - longest: of an utterance, seconds; more in one message is not listened to.
    init(speed: Int, longest: Int, clock: any Clock<Duration>) {
        self.clock = clock
        elapsed = clock.stopwatch()
        most = Double(longest)
        bucket = TokenBucket(perMinute: 60 * max(1, speed), atOnce: 2 * longest, now: .zero)
    }

    /// Waits until more may be taken.
    /// - Throws: `CancellationError`.
    func wait() async throws {
        let wait = bucket.wait(now: elapsed())
        if wait > .zero { try await clock.sleep(for: wait) }
    }

    /// - Parameter samples: 16 kHz.
    func took(samples: Int) {
        bucket.take(min(Double(samples) / Double(UtteranceBuffer.sampleRate), most), now: elapsed())
    }
}
