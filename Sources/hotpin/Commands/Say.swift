import VoicePipeline
import VoiceProtocol

extension CommandContext {
    /// Speaks a text into a WAV file.
    func say() async -> ExitCode {
        let text = invocation.operands.joined(separator: " ")
        let output = invocation.output ?? "speech.wav"
        do {
            let voice = try await Assembly.voice(configuration, root: root, log: quietLog)
            let speech = try await Speaker(voice: voice, wordsPerMinute: configuration.wordsPerMinute).speak(text)
            guard !speech.samples.isEmpty else {
                Console.complain("there is nothing to pronounce in “\(text)”.")
                return .failed
            }
            return report(speech, to: output)
        } catch {
            Console.complain(explain(error))
            return .failed
        }
    }

    private func report(_ speech: SynthesizedSpeech, to output: String) -> ExitCode {
        if let problem = Console.write(speech.wavFile, toFile: output) {
            Console.complain(problem)
            return .failed
        }
        guard output != "-" else { return .done }
        let seconds = (speech.duration * 100).rounded() / 100
        if invocation.json {
            Console.print(json: SpokenFile(file: output, seconds: seconds, sampleRate: speech.sampleRate))
        } else {
            Console.print("\(output): \(seconds) s")
        }
        return .done
    }
}

private struct SpokenFile: Encodable {
    var file: String
    var seconds: Double
    var sampleRate: Int
}

extension SynthesizedSpeech {
    /// A whole WAV file.
    var wavFile: [UInt8] {
        let pcm = PCM16.encode(samples)
        return WAVHeader(sampleRate: sampleRate, dataSize: pcm.count).encoded() + pcm
    }
}
