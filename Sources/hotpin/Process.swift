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

    /// Makes a file that may not grow an error of the write, as a full disk is, instead of the end of the process.
    static func ignoreFileSizeSignal() {
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Resident memory now, MB.
    static var residentMegabytes: Int {
        guard let status = InstallRoot.read("/proc/self/status"),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
        else { return 0 }
        return kilobytes / 1024
    }
}

/// Ends the process; what was printed is already written.
func exitProcess(_ code: ExitCode) -> Never { exit(code.rawValue) }
