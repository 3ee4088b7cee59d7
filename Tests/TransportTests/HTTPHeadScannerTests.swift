import Testing
import Transport

@Suite struct HTTPHeadScannerTests {
    private func scan(_ text: String, limit: Int = 1000) -> HTTPHeadScanner.Outcome {
        var scanner = HTTPHeadScanner(limit: limit)
        return Array(text.utf8).withUnsafeBytes { scanner.scan($0) }
    }

    @Test func endIsFound() {
        #expect(scan("GET / HTTP/1.1\r\nA: b\r\n\r\nbody") == .end(24))
        #expect(scan("\r\n\r\nGET / HTTP/1.1\r\n\r\n") == .end(22))
        #expect(scan("GET / HTTP/1.1\r\nA: b\r\n") == .more)
    }

    @Test func everySplitGivesTheSame() {
        let bytes = Array("\r\nGET / HTTP/1.1\r\nA: b c\r\n\r\n".utf8)
        for split in 0...bytes.count - 1 {
            var scanner = HTTPHeadScanner(limit: 100)
            #expect(Array(bytes[..<split]).withUnsafeBytes { scanner.scan($0) } == .more)
            #expect(Array(bytes[split...]).withUnsafeBytes { scanner.scan($0) } == .end(bytes.count - split))
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nA: b\n\r\n", "GET /\r HTTP/1.1\r\n", "GET / HTTP/1.1\r\nA: b\r\n c\r\n",
        "GET / HTTP/1.1\r\nA: b\r\n\tc\r\n", " GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nA: \0\r\n",
        "GET / HTTP/1.1\r\r\n",
    ])
    func ambiguousHeadIsInvalid(text: String) {
        guard case .invalid = scan(text) else {
            Issue.record("was let pass: \(scan(text))")
            return
        }
    }

    @Test func lengthIsLimited() {
        #expect(scan("GET /" + String(repeating: "a", count: 100), limit: 50) == .tooLong(inRequestLine: true))
        #expect(
            scan("GET / HTTP/1.1\r\n" + String(repeating: "a", count: 100), limit: 50) == .tooLong(inRequestLine: false)
        )
        #expect(scan("GET / HTTP/1.1\r\n\r\n", limit: 18) == .end(18))
        #expect(scan("GET / HTTP/1.1\r\n\r\n", limit: 17) == .tooLong(inRequestLine: false))
    }
}
