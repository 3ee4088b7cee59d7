import Transport
import VoiceServer

/// Where the server listens, and the certificate that it shows there.
struct Addresses: Sendable {
    var listeners: [HTTPListener] = []
    /// nil without https.
    var identity: TLSIdentity?

    /// The names that the owner's certificate has at the moment of the call; none for one that the server made itself,
    /// which holds the machine's own.
    var certificateNames: @Sendable () -> [String] {
        { [identity] in
            guard let identity, !identity.isGenerated else { return [] }
            return identity.names
        }
    }

    /// Reads the certificate and key that the configuration names, or makes some. Blocks for some milliseconds.
    /// - Throws: `TransportError.unusableCertificate`, which names everything that is wrong with them; `.system` when
    ///   there is no place for new ones.
    static func make(_ configuration: Configuration, root: InstallRoot) throws(TransportError) -> Addresses {
        var addresses = Addresses()
        let tls = configuration.tls
        if tls.servesPlain {
            addresses.listeners.append(HTTPListener(host: configuration.host, port: configuration.port))
        }
        guard tls.isOn else { return addresses }
        let identity =
            tls.certificate.isEmpty
            ? try TLSIdentity.generated(in: root.resolve(configuration.stateDirectory) + "/tls")
            : try TLSIdentity(
                certificateFile: root.resolve(tls.certificate), keyFile: root.resolve(tls.key))
        addresses.identity = identity
        addresses.listeners.append(
            HTTPListener(
                host: configuration.host, port: tls.port, identity: identity,
                // Nobody asked for this port in particular, and there is another one.
                isOptional: !tls.isPortChosen && tls.servesPlain))
        return addresses
    }
}

extension Listening {
    /// Addresses for a browser, such as `http://localhost:8000`.
    var urls: [String] {
        addresses.map { address in
            let host =
                switch address.host {
                case "0.0.0.0", "127.0.0.1", "::", "::1": "localhost"
                case let host: host.contains(":") ? "[\(host)]" : host
                }
            return "\(address.isEncrypted ? "https" : "http")://\(host):\(address.port)"
        }
    }
}
