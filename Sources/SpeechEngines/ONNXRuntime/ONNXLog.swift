import COnnxRuntime
import Synchronization
import VoicePipeline

/// Where the library's own messages go. The library has one environment a process, so this has one destination:
/// the log of the run-time that was loaded last.
enum ONNXLog {
    private static let destination = Mutex<Log>(.none)

    static func send(to log: Log) {
        destination.withLock { $0 = log }
    }

    /// Called by any thread of the library.
    static let receive: OrtLogFunction = { _, level, _, _, location, message in
        guard let message else { return }
        let log = ONNXLog.destination.withLock { $0 }
        let text = String(cString: message)
        let place = location.map { String(cString: $0) } ?? ""
        switch level {
        case ..<2: log.debug(text, ["engine": "onnxruntime", "location": .text(place)])
        case 2: log.warning(text, ["engine": "onnxruntime", "location": .text(place)])
        default: log.error(text, ["engine": "onnxruntime", "location": .text(place)])
        }
    }
}
