import AudioCodecs
import Transport
import VoicePipeline
import VoiceProtocol
import VoiceServer

extension CommandContext {
    /// Asks what is said in a file, prints the exchange, and writes the spoken answer.
    func ask() async -> ExitCode {
        do {
            let audio = try AudioFileReader(maximumSeconds: Double(configuration.limits.utteranceSeconds))
                .read(invocation.operands[0])
            let exchange =
                if let server = invocation.server {
                    try await askServer(server, audio.samples)
                } else {
                    try await askHere(audio.samples)
                }
            return report(exchange)
        } catch {
            Console.complain(explain(error))
            return .failed
        }
    }

    /// Runs one turn of a conversation in this process.
    private func askHere(_ samples: [Float]) async throws -> Exchange {
        let assembly = try await Assembly.load(
            configuration, root: root, log: quietLog, keepsState: invocation.session != nil)
        let events = BoundedChannel<TurnEvent>(capacity: 16)
        let conversation = Conversation(
            session: invocation.session ?? "ask", engines: assembly.engines, limits: assembly.limits, log: quietLog
        ) { event in await events.send(event) }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await conversation.append(PCM16.encode(samples))
                if let work = await conversation.endOfSpeech() { await work() }
                events.finish()
            }
            var exchange = Exchange()
            for await event in events { exchange.take(event, sampleRate: assembly.limits.outputRate) }
            return exchange
        }
    }

    /// Sends the audio to a running server over the documented protocol.
    private func askServer(_ url: String, _ samples: [Float]) async throws -> Exchange {
        let session = Array((invocation.session ?? "hotpin-ask").utf8)
        let pcm = PCM16.encode(samples)
        return try await WebSocketClient(trust: invocation.trust).connect(url: url) { socket in
            try await socket.send(text: HotpinClientFrame.handshake(HotpinHandshake(sessionID: session)).encoded())
            for start in stride(from: 0, to: pcm.count, by: 4096) {
                try await socket.send(binary: Array(pcm[start..<min(start + 4096, pcm.count)]))
            }
            try await socket.send(text: HotpinClientFrame.endOfSpeech.encoded())
            var exchange = Exchange()
            for try await message in socket.messages {
                if try exchange.take(message) { break }
            }
            return exchange
        }
    }

    private func report(_ exchange: Exchange) -> ExitCode {
        let output = invocation.output ?? "answer.wav"
        var written = exchange
        if !exchange.wav.isEmpty {
            if let problem = Console.write(exchange.wav, toFile: output) {
                Console.complain(problem)
                return .failed
            }
            written.file = output
        }
        let failed = exchange.error != nil || exchange.response == nil
        if output == "-" { return failed ? .failed : .done }
        if invocation.json {
            Console.print(json: written)
        } else if let error = exchange.error {
            Console.complain(error)
        } else {
            Console.print("You:    \(exchange.transcript ?? "")")
            Console.print("Hotpin: \(exchange.response ?? "")")
            if let file = written.file { Console.print("        (spoken in \(file))") }
        }
        return failed ? .failed : .done
    }
}

extension Invocation {
    /// Whose certificates `ask` believes.
    fileprivate var trust: TLSTrust { certificates.map { .file($0) } ?? .system }
}
