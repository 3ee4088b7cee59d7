/// What was asked for on the command line.
public struct Invocation: Equatable, Sendable {
    public enum Command: String, CaseIterable, Sendable {
        case serve, ask, say, transcribe, keys, models, config, doctor, bench
    }

    /// nil asks for the general help.
    public var command: Command?
    /// Files for `ask`, files and folders for `transcribe` (`-` is standard input), words for `say`, what to do for `keys`.
    public var operands: [String] = []
    public var wantsHelp = false
    public var wantsVersion = false
    /// Machine-readable output on standard output.
    public var json = false
    /// Where `say` and `ask` put the speech; `-` is standard output. The folder in which `transcribe` writes its files.
    public var output: String?
    /// Whose conversation `ask` continues.
    public var session: String?
    /// The server that `ask` talks to instead of loading the models itself, and that `bench` asks.
    public var server: String?
    /// PEM file with the certificates that `ask` believes at `wss://`; nil believes whom the system does.
    public var certificates: String?
    /// Turns that `bench` asks for.
    public var rounds = 5
    /// Silence behind each of its questions, milliseconds.
    public var pause = 300
    /// What `transcribe` does beside the settings.
    public var transcribing = Transcribing()
    /// Settings by flag name, such as `--server-port`.
    public var settings: [Flag] = []

    /// One setting.
    public struct Flag: Equatable, Sendable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(command: Command? = nil) {
        self.command = command
    }
}

/// A command line that makes no sense; the sentence says what to do.
public struct UsageError: Error, Equatable, Sendable {
    public var message: String
    /// The command whose help would explain it.
    public var command: Invocation.Command?
}
