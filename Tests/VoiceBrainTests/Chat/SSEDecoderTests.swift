import Testing
import VoiceBrain

@Suite struct SSEDecoderTests {
    private func decode(_ text: String, maximum: Int = 1024) throws -> [String] {
        var decoder = SSEDecoder(maximumBytes: maximum)
        return try decoder.feed(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        ("data: a\n\ndata: b\n\n", ["a", "b"]),
        ("data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]),
        ("data: a\r\rdata: b\r\r", ["a", "b"]),
        ("data:a\n\n", ["a"]),
        ("data:  a\n\n", [" a"]),
        ("data: a\ndata: b\n\n", ["a\nb"]),
        ("data\n\n", [""]),
        ("data:\n\n", [""]),
        (": comment\n\ndata: a\n: more\n\n", ["a"]),
        ("event: x\nid: 1\nretry: 5\ndata: a\n\n", ["a"]),
        ("event: x\n\n", []),
        ("data: unfinished", []),
        ("data: unfinished\n", []),
        ("\u{FEFF}data: a\n\n", ["a"]),
        ("dataset: a\n\n", []),
        ("\n\n\n\ndata: a\n\n\n\n", ["a"]),
        ("data: é€😀\n\n", ["é€😀"]),
    ])
    func reads(_ text: String, _ events: [String]) throws {
        #expect(try decode(text) == events)
    }

    @Test func isTheSameSplitAtEveryByte() throws {
        let bytes = Array(
            "\u{FEFF}: hi\r\ndata: ä1\r\ndata: 2\r\n\r\nid: 5\ndata: {\"x\":\"€\"}\n\ndata: [DONE]\r\r".utf8)
        var whole = SSEDecoder()
        let expected = try whole.feed(bytes)
        #expect(expected.count == 3)
        for split in 0...bytes.count {
            var decoder = SSEDecoder()
            let events = try decoder.feed(Array(bytes[..<split])) + decoder.feed(Array(bytes[split...]))
            #expect(events == expected, "split at \(split)")
        }
        var single = SSEDecoder()
        #expect(try bytes.flatMap { try single.feed([$0]) } == expected)
    }

    @Test func aLineWithoutEndIsAnError() {
        var decoder = SSEDecoder(maximumBytes: 100)
        #expect(throws: SSEDecoder.Failure.tooLong) {
            while true { _ = try decoder.feed([UInt8](repeating: 0x61, count: 10)) }
        }
    }

    @Test func anEventWithoutEndIsAnError() {
        var decoder = SSEDecoder(maximumBytes: 100)
        #expect(throws: SSEDecoder.Failure.tooLong) {
            while true { _ = try decoder.feed(Array("data: 0123456789\n".utf8)) }
        }
    }
}
