import Dispatch
import Glibc
import VoicePipeline

/// The process's surroundings, read in this file only.
enum Process {
    /// The environment, as it was at the start.
    static var environment: [String: String] {
        var values: [String: String] = [:]
        // Optional on one C library, not on another.
        let first: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
        guard var entry = first else { return values }
        while let line = entry.pointee {
            let text = String(cString: line)
            if let equals = text.firstIndex(of: "=") {
                values[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            entry += 1
        }
        return values
    }

    /// The process's number.
    static var id: Int32 { getpid() }

    /// A latch that is set by the first SIGTERM or SIGINT; a second one ends the process as usual.
    static func termination() -> Latch {
        let latch = Latch()
        for number in [SIGTERM, SIGINT] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                signal(number, SIG_DFL)
                latch.set()
                source.cancel()
            }
            source.resume()
        }
        return latch
    }

    /// Calls `reload` on each SIGHUP, until the source is cancelled.
    /// - Parameter termination: set instead when the signal means that the terminal has gone in which this was started.
    static func hangups(_ termination: Latch, reload: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        let beganOnTerminal = hasTerminal
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        source.setEventHandler {
            if beganOnTerminal && !hasTerminal { termination.set() } else { reload() }
        }
        source.resume()
        return source
    }

    private static var hasTerminal: Bool {
        let terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { return false }
        close(terminal)
        return true
    }

    /// Resident memory now, MB.
    static var residentMegabytes: Int { Int(ProcessUsage.residentBytes / 1_048_576) }
}

/// Ends the process; what was printed is already written.
func exitProcess(_ code: ExitCode) -> Never { exit(code.rawValue) }

/// Ends the process while libraries are at work, which could not be torn down under their own feet.
func leaveProcess(_ code: ExitCode) -> Never { _exit(code.rawValue) }
