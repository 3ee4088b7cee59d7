import COnnxRuntime
import VoicePipeline

/// Where the library's own messages go. The library has one environment a process, so this has one destination:
/// the log of the run-time that was loaded last.
enum ONNXLog {
    private static let destination = Guarded<Log>(.none)

    static func send(to log: Log) {
        destination.withLock { $0 = log }
    }

    /// Called by any thread of the library.
    static let receive: OrtLogFunction = { _, level, _, _, location, message in
        guard let message else { return }
        let log = ONNXLog.destination.withLock { $0 }
        switch level {
        case 2: log.warning(line(message), ["engine": "onnxruntime", "location": .text(place(location))])
        case 4...: log.error(line(message), ["engine": "onnxruntime", "location": .text(place(location))])
        // An error also comes back as the failure of the call, and a cancelled run is one too.
        default: log.debug(line(message), ["engine": "onnxruntime"])
        }
    }

    private static func line(_ message: UnsafePointer<CChar>) -> String {
        String(cString: message).split(separator: "\n").joined(separator: " ")
    }

    private static func place(_ location: UnsafePointer<CChar>?) -> String {
        location.map { String(cString: $0) } ?? ""
    }
}
