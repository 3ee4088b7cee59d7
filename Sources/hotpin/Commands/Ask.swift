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
        var limits = assembly.limits
        // All of the utterance is there: nothing is ahead of anybody.
        limits.ahead = .nothing
        let conversation = Conversation(
            session: invocation.session ?? "ask", engines: assembly.engines, limits: limits, log: quietLog
        ) { event in await events.send(event) }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = await conversation.append(PCM16.encode(samples))
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
        let key = configuration.security.clientKey
        let handshake = HotpinHandshake(sessionID: session, apiKey: key.isEmpty ? nil : Array(key.utf8))
        return try await WebSocketClient(trust: invocation.trust).connect(url: url) { socket in
            try await socket.send(text: HotpinClientFrame.handshake(handshake).encoded())
            var messages = socket.messages.makeAsyncIterator()
            var exchange = Exchange()
            // The server's word on the key comes before any audio goes out.
            guard let greeting = try await messages.next() else {
                exchange.error = Self.refusal(socket.closeCode, showedKey: !key.isEmpty)
                return exchange
            }
            if try exchange.take(greeting) { return exchange }
            for start in stride(from: 0, to: pcm.count, by: 4096) {
                try await socket.send(binary: Array(pcm[start..<min(start + 4096, pcm.count)]))
            }
            try await socket.send(text: HotpinClientFrame.endOfSpeech.encoded())
            while let message = try await messages.next() {
                if try exchange.take(message) { return exchange }
            }
            exchange.error = Self.refusal(socket.closeCode, showedKey: !key.isEmpty)
            return exchange
        }
    }

    /// Why the server closed instead of answering.
    private static func refusal(_ code: UInt16?, showedKey: Bool) -> String {
        switch code {
        case 1008 where showedKey:
            "The server does not take the key in HOTPIN_API_KEY; `hotpin keys list` there names those in force."
        case 1008: "The server wants a key: set HOTPIN_API_KEY to one that `hotpin keys add NAME` made there."
        case let code: "The server closed the connection (\(code ?? 1006)) instead of answering; its log says why."
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
    /// Whose certificates `ask` and `bench` believe.
    var trust: TLSTrust { certificates.map { .file($0) } ?? .system }
}
