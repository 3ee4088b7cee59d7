import Glibc
import Testing
import VoicePipeline

@Suite struct LogWriterTests {
    /// Both ends of a pipe.
    private static func pipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        _ = ends.withUnsafeMutableBufferPointer { Glibc.pipe($0.baseAddress) }
        return (ends[0], ends[1])
    }

    /// Reads until the text has come, or the pipe is at its end.
    private static func read(_ file: Int32, until text: String) -> String {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !String(decoding: all, as: UTF8.self).contains(text) {
            let count = Glibc.read(file, &buffer, buffer.count)
            guard count > 0 else { break }
            all += buffer[..<count]
        }
        return String(decoding: all, as: UTF8.self)
    }

    @Test func writesWhatIsLogged() {
        let (out, into) = Self.pipe()
        let writer = LogWriter(file: into, format: .json)
        writer.log(minimum: .info).info("hello", ["turn": 1])
        let text = Self.read(out, until: "}\n")
        #expect(text.contains(#""level":"info","message":"hello","turn":1}"#))
        writer.stop(seconds: 5)
        close(out)
    }

    @Test func aReaderThatStopsHoldsNobodyUp() {
        let (out, into) = Self.pipe()
        let writer = LogWriter(file: into, format: .text, capacity: 100_000)
        let log = writer.log(minimum: .debug)
        let filler = String(repeating: "x", count: 200)
        // Ten times what the pipe and the queue hold; would never return if it waited for the reader.
        for number in 0..<10_000 { log.debug("\(number) \(filler)") }
        #expect(writer.dropped > 1_000)
        writer.flush(seconds: 0.01)
        log.info("the last")
        var text = Self.read(out, until: "the last")
        // The count comes once half of the queue is free, before or after the last line.
        let told = "log lines dropped: whoever reads the log was too slow count="
        if !text.contains(told) { text += Self.read(out, until: told) }
        #expect(text.contains("the last") && text.contains(told))
        writer.stop(seconds: 5)
        close(out)
    }

    @Test func tellsOfEveryRecordAlsoOfThoseHeldBack() {
        let (out, into) = Self.pipe()
        let seen = Guarded(0)
        let writer = LogWriter(file: into, format: .text) { _ in seen.withLock { $0 += 1 } }
        for _ in 0..<100 { writer.log(minimum: .info).warning("refused") }
        writer.flush(seconds: 10)
        close(into)
        let lines = Self.read(out, until: "never").split(separator: "\n")
        #expect(lines.count == 20)
        #expect(seen.withLock { $0 } == 100)
        close(out)
    }

    @Test func aFileThatCannotBeWrittenIsNoMatter() {
        let file = open("/dev/full", O_WRONLY | O_CLOEXEC)
        let writer = LogWriter(file: file, format: .text)
        writer.log(minimum: .info).info("lost")
        writer.stop(seconds: 5)
        close(file)
    }
}
