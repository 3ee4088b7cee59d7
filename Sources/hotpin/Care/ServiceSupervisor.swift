import VoiceServer

/// The service manager that started the process, if one did; what is told to none is not told.
struct ServiceSupervisor: Sendable {
    private let socket: NotifySocket?
    /// The time after which it takes a silent server for dead; nil if it does not watch.
    let watchdog: Duration?

    init(environment: [String: String] = Process.environment) {
        socket = NotifySocket(environment["NOTIFY_SOCKET"])
        watchdog =
            socket == nil
            ? nil
            : WatchdogInterval.read(
                microseconds: environment["WATCHDOG_USEC"], process: environment["WATCHDOG_PID"], own: Process.id)
    }

    func tell(_ message: NotifySocket.Message) { socket?.send(message) }
}
