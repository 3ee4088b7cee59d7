import Transport

/// Tells who sent a request: the peer, or whom a trusted proxy names.
///
/// Each proxy adds the address it was called from at the end of `X-Forwarded-For`, so only what stands behind the last
/// untrusted entry was written by proxies of ours; what stands before it, the sender may have made up.
public struct ClientAddress: Sendable {
    private let trusted: [AddressRange]

    /// Entries of `X-Forwarded-For` that are looked at.
    private static let hops = 32

    /// - Parameter trusted: proxies whose `X-Forwarded-For` is believed; without any, the peer is the client.
    public init(trusted: [AddressRange] = []) {
        self.trusted = trusted
    }

    /// The client's numeric address.
    public func of(_ request: HTTPRequest) -> String {
        of(peer: request.remoteAddress, forwarded: request.headers.all("x-forwarded-for"))
    }

    /// - Parameters:
    ///   - peer: who connected.
    ///   - forwarded: the values of the header fields, in order.
    package func of(peer: String, forwarded: [String]) -> String {
        guard !trusted.isEmpty, var client = IPAddress(peer) else { return peer }
        let entries = forwarded.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
        for entry in entries.suffix(Self.hops).reversed() {
            guard trusted.contains(where: { $0.contains(client) }) else { break }
            // What no proxy of ours would write ends the chain.
            guard let next = Self.address(entry) else { break }
            client = next
        }
        return client.description
    }

    /// Reads `192.0.2.7`, `192.0.2.7:5000`, `2001:db8::1` and `[2001:db8::1]:5000`.
    private static func address(_ entry: Substring) -> IPAddress? {
        let text = entry.filter { !$0.isWhitespace }
        if let whole = IPAddress(text) { return whole }
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return IPAddress(text[text.index(after: text.startIndex)..<end])
        }
        return text.split(separator: ":").count == 2 ? IPAddress(text.prefix { $0 != ":" }) : nil
    }

    /// Whether a request passed a proxy, which then speaks for someone else.
    static func isForwarded(_ headers: HTTPHeaders) -> Bool {
        ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"]
            .contains { headers.first($0) != nil }
    }
}
