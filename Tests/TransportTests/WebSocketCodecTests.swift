import Testing
import Transport

/// The cases of the well-known conformance suite, on bytes.
@Suite struct WebSocketCodecTests {
    private struct Result: Equatable {
        var messages: [WebSocketMessage] = []
        var sent: [[UInt8]] = []
        var closing = WebSocketCodec.Closing.open
    }

    /// Feeds frames to a server in pieces of a size.
    private func feed(_ frames: [WebSocketFrame], piece: Int = .max, limit: Int = 1 << 20) -> Result {
        let codec = WebSocketCodec(.server, limits: .init(messageBytes: limit, receiveBuffer: .max))
        var result = Result()
        let bytes = frames.flatMap(\.bytes)
        var start = 0
        while start < bytes.count {
            let end = piece < bytes.count - start ? start + piece : bytes.count
            let used = Array(bytes[start..<end]).withUnsafeBytes { codec.receive($0) }
            #expect(used == end - start)
            start = end
            result.messages += codec.takeMessages()
        }
        var output = codec.takeOutput()
        while let (frame, count) = WebSocketFrame.parse(output[...]) {
            result.sent.append([frame.opcode] + frame.payload)
            output.removeFirst(count)
        }
        #expect(output.isEmpty)
        result.closing = codec.closing
        return result
    }

    private func violation(_ frames: [WebSocketFrame], limit: Int = 1 << 20) -> UInt16? {
        let whole = feed(frames, limit: limit)
        let trickled = feed(frames, piece: 1, limit: limit)
        #expect(whole.closing == trickled.closing)
        guard case .violated(let code) = whole.closing else { return nil }
        #expect(whole.sent.last?.starts(with: [8, UInt8(code >> 8), UInt8(code & 255)]) == true)
        return code
    }

    // MARK: Sizes and fragments

    @Test(arguments: [0, 1, 124, 125, 126, 127, 128, 4095, 4096, 4097, 65_535, 65_536, 70_000])
    func everySizeArrives(size: Int) {
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let text = [UInt8](repeating: UInt8(ascii: "*"), count: size)
        #expect(feed([.binary(payload)], piece: 997).messages == [.binary(payload)])
        #expect(feed([WebSocketFrame(opcode: 1, payload: text)]).messages == [.text(text)])
    }

