/// Contexts of wslay that wait for a codec. A loop has one such store, so that a silent WebSocket holds none.
package final class WebSocketFramings {
    private var servers: [WebSocketFraming] = []
    private var clients: [WebSocketFraming] = []

    /// More than this are given back to the system.
    private static let most = 16

    package init() {}

    /// - Returns: nil without memory.
    func take(_ role: WebSocketCodec.Role) -> WebSocketFraming? {
        let waiting = role == .server ? servers.popLast() : clients.popLast()
        return waiting ?? WebSocketFraming(role)
    }

    /// Takes back a context between two messages, when nothing of its last codec is left in it.
    func giveBack(_ framing: WebSocketFraming) {
        framing.codec = nil
        switch framing.role {
        case .server: if servers.count < WebSocketFramings.most { servers.append(framing) }
        case .client: if clients.count < WebSocketFramings.most { clients.append(framing) }
        }
    }
}
