import Transport
import VoiceBrain
import VoicePipeline
import VoiceServer

extension CommandContext {
    /// Serves until SIGTERM or SIGINT.
    func serve() async -> ExitCode {
        CrashReport.begin()
        let termination = Process.termination()
        let care = Care(configuration, stateFolder: root.resolve(configuration.stateDirectory))
        var complaint: [String] = []
        var code = ExitCode.failed
        do {
            try await serve(care, until: termination)
        } catch let error as ConfigurationError {
            complaint = error.mistakes
            code = .usage
        } catch {
            complaint = [explain(error)]
        }
        // What was logged comes before what is said last.
        care.finish()
        for sentence in complaint { Console.complain(sentence) }
        return complaint.isEmpty ? .done : code
    }

    private func serve(_ care: Care, until termination: Latch) async throws {
        let started = ContinuousClock.now
        let log = care.log
        var access = try await Access.open(configuration, root: root)
        // Before the models, so that a mistake with the certificate shows at once.
        let addresses = try Addresses.make(configuration, root: root)
        access.policy.certificateNames = addresses.certificateNames
        let authenticator = try await access.authenticator(host: configuration.host, metrics: care.metrics, log: log)
        let certificates = CertificateCare(addresses.identity, log: log, supervisor: care.supervisor)
        let hangups = Process.hangups(termination) { certificates.reload() }
        defer { hangups.cancel() }
        let metrics = care.metrics
        let assembly = try await care.loading(until: termination) {
            try await Assembly.load(configuration, root: root, log: log, metrics: metrics)
        }
        let engines = assembly.engines
        let loop = try EventLoop(name: "http")
        let directory = SessionDirectory(limits: assembly.sessions, metrics: care.metrics, log: log)
        let door = HotpinDoor(
            engines: engines, limits: assembly.limits, directory: directory, authenticator: authenticator,
            clock: LoopClock(loop), log: log)
        let programs = try assembly.programDoors(
            configuration, root: root, metrics: metrics, authenticator: authenticator, log: log)
        let routes = Routes(
            door: door, status: ServerStatus(clock: SystemWallClock(), liveness: care.liveness),
            watch: care.door(models: models(engines), authenticator: authenticator),
            webRoot: root.resolve(configuration.webRoot), authenticator: authenticator,
            speech: programs.speech, live: programs.live,
            crossOrigin: CrossOriginPolicy(origins: configuration.transcription.crossOrigins))
        var http = assembly.http
        http.listeners = addresses.listeners
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
                welcome(address, authenticator)
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
        let census = AlarmCensus(store: assembly.stores.assistant) { care.metrics.alarmsWaiting.set(Double($0)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask { try await alarms.run() }
            group.addTask { try await retention.run() }
            group.addTask { try await authenticator.run() }
            group.addTask { try await census.run() }
            group.addTask { try await care.pulse(of: loop).run() }
            group.addTask { await directory.run() }
            group.addTask {
                await termination.wait()
                // Also woken when something else failed; then there is nothing to drain.
                guard termination.isSet else { return }
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
    private func welcome(_ address: Listening, _ authenticator: Authenticator) {
        guard configuration.logFormat == .text else { return }
        let places = address.urls.joined(separator: " or ")
        Console.print("Hotpin is ready: open \(places) and hold the button. Ctrl-C ends it.")
        if authenticator.keyCount > 0 {
            Console.print("It asks for a key; `hotpin keys add NAME` makes one for each device.")
        }
    }
}
