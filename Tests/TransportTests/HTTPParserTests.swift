import Testing
import Transport

@Suite struct HTTPParserTests {
    /// Feeds a text in pieces of a size and notes what comes of it.
    private func events(_ text: String, _ kind: HTTPParser.Kind = .request, piece: Int) -> [String] {
        let parser = HTTPParser(kind)
        var events: [String] = []
        var body = ""
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            let slice = Array(bytes[start..<min(start + piece, bytes.count)])
            slice.withUnsafeBytes { buffer in
                var used = 0
                repeat {
                    let (count, outcome) = parser.parse(UnsafeRawBufferPointer(rebasing: buffer[used...]))
                    used += count
                    body += String(decoding: parser.takeBody(), as: UTF8.self)
                    switch outcome {
                    case .more: break
                    case .head: events.append("\(parser.head.method) \(parser.head.target)")
                    case .end:
                        events.append("body \(body)")
                        body = ""
                    case .failed:
                        events.append("failed")
                        return
                    }
                } while used < buffer.count
            }
            if events.last == "failed" { break }
        }
        return events
    }

    private let pipelined =
        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
        + "POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n4\r\ndefg\r\n0\r\nT: v\r\n\r\n"
        + "PUT /c HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nz"

    @Test func pipelinedMessagesComeApartAtEverySplit() {
        for piece in 1...pipelined.utf8.count {
            #expect(
                events(pipelined, piece: piece)
                    == ["POST /a", "body hello", "POST /b", "body abcdefg", "PUT /c", "body z"])
        }
    }

    @Test func messageWithoutBodyEndsWithoutFurtherByte() {
        let parser = HTTPParser(.request)
        let bytes = Array("GET /x HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
        let first = bytes.withUnsafeBytes { parser.parse($0) }
        #expect(first.used == bytes.count)
        #expect(first.outcome == .head)
        #expect(parser.head.headers.first("HOST") == "h")
        #expect(parser.parse(UnsafeRawBufferPointer(start: nil, count: 0)).outcome == .end)
    }

    @Test func upgradeOfferDoesNotStopTheParser() {
        let text =
            "GET /a HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nPUT /b HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nz"
        #expect(events(text, piece: 7) == ["GET /a", "body ", "PUT /b", "body z"])
    }

    @Test(arguments: [
        "GARBAGE\r\n\r\n", "GET / HTTP/x\r\n\r\n", "GET / HTTP/1.1\r\nA b: c\r\n\r\n", "GET / HTTP/1.1\r\n: c\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
    ])
    func malformedMessageFails(text: String) {
        #expect(events(text, piece: 3).last == "failed")
        #expect(events(text, piece: 10_000).last == "failed")
    }

    @Test func fieldsAreLimited() {
        let text = "GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 129) + "\r\n"
        #expect(events(text, piece: 10_000) == ["failed"])
    }

    @Test func responseIsParsed() {
        let parser = HTTPParser(.response)
        let outcome = Array(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n".utf8
        )
        .withUnsafeBytes { parser.parse($0) }
        #expect(outcome.outcome == .head)
        #expect(parser.head.status == 101)
    }
}
