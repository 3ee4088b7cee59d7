/// What a socket keeps about its encryption. Belongs to the loop's thread.
///
///     handshaking ⇄ working (on a worker thread) ──► open ──► broken
///          └──────────────┴───────────────────────────────────▲
final class SocketTLS: @unchecked Sendable {
    enum State {
        /// The peer has to say something.
        case handshaking
        /// A worker thread has the session.
        case working
        case open
        /// Nothing more can be read or written.
        case broken
    }

    let session: TLSSession
    var state = State.handshaking
    /// What a peer gets that speaks plain text instead of TLS.
    let plainAnswer: (() -> [UInt8])?
    var scanner = TLSRecordScanner()
    /// Received so far, while shaking hands.
    var handshakeBytes = 0
    var isDecryptingSoon = false
    private var isEndSent = false

    /// Far more than any certificate chain takes.
    static let maxHandshakeBytes = 65_536

    init(_ session: TLSSession, plainAnswer: (() -> [UInt8])?) {
        self.session = session
        self.plainAnswer = plainAnswer
    }

    var isHandshaking: Bool { state == .handshaking || state == .working }

    /// Encrypted bytes that the kernel was not offered yet; unknown while a worker thread has the session.
    var pendingOutput: Int { state == .working ? 0 : session.wire.output.count }

    /// Whether bytes from the kernel would be used.
    /// - Parameter owner: whether the owner wants some.
    func wantsInput(_ owner: Bool) -> Bool {
        switch state {
        case .handshaking: true
        case .working, .broken: false
        case .open: owner && !session.wire.hasInput
        }
    }

    /// Says that nothing more will be sent, once.
    /// - Returns: whether there is something to send because of it.
    func end() -> Bool {
        guard state == .open, !isEndSent else { return false }
        isEndSent = true
        session.end()
        return !session.wire.output.isEmpty
    }
}
