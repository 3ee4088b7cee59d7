extension Configuration {
    /// Encrypted listening.
    public struct TLS: Equatable, Sendable {
        /// PEM file with the certificate and those that signed it; empty makes one at the first start.
        public var certificate = ""
        /// PEM file with the certificate's private key.
        public var key = ""
        /// Whether https and wss are offered.
        public var isOn = true
        /// 0 takes a free port.
        public var port = 8443
        /// Whether somebody has chosen the port: then it must be free; the default may be taken by another program.
        public var isPortChosen = false
        /// Whether http and ws are offered.
        public var servesPlain = true

        public init() {}

        /// What does not fit together.
        func mistakes(plainPort: Int) -> [String] {
            var mistakes: [String] = []
            if certificate.isEmpty != key.isEmpty {
                let (set, missing) = certificate.isEmpty ? ("TLS_KEY", "TLS_CERT") : ("TLS_CERT", "TLS_KEY")
                mistakes.append("\(set) is set but \(missing) is not; name both files, or neither to have them made")
            }
            if !isOn && !servesPlain {
                mistakes.append("HTTPS and PLAIN_HTTP are both off, so nobody could connect; set one of them to on")
            }
            if isOn && servesPlain && port == plainPort && port != 0 {
                mistakes.append("TLS_PORT and SERVER_PORT are both \(port); choose another one for one of them")
            }
            return mistakes
        }
    }
}

extension Setting {
    static let tls: [Setting] = [
        .choice("HTTPS", "whether https is offered", onOff, \.configuration.tls.isOn, show: { $0 ? "on" : "off" }),
        tlsPort,
        .choice(
            "PLAIN_HTTP", "whether http is offered", onOff, \.configuration.tls.servesPlain,
            show: { $0 ? "on" : "off" }),
        .text(
            "TLS_CERT", "certificate chain, a PEM file; empty makes a self-signed one in STATE_DIR/tls",
            \.configuration.tls.certificate),
        .text("TLS_KEY", "its private key, a PEM file", \.configuration.tls.key),
    ]

    private static let onOff = [("on", true), ("off", false)]

    /// A port like any other, but whether it was chosen counts.
    private static let tlsPort: Setting = {
        let number = Setting.number(
            "TLS_PORT", "port for https; 0 takes a free one", 0...65_535, \.configuration.tls.port)
        return Setting(
            name: number.name, summary: number.summary, isSecret: false,
            apply: { text, draft in
                draft.configuration.tls.isPortChosen = true
                return number.apply(text, &draft)
            }, show: number.show)
    }()
}
