import CCrash
import Glibc
import VoicePipeline
import VoiceServer

/// Lets a crash leave its reason: one line and the calls that led there, on standard error and in a file.
enum CrashReport {
    /// Begins; until `write(to:)` reports go to standard error only.
    static func begin() {
        // A closed connection and a file at its limit are error codes, not the end.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        _ = hotpin_crash_install(ServerStatus.version)
    }

    /// - Parameter file: stays open until the process ends; -1 for none.
    static func write(to file: Int32) { hotpin_crash_set_file(file) }
}
