/// The names of a certificate that its owner has put on the server: it answers to them.
package struct CertificateNames: Equatable, Sendable {
    private let names: [String]

    /// - Parameter names: of kind DNS, in lower case; `*.` stands for one label.
    package init(_ names: [String]) {
        self.names = names
    }

    /// Whether the certificate is for a host.
    /// - Parameter host: in lower case, without a final dot.
    /// - Source: RFC 9525, 6.3: a star is the whole first label, and stands for exactly one.
    package func cover(_ host: String) -> Bool {
        names.contains { name in
            if name == host { return true }
            guard name.hasPrefix("*."), let dot = host.firstIndex(of: "."), dot != host.startIndex else { return false }
            let ending = name.dropFirst()
            return ending.count > 1 && host[dot...] == ending
        }
    }
}
