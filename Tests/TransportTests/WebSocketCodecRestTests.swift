import Testing
import Transport

/// Codecs that share contexts of wslay, and what a peer may send at most.
@Suite struct WebSocketCodecRestTests {
    private func server(
        _ framings: WebSocketFramings = .init(), messageBytes: Int = 1 << 20, fragments: Int = 16_384
    ) -> WebSocketCodec {
        WebSocketCodec(
            .server, limits: .init(messageBytes: messageBytes, fragments: fragments, receiveBuffer: .max),
            framings: framings)
    }

    private func feed(_ codec: WebSocketCodec, _ bytes: [UInt8]) {
        let used = bytes.withUnsafeBytes { codec.receive($0) }
        #expect(used == bytes.count)
    }

    @Test func codecIsAtRestBetweenMessagesAndOnlyThere() {
        for frame in [
            WebSocketFrame.text("hello"), .binary([]), .ping([1, 2]), .pong(), .binary(.init(repeating: 1, count: 126)),
            .binary(.init(repeating: 1, count: 70_000)),
        ] {
            let codec = server()
            #expect(codec.isAtRest)
            for byte in frame.bytes.dropLast() {
                feed(codec, [byte])
                #expect(!codec.isAtRest && codec.isMidMessage)
            }
            feed(codec, frame.bytes.suffix(1))
            #expect(codec.isAtRest && !codec.isMidMessage)
        }
    }

    @Test func codecKeepsItsContextBetweenFragments() {
        let codec = server()
        feed(codec, WebSocketFrame.text("a", final: false).bytes)
        #expect(!codec.isAtRest)
        feed(codec, WebSocketFrame.ping().bytes)
        #expect(!codec.isAtRest)
        #expect(codec.ping())
        #expect(!codec.isAtRest)
        feed(codec, WebSocketFrame.more([98], final: true).bytes)
        #expect(codec.isAtRest)
        #expect(codec.takeMessages() == [.text([97, 98])])
    }

    @Test func sendingNeedsAContextOnlyMeanwhile() {
        let codec = server()
        #expect(codec.send([1, 2, 3], isText: false))
        #expect(codec.isAtRest)
        #expect(codec.takeOutput() == [0x82, 3, 1, 2, 3])
        #expect(codec.closing == .open)
    }

    @Test func closingKeepsWhatIsKnown() {
        let framings = WebSocketFramings()
        let codec = server(framings)
        codec.close(code: 4000, reason: "")
        #expect(codec.closing == .sent)
        #expect(!codec.isAtRest)
        #expect(!codec.send([1], isText: false))
        // Another one begins afresh.
        let other = server(framings)
        feed(other, WebSocketFrame.text("a").bytes)
        #expect(other.closing == .open)
        #expect(other.send([1], isText: false))
    }

    @Test func contextsThatAreSharedDoNotMixStreams() {
        let framings = WebSocketFramings()
        var random = SplitMix(state: 7)
        let codecs = (0..<50).map { _ in server(framings) }
        var streams: [[UInt8]] = []
        var expected: [[WebSocketMessage]] = []
        for _ in codecs {
            var bytes: [UInt8] = []
            var messages: [WebSocketMessage] = []
            for _ in 0..<20 {
                let payload = (0..<Int(random.next() % 300)).map { _ in UInt8(random.next() % 128) }
                let half = payload.count / 2
                switch random.next() % 4 {
                case 0:
                    bytes += WebSocketFrame(opcode: 1, payload: payload).bytes
                    messages.append(.text(payload))
                case 1:
                    bytes += WebSocketFrame.binary(payload).bytes + WebSocketFrame.pong([1]).bytes
                    messages.append(.binary(payload))
                default:
                    bytes += WebSocketFrame.binary(Array(payload[..<half]), final: false).bytes
                    bytes += WebSocketFrame.ping([2]).bytes
                    bytes += WebSocketFrame.more(Array(payload[half...]), final: true).bytes
                    messages.append(.binary(payload))
                }
            }
            streams.append(bytes)
            expected.append(messages)
        }
        var at = [Int](repeating: 0, count: codecs.count)
        var received = [[WebSocketMessage]](repeating: [], count: codecs.count)
        while at != streams.map(\.count) {
            let index = Int(random.next() % UInt64(codecs.count))
            let end = min(streams[index].count, at[index] + Int(random.next() % 200))
            feed(codecs[index], Array(streams[index][at[index]..<end]))
            at[index] = end
            received[index] += codecs[index].takeMessages()
        }
        #expect(received == expected)
        #expect(codecs.allSatisfy { $0.isAtRest && $0.closing == .open })
    }

