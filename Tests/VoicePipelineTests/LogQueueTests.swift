import Testing
import VoicePipeline

@Suite struct LogQueueTests {
    private func line(_ text: String) -> [UInt8] { Array((text + "\n").utf8) }

    @Test func givesLinesBackInOrder() {
        var queue = LogQueue(capacity: 1024)
        let dropped = ["one", "two", "three"].map { queue.append(line($0)) }
        #expect(dropped == [0, 0, 0])
        #expect(queue.count == 14)
        let taken = [queue.take(9), queue.take(1), queue.take(1)]
        #expect(taken == [line("one") + line("two"), line("three"), []])
        #expect(queue.count == 0)
    }

    @Test func theOldestGiveWay() {
        var queue = LogQueue(capacity: 1024)
        let long = line(String(repeating: "x", count: 99))
        let dropped = (0..<25).reduce(0) { sum, _ in sum + queue.append(long) }
        #expect(dropped == 15)
        #expect(queue.count == 1000)
        _ = queue.append(line("last"))
        let taken = queue.take(.max)
        #expect(taken.count == 1005)
        #expect(Array(taken.suffix(5)) == line("last"))
    }

    @Test func aLongLineIsCutButStaysOne() {
        var queue = LogQueue(capacity: 1024)
        _ = queue.append(line(String(repeating: "x", count: 5000)))
        let taken = queue.take(.max)
        #expect(taken.count == 256)
        #expect(taken.last == 0x0A)
    }

    @Test func manyLinesComeAndGo() {
        var queue = LogQueue(capacity: 65_536)
        for number in 0..<10_000 {
            _ = queue.append(line("\(number)"))
            guard number >= 5 else { continue }
            let taken = queue.take(1)
            #expect(taken == line("\(number - 5)"))
        }
    }
}
