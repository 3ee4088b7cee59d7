/// The documented client's states and the rules between them; the firmware's loop and the Pi's daemon drive it.
///
/// ```
/// disconnected ─► connecting ─► idle ─press─► recording ─release─► processing ─complete─► playing ─done─► idle
///       ▲              │          ▲                                  │   error, time-out       │
///       └── lost ──────┴──────────┴──────────────────────────────────┴──────────────────────────
/// ```
/// - Source: Hotpin protocol, sections 6.3, 6.4 and 7.2.
public struct HotpinClientMachine: Equatable, Sendable {
    public enum State: Equatable, Sendable {
        case disconnected, connecting, idle, recording, processing, playing
    }

    public enum Event: Equatable, Sendable {
        case connect, opened, acknowledged, lost
        case pressed, released
        case frame(HotpinServerFrame)
        /// A chunk of the answer, bytes.
        case chunk(Int)
        case played
        /// Milliseconds that went by.
        case elapsed(Int)
    }

    public enum Action: Equatable, Sendable {
        case open, sendHandshake, startRecording, stopRecordingAndSendEnd, startBuffer, appendChunk, dropChunk
        case play, stopEverything, show, timedOut
    }

    public private(set) var state: State = .disconnected
    /// Bytes of the answer received so far.
    public private(set) var received = 0
    private var waited = 0

    /// The answer's buffer, bytes.
    public let maximumAnswer: Int
    /// How long the client waits for `complete`, ms.
    public let timeout: Int

    public init(maximumAnswer: Int = 512_000, timeout: Int = 10_000) {
        self.maximumAnswer = maximumAnswer
        self.timeout = timeout
    }

    /// Takes one event and says what to do.
    public mutating func handle(_ event: Event) -> [Action] {
        switch (state, event) {
        case (_, .lost):
            let wasBusy = state == .recording || state == .playing
            state = .disconnected
            return wasBusy ? [.stopEverything] : []
        case (.disconnected, .connect):
            state = .connecting
            return [.open]
        case (.connecting, .opened):
            return [.sendHandshake]
        case (.connecting, .frame(.connected)), (.connecting, .acknowledged):
            state = .idle
            return []
        case (.idle, .pressed):
            state = .recording
            return [.startRecording]
        case (.recording, .released):
            state = .processing
            received = 0
            waited = 0
            return [.stopRecordingAndSendEnd]
        case (.processing, .elapsed(let milliseconds)):
            waited += milliseconds
            guard waited > timeout else { return [] }
            state = .idle
            return [.timedOut]
        case (.processing, .frame(.tts)):
            received = 0
            return [.startBuffer, .show]
        case (.processing, .frame(.transcription)), (.processing, .frame(.llm)):
            return [.show]
        case (.processing, .chunk(let count)):
            guard count >= 0, count < maximumAnswer - received else { return [.dropChunk] }
            received += count
            return [.appendChunk]
        case (.processing, .frame(.complete)):
            state = received > 0 ? .playing : .idle
            return received > 0 ? [.play] : []
        case (.processing, .frame(.error)):
            state = .idle
            return [.show]
        case (.playing, .played):
            state = .idle
            return []
        default:
            return []
        }
    }
}
