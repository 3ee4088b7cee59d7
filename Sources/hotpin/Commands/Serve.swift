import Transport
import VoiceBrain
import VoicePipeline
import VoiceServer

extension CommandContext {
    /// Serves until SIGTERM or SIGINT.
    func serve() async -> ExitCode {
        let started = ContinuousClock.now
        let log = self.log
        let termination = Process.termination()
        do {
            let access = try await Access.open(configuration, root: root)
            let authenticator = try await access.authenticator(host: configuration.host, log: log)
            let assembly = try await Assembly.load(configuration, root: root, log: log)
            let directory = SessionDirectory()
            let door = HotpinDoor(
                engines: assembly.engines, limits: assembly.limits, directory: directory, authenticator: authenticator,
                log: log)
            let routes = Routes(
                door: door, status: ServerStatus(clock: SystemWallClock()),
                webRoot: root.resolve(configuration.webRoot), authenticator: authenticator)
            let server = HTTPServer(
                configuration: assembly.http, log: log,
                onListening: { address in
                    log.info(
                        "listening",
                        [
                            "host": .text(address.host), "port": .int(address.port),
                            "ready_ms": .double(started.duration(to: .now).milliseconds.rounded()),
                            "resident_mb": .int(Process.residentMegabytes),
                        ])
                    welcome(address, authenticator)
                }, handler: routes.handle)
            let alarms = assembly.brain.alarmService { session, sentence in
                await directory.announce(sentence, in: session)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                group.addTask { try await alarms.run() }
                group.addTask { try await authenticator.run() }
                group.addTask { await termination.wait() }
                try await group.next()
                log.info("stopping")
                group.cancelAll()
                try await group.waitForAll()
            }
            return .done
        } catch let error as ConfigurationError {
            for mistake in error.mistakes { Console.complain(mistake) }
            return .usage
        } catch {
            Console.complain(explain(error))
            return .failed
        }
    }

    /// Tells a person where to go; programs read the log instead.
    private func welcome(_ address: ListeningAddress, _ authenticator: Authenticator) {
        guard configuration.logFormat == .text else { return }
        let host = address.host == "0.0.0.0" || address.host == "127.0.0.1" ? "localhost" : address.host
        Console.print("Hotpin is ready: open http://\(host):\(address.port) and hold the button. Ctrl-C ends it.")
        if authenticator.keyCount > 0 {
            Console.print("It asks for a key; `hotpin keys add NAME` makes one for each device.")
        }
    }
}
