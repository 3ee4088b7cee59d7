import AudioCodecs
import Glibc
import SpeechEngines
import VoicePipeline

/// What drafts, the speech gate, cancelling and making room give, on clips of speech; and the texts and times of words
/// that `recognition_score.py` counts the errors of.
///
///     swift build -c release --product recognition-bench
///     .build/release/recognition-bench drafts,gate,room,texts .deps CLIP.wav …
///
/// And one of the recognisers of Benchmarks/stt.py:
///
///     .build/release/recognition-bench recognise .deps whisper-tiny.en int8 2 [times]
@main
struct RecognitionBench {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count > 2 else {
            say("Usage: recognition-bench drafts,gate,room,texts FOLDER CLIP...\n  FOLDER  where set-up put its parts")
            exit(2)
        }
        let wanted = arguments[1].split(separator: ",")
        let parts = arguments[2]
        do {
            if wanted == ["recognise"] { return try await recognise(parts, Array(arguments.dropFirst(2))) }
            let runtime = try ONNXRuntime(library: "\(parts)/onnxruntime/libonnxruntime.so")
            let model = getenv("MODEL").map { String(cString: $0) } ?? "whisper-tiny.en"
            let whisper = "\(parts)/models/\(model)"
            let recognizer = try WhisperRecognizer(runtime: runtime, folder: whisper)
            var clips: [Clip] = []
            for path in arguments.dropFirst(2) {
                clips.append(Clip(path: path, samples: try AudioFileReader().read(path).samples))
            }
            for clip in clips { _ = try await recognizer.transcribe(clip.samples) }
            if wanted.contains("drafts") { try await Drafts(recognizer: recognizer).run(clips) }
            if wanted.contains("gate") {
                let vad = try SileroVAD(runtime: runtime, model: "\(parts)/models/silero-vad/silero_vad_16k.onnx")
                try await Gate(detector: vad).run(clips)
            }
            if wanted.contains("texts") { try await Texts(recognizer: recognizer).run(clips) }
            if wanted.contains("room") { try await Room(runtime: runtime, folder: whisper).run(clips) }
        } catch {
            say("recognition-bench: \(error)")
            exit(1)
        }
    }

    /// - Parameter arguments: model, precision, threads, and `times` where they are wanted.
    private static func recognise(_ parts: String, _ arguments: [String]) async throws {
        guard arguments.count >= 3, let precision = WhisperPrecision(rawValue: arguments[1]),
            let threads = Int(arguments[2])
        else {
            say("Usage: recognition-bench recognise FOLDER MODEL int8|fp32 THREADS [times]")
            exit(2)
        }
        let runtime = try ONNXRuntime(library: "\(parts)/onnxruntime/libonnxruntime.so", threads: threads)
        let vad = try SileroVAD(runtime: runtime, model: "\(parts)/models/silero-vad/silero_vad_16k.onnx")
        let whisper = try WhisperRecognizer(
            runtime: runtime, folder: "\(parts)/models/\(arguments[0])", precision: precision)
        try await Recognise(
            recognizer: SpeechGate(whisper, detector: vad), transcriber: RecordingTranscriber(detector: vad),
            times: arguments.contains("times")
        ).run()
    }
}

struct Clip: Sendable {
    var path: String
    var samples: [Float]

    var name: Substring { path.split(separator: "/").last ?? "" }
    var seconds: Double { Double(samples.count) / 16_000 }
}

/// Processor time of the process and time that passed, in milliseconds.
struct Cost {
    var cpu = 0.0
    var wall = 0.0

    /// Adds what some work costs.
    mutating func measure<Value>(_ work: () async throws -> Value) async throws -> Value {
        let before = (Self.time(CLOCK_PROCESS_CPUTIME_ID), Self.time(CLOCK_MONOTONIC))
        let value = try await work()
        cpu += Self.time(CLOCK_PROCESS_CPUTIME_ID) - before.0
        wall += Self.time(CLOCK_MONOTONIC) - before.1
        return value
    }

    static func time(_ clock: clockid_t) -> Double {
        var spec = timespec()
        clock_gettime(clock, &spec)
        return Double(spec.tv_sec) * 1e3 + Double(spec.tv_nsec) / 1e6
    }
}

/// The middle, the quietest and the worst of some times.
struct Times: CustomStringConvertible {
    var all: [Double] = []

    var description: String {
        let sorted = all.sorted()
        guard let least = sorted.first, let most = sorted.last else { return "none" }
        return "p50 \(round(sorted[sorted.count / 2])), least \(round(least)), most \(round(most)) ms (\(all.count))"
    }
}

func round(_ value: Double) -> Double { (value * 10).rounded() / 10 }

func say(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = write(1, bytes, bytes.count)
}
