/// Something that runs for as long as its task does: a server, a loop, a worker.
public protocol Service: Sendable {
    /// Runs until the work ends or the task is cancelled; cancellation is a normal end.
    func run() async throws
}
