import AudioCodecs
import Transport
import VoicePipeline
import VoiceProtocol
import VoiceServer

extension CommandContext {
    /// Asks a running server again and again, and draws where the time goes.
    func bench() async -> ExitCode {
        let url = invocation.server ?? "ws://127.0.0.1:\(configuration.port)/ws"
        do {
            var rounds: [TurnMeasurement] = []
            let questions = try await questions()
            for round in 0..<invocation.rounds {
                let question = questions[round % questions.count]
                let measurement = try await TurnClient(
                    url: url, trust: invocation.trust, key: configuration.security.clientKey,
                    pause: .milliseconds(invocation.pause)
                ).ask(question.samples)
                rounds.append(measurement)
                if invocation.json { Console.print(json: measurement) } else { show(question.name, measurement) }
            }
            if !invocation.json { Console.print(TurnChart.summary(rounds)) }
            return rounds.contains { $0.error != nil } ? .failed : .done
        } catch {
            Console.complain("\(explain(error)) Is a server running at \(url)? `hotpin serve` starts one.")
            return .failed
        }
    }

    private func show(_ name: String, _ measurement: TurnMeasurement) {
        Console.print("\(name): \(measurement.transcript ?? "nothing understood")")
        if let error = measurement.error { Console.print("  \(error)") }
        for line in TurnChart.lines(measurement) { Console.print("  " + line) }
    }

    /// The sound files that were named, or a question in the server's own voice.
    private func questions() async throws -> [(name: String, samples: [Float])] {
        let files = invocation.operands.dropFirst()
        guard files.isEmpty else {
            return try files.map { ($0, try AudioFileReader(maximumSeconds: 30).read($0).samples) }
        }
        let voice = try await Assembly.voice(configuration, root: root, log: quietLog)
        let speech = try await voice.synthesize("What time is it?", options: SynthesisOptions())
        let samples = try SoxrResampler().resample(
            speech.samples, from: speech.sampleRate, to: UtteranceBuffer.sampleRate)
        return [("What time is it?", samples)]
    }
}
