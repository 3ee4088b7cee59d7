/// A `ws://` address taken apart.
package struct WebSocketURL: Equatable, Sendable {
    package var host: String
    package var port: Int
    /// Path and query; begins with `/`.
    package var target: String

    /// - Throws: `TransportError.invalidURL`. `wss://` is not spoken yet.
    package init(_ url: String) throws(TransportError) {
        guard url.utf8.prefix(5).elementsEqual("ws://".utf8, by: { ASCII.lower($0) == $1 }) else {
            throw .invalidURL(url)
        }
        let isPlain = url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
        let rest = url.dropFirst(5)
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
        port = portText.map { Int($0) ?? 0 } ?? 80
        guard (1...65_535).contains(port), !host.isEmpty else { throw .invalidURL(url) }
    }

    /// For the `Host` header.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == 80 ? name : "\(name):\(port)"
    }
}
