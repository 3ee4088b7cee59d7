import Dispatch
import Transport
import VoicePipeline

/// Keeps the server's certificate good while it runs: reads the files again on SIGHUP, renews what the server made
/// itself, and says in time when somebody has to renew theirs.
///
/// Files are read on Dispatch's threads, because Swift's own must not wait for a disk.
final class CertificateCare: @unchecked Sendable {
    private let identity: TLSIdentity?
    private let log: Log
    private let supervisor: ServiceSupervisor
    /// Set up once; Dispatch's sources are safe on any thread.
    private let clock: any DispatchSourceTimer

    private static let hour = 3600
    /// A generated certificate is renewed with less time left, another one asked for.
    private static let renewal = Duration.seconds(30 * 86_400)
    private static let warning = Duration.seconds(14 * 86_400)

    /// Begins.
    init(_ identity: TLSIdentity?, log: Log, supervisor: ServiceSupervisor) {
        self.identity = identity
        self.log = log
        self.supervisor = supervisor
        clock = DispatchSource.makeTimerSource(queue: .global())
        clock.setEventHandler { [weak self] in self?.look() }
        clock.schedule(deadline: .now(), repeating: .seconds(Self.hour), leeway: .seconds(60))
        clock.resume()
    }

    deinit {
        clock.cancel()
    }

    /// Reads the files again, as SIGHUP asks.
    func reload() {
        supervisor.tell(.reloading)
        read()
        supervisor.tell(.ready(status: "read its certificate again"))
    }

    private func read() {
        guard let identity else {
            log.info("nothing to read again: https is off")
            return
        }
        do {
            try identity.reload()
            log.info(
                "new connections get this certificate",
                ["until": .text(identity.end), "sha256": .text(identity.fingerprint)])
        } catch {
            log.error(
                "the certificate cannot be read again; the one before stays in force", ["error": .text(explain(error))])
        }
    }

    private func look() {
        guard let identity else { return }
        // Perhaps the files are new and nobody has told; what the server made itself is renewed.
        if identity.timeLeft < (identity.isGenerated ? Self.renewal : Self.warning) { read() }
        guard identity.timeLeft < Self.warning else { return }
        log.warning(
            "the certificate expires soon; renew it and reload the server",
            ["until": .text(identity.end), "file": .text(identity.certificateFile)])
    }
}
