import AudioCodecs
import VoicePipeline

extension CommandContext {
    /// Writes what is said in each file; a file that fails does not stop the others.
    func transcribe() async -> ExitCode {
        do {
            let recognizer = try await Assembly.recognizer(configuration, root: root, log: quietLog)
            var code = ExitCode.done
            for file in invocation.operands {
                do {
                    let audio = try AudioFileReader(maximumSeconds: 30).read(file)
                    let started = ContinuousClock.now
                    let transcript = try await recognizer.transcribe(audio.samples, options: RecognitionOptions())
                    show(transcript, of: file, audio, milliseconds: started.duration(to: .now).milliseconds)
                } catch {
                    Console.complain("\(file): \(explain(error))")
                    code = .failed
                }
            }
            return code
        } catch {
            Console.complain(explain(error))
            return .failed
        }
    }

    private func show(_ transcript: Transcript, of file: String, _ audio: AudioFile, milliseconds: Double) {
        if invocation.json {
            Console.print(
                json: TranscribedFile(
                    file: file, text: transcript.text, language: transcript.language,
                    seconds: Double(audio.samples.count) / 16_000, milliseconds: milliseconds.rounded(),
                    confidence: (Double(transcript.confidence) * 100).rounded() / 100))
        } else if invocation.operands.count > 1 {
            Console.print("\(file): \(transcript.text)")
        } else {
            Console.print(transcript.text)
        }
    }
}

private struct TranscribedFile: Encodable {
    var file: String
    var text: String
    var language: String
    var seconds: Double
    var milliseconds: Double
    /// 0…1, see `Transcript.confidence`.
    var confidence: Double
}
