import Glibc
import VoicePipeline

/// A real Redis on a socket in a folder of its own; ends with its owner.
final class RedisServer: @unchecked Sendable {
    struct NotStarted: Error, CustomStringConvertible {
        let description: String
    }
    private let folder = TemporaryFolder()
    private let arguments: [String]
    // Used by one test at a time.
    private var process: pid_t = 0

    var path: String { folder.path + "/redis.sock" }
    var address: RedisAddress { RedisAddress(.unix(path: path)) }

    /// - Parameter options: more of redis-server's own.
    init(_ options: String...) throws {
        arguments =
            [
                "redis-server", "--port", "0", "--unixsocket", folder.path + "/redis.sock", "--dir", folder.path,
                "--save", "", "--daemonize", "no", "--logfile", "",
            ] + options
        try start()
    }

    deinit { kill() }

    /// Starts it, again if need be; returns when it takes connections.
    func start() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw NotStarted(description: "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var started: pid_t = 0
        let code = posix_spawnp(&started, "redis-server", &actions, nil, &words, environ)
        close(ends[1])
        guard code == 0 else {
            throw NotStarted(description: "redis-server is missing: run scripts/setup.sh --for-tests")
        }
        process = started
        var said: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !String(decoding: said, as: UTF8.self).contains("eady to accept connections") {
            let count = read(ends[0], &buffer, buffer.count)
            guard count > 0 else { throw NotStarted(description: String(decoding: said, as: UTF8.self)) }
            said += buffer[..<count]
        }
    }

    /// Ends it as a crash does.
    func kill() {
        guard process > 0 else { return }
        Glibc.kill(process, SIGKILL)
        waitpid(process, nil, 0)
        process = 0
    }

    /// Lets it answer nothing any more, or again.
    func freeze() { Glibc.kill(process, SIGSTOP) }
    func thaw() { Glibc.kill(process, SIGCONT) }
}
