import Transport
import VoiceBrain
import VoicePipeline
import VoiceServer

extension CommandContext {
    /// Serves until SIGTERM or SIGINT.
    func serve() async -> ExitCode {
        CrashReport.begin()
        let termination = Process.termination()
        Process.ignoreFileSizeSignal()
        let care = Care(configuration, stateFolder: root.resolve(configuration.stateDirectory))
        var complaint: String?
        do {
            try await serve(care, until: termination)
        } catch {
            complaint = explain(error)
        }
        // What was logged comes before what is said last.
        care.finish()
        guard let complaint else { return .done }
        Console.complain(complaint)
        return .failed
    }

    private func serve(_ care: Care, until termination: Latch) async throws {
        let started = ContinuousClock.now
        let log = care.log
        // Before the models, so that a mistake with the certificate shows at once.
        let addresses = try Addresses.make(configuration, root: root)
        let certificates = CertificateCare(addresses.identity, log: log, supervisor: care.supervisor)
        let hangups = Process.hangups(termination) { certificates.reload() }
        defer { hangups.cancel() }
        let assembly = try await care.loading { try await Assembly.load(configuration, root: root, log: log) }
        var engines = assembly.engines
        engines.metrics = care.metrics
        let directory = SessionDirectory(limits: assembly.sessions, metrics: care.metrics, log: log)
        let door = HotpinDoor(engines: engines, limits: assembly.limits, directory: directory, log: log)
        let routes = Routes(
            door: door, status: ServerStatus(clock: SystemWallClock(), liveness: care.liveness),
            watch: care.door(models: models(engines)), webRoot: root.resolve(configuration.webRoot))
        var http = assembly.http
        http.listeners = addresses.listeners
        let loop = try EventLoop(name: "http")
        let server = HTTPServer(
            configuration: http, log: log, loop: loop,
            onListening: { address in
                log.info(
                    "listening",
                    [
                        "host": .text(address.host), "port": .int(address.port),
                        "tls_port": .int(address.encryptedPort ?? 0),
                        "ready_ms": .double(started.duration(to: .now).milliseconds.rounded()),
                        "resident_mb": .int(Process.residentMegabytes),
                    ])
                care.supervisor.tell(.ready(status: "listening on \(address.host):\(address.port)"))
                welcome(address)
            }, handler: routes.handle)
        care.metrics.addTransport { server.statistics }
        let alarms = assembly.brain.alarmService(
            pollSeconds: assembly.stores.alarmPollSeconds, listens: { await directory.listens(to: $0) },
            announce: { session, sentence in
                guard await directory.announce(sentence, in: session) else { return false }
                care.metrics.alarmsAnnounced.count()
                return true
            })
        await directory.setOnOpen { session in alarms.sessionOpened(session) }
        let retention = assembly.stores.retention(log: log)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask { try await alarms.run() }
            group.addTask { try await retention.run() }
            group.addTask { try await care.pulse(of: loop).run() }
            group.addTask { await directory.run() }
            group.addTask {
                await termination.wait()
                log.info("stopping")
                care.supervisor.tell(.stopping)
                await directory.drain(within: .seconds(configuration.limits.drainSeconds))
            }
            try await group.next()
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }

    private func models(_ engines: SessionEngines) -> [String: String] {
        [
            "recognition": engines.recognizer.name, "voice": engines.synthesizer.name,
            "chat": configuration.chat?.model ?? "none",
        ]
    }

    /// Tells a person where to go; programs read the log instead.
    private func welcome(_ address: Listening) {
        guard configuration.logFormat == .text else { return }
        let places = address.urls.joined(separator: " or ")
        Console.print("Hotpin is ready: open \(places) and hold the button. Ctrl-C ends it.")
        if address.host != "127.0.0.1" {
            Console.complain(
                "anyone who reaches \(address.host):\(address.port) can talk to it; set SERVER_HOST=127.0.0.1 to keep it here."
            )
        }
    }
}
