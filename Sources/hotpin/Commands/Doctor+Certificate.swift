import Transport
import VoiceServer

extension CommandContext {
    /// A certificate that is renewed in time has more left: those who renew begin a month before its end.
    private static let renewalDays = 21

    /// Looks at the certificate that the server would show; makes none.
    func certificateSummary() throws -> String {
        let tls = configuration.tls
        guard tls.isOn else { return "https is off" }
        guard !tls.certificate.isEmpty else { return generatedSummary(in: root.resolve(configuration.stateDirectory)) }
        let identity = try TLSIdentity(
            certificateFile: root.resolve(tls.certificate), keyFile: root.resolve(tls.key))
        let names = identity.names.isEmpty ? "" : ", for \(identity.names.joined(separator: ", "))"
        let summary = "\(identity.certificateFile), good until \(identity.end)\(names)"
        guard identity.timeLeft >= .seconds(Self.renewalDays * 86_400) else {
            throw TransportError.unusableCertificate("\(summary), which is less than \(Self.renewalDays) days")
        }
        return summary
    }

    /// What is wrong with one that the server makes itself is put right at the next start.
    private func generatedSummary(in state: String) -> String {
        let (certificate, key) = (state + "/tls/certificate.pem", state + "/tls/key.pem")
        guard InstallRoot.exists(certificate) else { return "the server makes one at its first start: \(certificate)" }
        do {
            let identity = try TLSIdentity(certificateFile: certificate, keyFile: key)
            return "\(certificate), made by the server, good until \(identity.end), renewed by itself"
        } catch {
            return "the server makes a new one at its next start, because \(explain(error))"
        }
    }
}
