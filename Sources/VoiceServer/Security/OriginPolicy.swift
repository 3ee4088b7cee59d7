/// Which names this server answers to, and which pages may talk to it.
///
/// A page of a stranger can make a browser connect to any server the browser reaches. Two headers give it away, which no
/// page can forge: `Origin` names the page's server; and if that server's name was made to point here (DNS rebinding),
/// `Host` holds a name that is none of ours. An address in `Host` is always ours: there is no name to be made to point.
public struct OriginPolicy: Equatable, Sendable {
    private var names: Set<String> = ["localhost"]
    /// Ends of names, with their dot, from `*.example.org`.
    private var endings: [String] = []
    private var origins: Set<String> = []

    /// - Parameters:
    ///   - names: this machine's own, and what the operator allows; `*.` stands for any labels.
    ///     What is no name or address fits nothing.
    ///   - origins: pages of other servers that may talk to this one, as `https://home.example`.
    public init(names: [String] = [], origins: [String] = []) {
        for name in names {
            guard let authority = Self.read(name) else { continue }
            if name.hasPrefix("*.") {
                endings.append("." + authority.host)
            } else {
                self.names.insert(authority.host)
            }
        }
        self.origins = Set(origins.map { $0.lowercased() })
    }

    /// Why a request is refused; nil lets it through.
    /// - Parameters:
    ///   - hosts: the values of the `Host` header; none only comes from old programs, never from a browser.
    ///   - origins: those of the `Origin` header; none does not come from a page of another server.
    ///   - certificateNames: of the operator's own certificate. Nobody gets a certificate for a stranger's name, so the
    ///     server answers to them.
    package func refusal(
        hosts: [String], origins: [String], certificateNames: () -> [String] = { [] }
    ) -> AccessRefusal? {
        guard hosts.count <= 1 else { return .host("") }
        guard origins.count <= 1 else { return .origin("") }
        if let host = hosts.first {
            guard let authority = Authority(host),
                knows(authority) || CertificateNames(certificateNames()).cover(authority.host)
            else { return .host(host) }
            if let origin = origins.first, !allows(origin, at: authority) { return .origin(origin) }
        } else if let origin = origins.first, !allowsForeign(origin) {
            return .origin(origin)
        }
        return nil
    }

    private func knows(_ authority: Authority) -> Bool {
        authority.address != nil || names.contains(authority.host)
            || endings.contains { authority.host.hasSuffix($0) }
    }

    private func allowsForeign(_ origin: String) -> Bool { origins.contains(origin.lowercased()) }

    /// Whether the page came from this server. The scheme may differ: a proxy may have taken the encryption off.
    private func allows(_ origin: String, at host: Authority) -> Bool {
        if allowsForeign(origin) { return true }
        guard let (usual, authority) = Self.parse(origin) else { return false }
        return authority.host == host.host && (authority.port ?? usual) == (host.port ?? usual)
    }

    /// The names that a machine has in a home's network: its own, and that with an ending which nobody can register on
    /// the internet, and so no stranger can make point here.
    public static func names(ofMachine name: String) -> [String] {
        guard let host = Authority(name)?.host else { return [] }
        return [host] + ["local", "lan", "home", "home.arpa", "internal", "localdomain"].map { "\(host).\($0)" }
    }

    /// Whether a text is a name that can be allowed.
    static func isName(_ text: String) -> Bool {
        guard let authority = read(text) else { return false }
        return authority.port == nil
    }

    private static func read(_ name: String) -> Authority? {
        Authority(name.hasPrefix("*.") ? name.dropFirst(2) : name[...])
    }

    /// An origin's authority and the port that its scheme implies; nil unless it is one of http or https.
    package static func parse(_ origin: String) -> (usualPort: Int, authority: Authority)? {
        let origin = origin.lowercased()
        for (scheme, port) in [("http://", 80), ("https://", 443)] where origin.hasPrefix(scheme) {
            return Authority(origin.dropFirst(scheme.count)).map { (port, $0) }
        }
        return nil
    }
}