    @Test func fragmentsMakeOneMessage() {
        let frames = [
            WebSocketFrame.text("ab", final: false), .more(Array("cd".utf8), final: false), .more([], final: true),
        ]
        for piece in 1...30 { #expect(feed(frames, piece: piece).messages == [.text(Array("abcd".utf8))]) }
    }

    @Test func controlFramesComeBetweenFragments() {
        let result = feed(
            [.text("a", final: false), .ping([1, 2]), .pong([9]), .more(Array("b".utf8), final: true)], piece: 1)
        #expect(result.messages == [.text(Array("ab".utf8))])
        #expect(result.sent == [[10, 1, 2]])
    }

    @Test func pingOfFullSizeIsAnswered() {
        let payload = [UInt8](repeating: 0xFE, count: 125)
        #expect(feed([.ping(payload)]).sent == [[10] + payload])
    }

    @Test func unaskedPongIsIgnored() {
        #expect(feed([.pong([1])]) == Result())
    }

    // MARK: Violations

    @Test func controlFrameMustBeShortAndWhole() {
        #expect(violation([.ping([UInt8](repeating: 0, count: 126))]) == 1002)
        #expect(violation([WebSocketFrame(opcode: 9, isFinal: false)]) == 1002)
        #expect(violation([WebSocketFrame(opcode: 8, isFinal: false)]) == 1002)
    }

    @Test(arguments: 1...7)
    func reservedBitsAreRefused(bits: Int) {
        #expect(violation([WebSocketFrame(opcode: 1, payload: [97], reserved: UInt8(bits))]) == 1002)
        #expect(violation([.text("a"), WebSocketFrame(opcode: 9, reserved: UInt8(bits))]) == 1002)
    }

    @Test(arguments: [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
    func reservedOpcodesAreRefused(opcode: Int) {
        #expect(violation([WebSocketFrame(opcode: UInt8(opcode))]) == 1002)
        #expect(violation([WebSocketFrame(opcode: UInt8(opcode), payload: [1])]) == 1002)
    }

    @Test func unmaskedFrameOfClientIsRefused() {
        #expect(violation([WebSocketFrame(opcode: 1, payload: [97], mask: nil)]) == 1002)
    }

    @Test func maskedFrameOfServerIsRefused() {
        let codec = WebSocketCodec(.client, limits: .init(messageBytes: 100, receiveBuffer: 100))
        _ = WebSocketFrame.text("a").bytes.withUnsafeBytes { codec.receive($0) }
        #expect(codec.closing == .violated(code: 1002))
    }

    @Test func orphanedContinuationIsRefused() {
        #expect(violation([.more([1], final: true)]) == 1002)
        #expect(violation([.more([1], final: false)]) == 1002)
        #expect(violation([.text("a"), .more([1], final: true)]) == 1002)
    }

    @Test func newMessageInsideFragmentsIsRefused() {
        #expect(violation([.text("a", final: false), .text("b")]) == 1002)
        #expect(violation([.binary([1], final: false), .binary([2], final: false)]) == 1002)
    }

    @Test func overlongMessageIsRefused() {
        #expect(violation([.binary([UInt8](repeating: 0, count: 101))], limit: 100) == 1009)
        #expect(feed([.binary([UInt8](repeating: 0, count: 100))], limit: 100).messages.count == 1)
        let half = [UInt8](repeating: 0, count: 60)
        #expect(violation([.binary(half, final: false), .more(half, final: true)], limit: 100) == 1009)
        #expect(violation([WebSocketFrame(opcode: 2, payload: [0], announced: 16 << 20)]) == 1009)
        #expect(violation([WebSocketFrame(opcode: 2, payload: [0], announced: UInt64(Int64.max))]) == 1009)
    }

    @Test func lengthWithHighestBitIsRefused() {
        #expect(violation([WebSocketFrame(opcode: 2, announced: UInt64.max)]) == 1002)
    }

    @Test func notMinimalLengthDoesNoHarm() {
        // 126 with a length below 126 (RFC 6455, 5.2 forbids it).
        let codec = WebSocketCodec(.server, limits: .init(messageBytes: 100, receiveBuffer: 1000))
        let bytes: [UInt8] = [0x82, 0xFE, 0, 1, 0, 0, 0, 0, 7]
        _ = bytes.withUnsafeBytes { codec.receive($0) }
        #expect(codec.closing == .violated(code: 1002))
    }

    // MARK: UTF-8

    @Test(arguments: [
        "", "κόσμε", "Hello-µ@ßöäüàá-UTF-8!!", "\u{10FFFF}", "\u{FFFF}\u{FFFE}", "\u{D7FF}\u{E000}", "\u{0}",
    ])
    func validTextArrivesAtEverySplit(text: String) {
        let bytes = Array(text.utf8)
        #expect(feed([.text(text)], piece: 1).messages == [.text(bytes)])
        for split in 0...bytes.count {
            let frames = [
                WebSocketFrame(opcode: 1, payload: Array(bytes[..<split]), isFinal: false),
                .more(Array(bytes[split...]), final: true),
            ]
            #expect(feed(frames).messages == [.text(bytes)])
        }
    }

    static let invalidSequences: [[UInt8]] = [
        // A lone surrogate in the middle; overlong forms; beyond U+10FFFF; stray and missing continuation bytes.
        [0xCE, 0xBA, 0xE1, 0xBD, 0xB9, 0xCF, 0x83, 0xCE, 0xBC, 0xCE, 0xB5, 0xED, 0xA0, 0x80, 0x65],
        [0xF4, 0x90, 0x80, 0x80], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xF0, 0x80, 0x80, 0xAF],
        [0xF8, 0x88, 0x80, 0x80, 0x80],
        [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], [0x80], [0xBF], [0x61, 0x80, 0x61], [0xC2], [0xE2, 0x82],
        [0xF0, 0x9F, 0x98],
        [0xC1, 0xBF], [0xFE], [0xFF], [0xED, 0xBF, 0xBF], [0xC2, 0x61],
    ]

    @Test(arguments: invalidSequences)
    func invalidTextIsRefusedAtEverySplit(bytes: [UInt8]) {
        #expect(violation([WebSocketFrame(opcode: 1, payload: bytes)]) == 1007)
        for split in 0...bytes.count {
            let frames = [
                WebSocketFrame(opcode: 1, payload: Array(bytes[..<split]), isFinal: false),
                .more(Array(bytes[split...]), final: true),
            ]
            #expect(violation(frames) == 1007)
            #expect(feed(frames).messages.isEmpty)
        }
    }

    @Test func invalidTextIsRefusedBeforeItsEnd() {
        #expect(violation([WebSocketFrame(opcode: 1, payload: [0xF4, 0x90], isFinal: false)]) == 1007)
    }

    @Test func binaryMayHoldAnything() {
        for bytes in Self.invalidSequences { #expect(feed([.binary(bytes)]).messages == [.binary(bytes)]) }
    }

    // MARK: Closing

    @Test(arguments: [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])
    func validCloseCodeIsAnswered(code: UInt16) {
        let result = feed([.close(code, Array("bye".utf8)), .text("late")])
        #expect(result.closing == .complete(code: code))
        #expect(result.messages.isEmpty)
        #expect(result.sent.count == 1)
        #expect(result.sent.first?.starts(with: [8, UInt8(code >> 8), UInt8(code & 255)]) == true)
    }

    @Test func closeWithoutCodeIsAnswered() {
        #expect(feed([.close(nil)]) == Result(sent: [[8]], closing: .complete(code: 1005)))
    }

    @Test(arguments: [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])
    func invalidCloseCodeIsRefused(code: UInt16) {
        #expect(closeAnswer([.close(code)]) == 1002)
    }

    @Test func malformedCloseIsRefused() {
        #expect(closeAnswer([WebSocketFrame(opcode: 8, payload: [3])]) == 1002)
        #expect(closeAnswer([.close(1000, [UInt8](repeating: 97, count: 124))]) == 1002)
        #expect(closeAnswer([.close(1000, [0xCE, 0xBA, 0xED, 0xA0, 0x80])]) == 1007)
        #expect(feed([.close(1000, [UInt8](repeating: 97, count: 123))]).closing == .complete(code: 1000))
    }

    @Test(arguments: 1...12)
    func brokenReasonIsRefusedInAnyPieces(piece: Int) {
        for reason in Self.invalidSequences {
            let result = feed([.close(1000, reason)], piece: piece)
            #expect(result.closing == .violated(code: 1007))
            #expect(result.sent == [[8, 3, 239]])
        }
        #expect(feed([.close(1000, Array("κόσμε".utf8))], piece: piece).closing == .complete(code: 1000))
    }

    /// The code with which a close frame is answered.
    private func closeAnswer(_ frames: [WebSocketFrame]) -> UInt16? {
        let last = feed(frames).sent.last ?? []
        return last.count >= 3 && last[0] == 8 ? UInt16(last[1]) << 8 | UInt16(last[2]) : nil
    }

    @Test func ownCloseWaitsForThePeers() {
        let codec = WebSocketCodec(.server, limits: .init(messageBytes: 100, receiveBuffer: 100))
        codec.close(code: 4001, reason: String(repeating: "é", count: 100))
        let frame = WebSocketFrame.parse(codec.takeOutput()[...])?.frame
        #expect(frame?.closeCode == 4001)
        #expect(frame?.payload.count == 2 + 122)
        #expect(codec.closing == .sent)
        #expect(!codec.send([1], isText: false))
        codec.close(code: 1000, reason: "")
        #expect(codec.takeOutput().isEmpty)
        _ = WebSocketFrame.close(4001).bytes.withUnsafeBytes { codec.receive($0) }
        #expect(codec.closing == .complete(code: 4001))
        #expect(codec.takeOutput().isEmpty)
    }

    // MARK: Holding back, and both roles

    @Test func inputIsLeftWhileMessagesWait() {
        let codec = WebSocketCodec(.server, limits: .init(messageBytes: 10_000, receiveBuffer: 5000))
        let bytes = (0..<100).flatMap { _ in WebSocketFrame.binary([UInt8](repeating: 1, count: 1000)).bytes }
        var got = 0
        var rest = bytes
        while !rest.isEmpty {
            let used = rest.withUnsafeBytes { codec.receive($0) }
            let batch = codec.takeMessages()
            #expect(!batch.isEmpty || used > 0)
            #expect(batch.count <= 10)
            got += batch.count
            rest.removeFirst(used)
        }
        _ = UnsafeRawBufferPointer(start: nil, count: 0)
        got += codec.takeMessages().count
        #expect(got == 100)
    }

    @Test func clientAndServerUnderstandEachOther() {
        let server = WebSocketCodec(.server, limits: .init(messageBytes: 100_000, receiveBuffer: .max))
        let client = WebSocketCodec(.client, limits: .init(messageBytes: 100_000, receiveBuffer: .max))
        let payload = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(client.send(payload, isText: false))
        #expect(client.send(Array("grüße".utf8), isText: true))
        #expect(client.ping())
        _ = client.takeOutput().withUnsafeBytes { server.receive($0) }
        #expect(server.takeMessages() == [.binary(payload), .text(Array("grüße".utf8))])
        #expect(server.send(payload, isText: false))
        _ = server.takeOutput().withUnsafeBytes { client.receive($0) }
        #expect(client.takeMessages() == [.binary(payload)])
        client.close(code: 1000, reason: "")
        _ = client.takeOutput().withUnsafeBytes { server.receive($0) }
        _ = server.takeOutput().withUnsafeBytes { client.receive($0) }
        #expect(client.closing == .complete(code: 1000))
        #expect(server.closing == .complete(code: 1000))
    }
}
