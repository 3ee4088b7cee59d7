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
        Process.ignoreFileSizeSignal()
        do {
            let assembly = try await Assembly.load(configuration, root: root, log: log)
            let directory = SessionDirectory()
            let door = HotpinDoor(
                engines: assembly.engines, limits: assembly.limits, directory: directory, log: log)
            let routes = Routes(
                door: door, status: ServerStatus(clock: SystemWallClock()), webRoot: root.resolve(configuration.webRoot)
            )
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
                    welcome(address)
                }, handler: routes.handle)
            let alarms = assembly.brain.alarmService(
                pollSeconds: assembly.stores.alarmPollSeconds, listens: { await directory.listens(to: $0) },
                announce: { session, sentence in await directory.announce(sentence, in: session) })
            let retention = assembly.stores.retention(log: log)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                group.addTask { try await alarms.run() }
                group.addTask { try await retention.run() }
                group.addTask { await termination.wait() }
                try await group.next()
                log.info("stopping")
                group.cancelAll()
                try await group.waitForAll()
            }
            return .done
        } catch {
            Console.complain(explain(error))
            return .failed
        }
    }

    /// Tells a person where to go; programs read the log instead.
    private func welcome(_ address: ListeningAddress) {
        guard configuration.logFormat == .text else { return }
        let host = address.host == "0.0.0.0" || address.host == "127.0.0.1" ? "localhost" : address.host
        Console.print("Hotpin is ready: open http://\(host):\(address.port) and hold the button. Ctrl-C ends it.")
        if address.host != "127.0.0.1" {
            Console.complain(
                "anyone who reaches \(address.host):\(address.port) can talk to it; set SERVER_HOST=127.0.0.1 to keep it here."
            )
        }
    }
}
