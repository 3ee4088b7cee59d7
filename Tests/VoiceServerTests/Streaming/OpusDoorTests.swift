import AudioCodecs
import Glibc
import Testing
import Transport
import VoicePipeline
import VoiceTesting

/// Opus both ways, with the real library.
@Suite struct OpusDoorTests {
    private let opus = #","audio":"stream","audio_format":"opus""#
    private let eos = #"{"signal":"EOS"}"#

    private func packets(_ count: Int) throws -> [[UInt8]] {
        let encoder = try OpusCodec().makeEncoder()
        return try (0..<count).map { packet in
            try encoder.encode((0..<320).map { 0.4 * sinf(Float(packet * 320 + $0) * 0.1) })
        }
    }

    @Test func packetsAreHeardAndAnswered() async throws {
        let heard = Guarded<[Float]>([])
        let recognizer = FakeRecognizer { samples throws(EngineError) in
            heard.withLock { $0 = samples }
            return Transcript(text: "hello")
        }
        let question = try packets(50)
        let (header, answer, texts) = try await ServerUnderTest.run(
            recognizer: recognizer, synthesizer: FakeSynthesizer(secondsPerCharacter: 0.1), packets: OpusCodec()
        ) { server in
            try await server.talk(options: opus) { client in
                for packet in question { try await client.send(packet) }
                try await client.send(eos)
                return try await Self.turn(client)
            }
        }
        #expect(heard.withLock { $0.count } == 16_000)
        #expect(heard.withLock { $0.contains { abs($0) > 0.2 } })
        #expect(
            header
                == #"{"status":"audio","format":"opus","sample_rate":16000,"channels":1,"frame_ms":20,"pre_skip":312}"#)
        #expect(texts.suffix(2) == [#"{"status":"audio_end","duration_ms":300}"#, #"{"status":"complete"}"#])
        // 300 ms, and what the decoder gives late.
        #expect(answer.count == 16)
        let decoder = try OpusCodec().makeDecoder()
        let samples = try answer.flatMap { try decoder.decode($0) }
        let sound = samples[(312 / 3)...].prefix(4800)
        #expect(sound.count == 4800)
        #expect(sound.contains { abs($0) > 0.1 })
    }

    @Test func badPacketsAreErrorsAndTheRestIsHeard() async throws {
        let heard = Guarded(0)
        let recognizer = FakeRecognizer { samples throws(EngineError) in
            heard.withLock { $0 = samples.count }
            return Transcript(text: "hello")
        }
        let good = try packets(10)
        try await ServerUnderTest.run(recognizer: recognizer, packets: OpusCodec()) { server in
            try await server.talk(options: opus) { client in
                for bad in [[], [3], [0x4B, 7, 1, 2, 3], [UInt8](repeating: 255, count: 9000)] {
                    try await client.send(bad)
                    #expect(try await client.next()?.contains("no Opus packet") == true)
                    try await client.send(good[0])
                }
                try await client.send(eos)
                #expect(try await client.turn().last == #"{"status":"complete"}"#)
            }
        }
        #expect(heard.withLock { $0 } == 4 * 320)
    }

    /// Two bytes that are 120 ms: a flood of them is held back, so that decoding does not take all the time there is.
    @Test func aFloodIsReadNoFasterThanTheLimit() async throws {
        let clock = ManualClock()
        var limits = SessionLimits()
        limits.audioSpeed = 2
        try await ServerUnderTest.run(packets: OpusCodec(), limits: limits, clock: clock) { server in
            try await server.talk(options: opus) { client in
                await clock.sleepsBegun(atLeast: 2)
                let before = clock.sleepsBegun
                // Two utterances, which are a minute, may come at once; then a second comes every half one.
                for _ in 0..<510 { try await client.send([0x1B, 0x02]) }
                try await client.send("?")
                let end = ContinuousClock.now + .seconds(20)
                while clock.sleepsBegun == before, .now < end { await Task.yield() }
                let wait = try #require(clock.untilNext)
                #expect(wait > .zero && wait <= .milliseconds(500))
                clock.advance(by: .seconds(60))
                #expect(try await client.next()?.contains("Not JSON") == true)
            }
        }
    }

    @Test func everyAnswerIsAStreamOfItsOwn() async throws {
        let question = try packets(5)
        let turns = try await ServerUnderTest.run(
            synthesizer: FakeSynthesizer(secondsPerCharacter: 0.05), packets: OpusCodec()
        ) { server in
            try await server.talk(options: opus) { client in
                var turns: [[[UInt8]]] = []
                for _ in 0..<2 {
                    for packet in question { try await client.send(packet) }
                    try await client.send(eos)
                    turns.append(try await Self.turn(client).packets)
                }
                return turns
            }
        }
        #expect(turns[0] == turns[1])
        #expect(turns[0].count == 8)
    }

    private static func turn(
        _ client: TalkingClient
    ) async throws -> (header: String, packets: [[UInt8]], texts: [String]) {
        var header = ""
        var packets: [[UInt8]] = []
        var texts: [String] = []
        while let message = try await client.nextMessage() {
            guard case .text(let bytes) = message else {
                packets.append(message.bytes)
                continue
            }
            let text = String(decoding: bytes, as: UTF8.self)
            texts.append(text)
            if text.hasPrefix(#"{"status":"audio","#) { header = text }
            if text.hasPrefix(#"{"status":"complete"#) || text.hasPrefix(#"{"status":"error"#) { break }
        }
        return (header, packets, texts)
    }
}
