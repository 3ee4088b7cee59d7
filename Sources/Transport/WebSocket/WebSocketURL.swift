/// A `ws://` or `wss://` address taken apart.
package struct WebSocketURL: Equatable, Sendable {
    /// `wss://`: inside TLS.
    package var isEncrypted: Bool
    package var host: String
    package var port: Int
    /// Path and query; begins with `/`.
    package var target: String

    /// - Throws: `TransportError.invalidURL`.
    package init(_ url: String) throws(TransportError) {
        let schemes = [("ws://", false), ("wss://", true)]
        guard let scheme = schemes.first(where: { ASCII.equal(url.utf8.prefix($0.0.utf8.count), $0.0.utf8) }) else {
            throw .invalidURL(url)
        }
        isEncrypted = scheme.1
        let isPlain = url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
        let rest = url.dropFirst(scheme.0.count)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<end]
        guard isPlain, !authority.isEmpty, !authority.contains("@") else { throw .invalidURL(url) }
        var target = String(rest[end...])
        if !target.hasPrefix("/") { target = "/" + target }
        self.target = target
        var portText: Substring?
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { throw .invalidURL(url) }
            host = String(authority[authority.index(after: authority.startIndex)..<close])
            let behind = authority[authority.index(after: close)...]
            if !behind.isEmpty {
                guard behind.hasPrefix(":") else { throw .invalidURL(url) }
                portText = behind.dropFirst()
            }
        } else {
            let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = String(parts.first ?? "")
            portText = parts.count > 1 ? parts[1] : nil
        }
        port = portText.map { Int($0) ?? 0 } ?? (isEncrypted ? 443 : 80)
        guard (1...65_535).contains(port), !host.isEmpty else { throw .invalidURL(url) }
    }

    /// For the `Host` header.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isEncrypted ? 443 : 80) ? name : "\(name):\(port)"
    }
}