    // MARK: What a peer may send

    /// The code and the reason of the close frame that was sent.
    private func refusal(_ codec: WebSocketCodec) -> (code: UInt16, reason: String)? {
        var output = codec.takeOutput()[...]
        while let (frame, count) = WebSocketFrame.parse(output) {
            if let code = frame.closeCode { return (code, String(decoding: frame.payload.dropFirst(2), as: UTF8.self)) }
            output.removeFirst(count)
        }
        return nil
    }

    @Test func tooManyFragmentsAreRefused() {
        for bytes in [[UInt8](), [1]] {
            let codec = server(fragments: 10)
            feed(codec, WebSocketFrame.binary([1], final: false).bytes)
            for _ in 0..<9 { feed(codec, WebSocketFrame.more(bytes, final: false).bytes) }
            #expect(codec.closing == .open)
            feed(codec, WebSocketFrame.more(bytes, final: false).bytes)
            #expect(codec.closing == .violated(code: 1008))
            #expect(refusal(codec)?.reason == "the message has too many fragments")
        }
    }

    @Test func fragmentsAreCountedMessageByMessage() {
        let codec = server(fragments: 2)
        for _ in 0..<100 {
            feed(codec, WebSocketFrame.binary([1], final: false).bytes + WebSocketFrame.more([2], final: true).bytes)
        }
        #expect(codec.closing == .open)
        #expect(codec.takeMessages().count == 100)
    }

    @Test func tooManyControlFramesAreRefused() {
        let codec = server()
        codec.controlFrames = 3
        let flood = (0..<10).flatMap { _ in WebSocketFrame.ping([1]).bytes }
        feed(codec, flood)
        #expect(codec.closing == .violated(code: 1008))
        let refused = refusal(codec)
        #expect(refused?.code == 1008)
        #expect(refused?.reason == "too many control frames")
    }

    @Test func controlFramesWithinTheLimitAreAnswered() {
        let codec = server()
        codec.controlFrames = 3
        feed(codec, (0..<3).flatMap { _ in WebSocketFrame.ping([1]).bytes })
        #expect(codec.closing == .open)
        #expect(codec.takeOutput() == [0x8A, 1, 1, 0x8A, 1, 1, 0x8A, 1, 1])
    }

    @Test func overlongMessageIsRefusedAtItsHeaderWithTheLimit() {
        let codec = server(messageBytes: 1000)
        // Of 64 MB only the first byte has come.
        feed(codec, WebSocketFrame(opcode: 1, payload: [97], announced: 64 << 20).bytes)
        let refused = refusal(codec)
        #expect(refused?.code == 1009)
        #expect(refused?.reason == "the message is larger than 1000 bytes")
    }

    @Test func ownerMayRefuseInTheMidstOfAMessage() {
        let codec = server()
        feed(codec, WebSocketFrame.text("abc", final: false).bytes)
        codec.refuse(code: 1008, reason: "too slow")
        #expect(codec.closing == .violated(code: 1008))
        let refused = refusal(codec)
        #expect(refused?.code == 1008)
        #expect(refused?.reason == "too slow")
        feed(codec, WebSocketFrame.more([1], final: true).bytes)
        #expect(!codec.hasMessages)
    }

    @Test func milestonesAreMessagesAndControlFramesBetweenThem() {
        let codec = server()
        feed(codec, WebSocketFrame.text("a").bytes)
        #expect(codec.milestone == 1)
        feed(codec, WebSocketFrame.ping().bytes)
        #expect(codec.milestone == 2)
        // Pings inside a message must not give it more time.
        feed(codec, WebSocketFrame.text("a", final: false).bytes + WebSocketFrame.ping().bytes)
        #expect(codec.milestone == 2)
    }
}

/// The same numbers every time.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
