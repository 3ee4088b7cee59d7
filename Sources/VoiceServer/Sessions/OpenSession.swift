import Synchronization
import VoicePipeline

/// One connection's hold on a session, whatever door it came through.
public final class OpenSession: Sendable {
    /// Closes the connection, without waiting for it.
    public typealias Close = @Sendable (_ reason: SessionClosing) async -> Void

    /// Runs work of the session's conversation, and beside it what its events need to be sent.
    public typealias Run = @Sendable (_ work: @escaping Conversation.Work) async -> Void

    /// Waits until the client has shown that it took a turn of announcement to its end.
    /// - Returns: false if the connection ended before, so that the client may have heard nothing.
    public typealias Confirm = @Sendable (_ turn: Int) async -> Bool

    /// The session's name in the stores.
    public let id: String
    /// The client's address.
    public let address: String
    public let conversation: Conversation
    let wantsAnnouncements: Bool
    /// Only for those who are asked whether they are still there.
    let silence: SilenceWatch?
    let run: Run
    let confirm: Confirm
    let close: Close
    private let activityCount = Atomic<Int>(0)

    /// - Parameters:
    ///   - id: as `SessionKey` makes it.
    ///   - silence: of one that may be asked whether it is still there.
    public init(
        id: String, address: String, conversation: Conversation, wantsAnnouncements: Bool, silence: SilenceWatch?,
        run: @escaping Run = { work in await work() }, confirm: @escaping Confirm, close: @escaping Close
    ) {
        self.id = id
        self.address = address
        self.conversation = conversation
        self.wantsAnnouncements = wantsAnnouncements
        self.silence = silence
        self.run = run
        self.confirm = confirm
        self.close = close
    }

    /// Changes whenever the client sends something.
    var activity: Int { activityCount.load(ordering: .relaxed) }

    /// The client sent something.
    func stir() { activityCount.wrappingAdd(1, ordering: .relaxed) }
}

/// Why the server ends a connection.
public enum SessionClosing: Equatable, Sendable {
    /// Another connection opened the same session.
    case takenOver
    /// Nothing was said for too long.
    case idle
    /// The server stops.
    case stopping

    /// - Source: RFC 6455, 7.4: 4000…4999 are an application's own.
    var code: UInt16 {
        switch self {
        case .takenOver: 4001
        case .idle: 4002
        case .stopping: 1001
        }
    }

    var reason: String {
        switch self {
        case .takenOver: "taken over by another connection"
        case .idle: "idle for too long"
        case .stopping: "the server stops"
        }
    }
}

/// The name under which a session is kept.
public enum SessionKey {
    /// - Parameters:
    ///   - scope: name of the key that was shown; nil when all share their sessions.
    ///   - id: as the client gave it; without control characters.
    /// - Returns: two scopes never give the same name, because no id holds the separator.
    public static func make(scope: String?, id: String) -> String {
        guard let scope else { return id }
        return scope + "\u{1F}" + id
    }
}
