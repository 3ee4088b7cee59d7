import VoicePipeline
import VoiceServer

/// What every command is given.
struct CommandContext: Sendable {
    let invocation: Invocation
    let configuration: Configuration
    let root: InstallRoot

    /// A log for commands that answer on standard output: only what went wrong.
    var quietLog: Log {
        .standardError(minimum: max(configuration.logLevel, .warning), format: configuration.logFormat)
    }
}

/// How a command ended.
enum ExitCode: Int32 {
    case done = 0
    case failed = 1
    case usage = 2
    /// By Ctrl-C.
    case interrupted = 130
}
