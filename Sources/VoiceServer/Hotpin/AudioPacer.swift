/// Keeps what is sent of an answer a little ahead of what the client plays: enough that the network may falter, and so
/// little that a small buffer holds it and a cancelled answer is soon silent. A value; the time is given in, on any
/// scale that does not go back.
///
/// ```
///          played      sent, not played: ≤ lead      not sent yet
///  ─────────────────┬──────────────────────────────┬─────────────────►
///                  now                            end
/// ```
package struct AudioPacer: Equatable, Sendable {
    /// Audio that is sent ahead at most; a client's buffer holds more (1 s).
    package static let lead = Duration.milliseconds(600)
    /// Once so much is ahead, the next is sent when this much fits: ten times a second, not for every packet.
    package static let step = Duration.milliseconds(100)

    /// When what was sent will have been played.
    private var end = Duration.zero
    /// What was ahead when the client stopped playing; nil while it plays.
    private var held: Duration?

    package init() {}

    /// What the client has and has not played.
    package func ahead(at now: Duration) -> Duration { held ?? max(.zero, end - now) }

    /// How long to wait before audio of a length may be sent; zero for now.
    package func wait(for length: Duration, at now: Duration) -> Duration {
        let ahead = ahead(at: now)
        guard ahead + length > Self.lead else { return .zero }
        return max(.zero, ahead + max(length, Self.step) - Self.lead)
    }

    /// Audio was sent. A client that had nothing left begins to play it now.
    package mutating func sent(_ length: Duration, at now: Duration) {
        if let held { self.held = held + length } else { end = max(end, now) + length }
    }

    /// The client was told to stop playing, and to keep what it has.
    package mutating func hold(at now: Duration) { held = ahead(at: now) }

    /// The client was told to go on.
    package mutating func resume(at now: Duration) {
        guard let held else { return }
        end = now + held
        self.held = nil
    }

    /// The client was told to throw away what it has.
    package mutating func drop() { self = AudioPacer() }
}
