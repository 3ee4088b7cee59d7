import Testing
import VoicePipeline

@Suite struct UtteranceBufferTests {
    private let pcm: [UInt8] = (0..<600).map { UInt8(truncatingIfNeeded: $0) }

    @Test(arguments: [1, 2, 3, 7, 512, 600])
    func chunkSizeMakesNoDifference(size: Int) {
        var whole = UtteranceBuffer(seconds: 1)
        _ = whole.append(pcm)
        var pieces = UtteranceBuffer(seconds: 1)
        for start in stride(from: 0, to: pcm.count, by: size) {
            _ = pieces.append(Array(pcm[start..<min(start + size, pcm.count)]))
        }
        let outcome = pieces.finish()
        let expected = whole.finish()
        #expect(outcome == expected)
        if case .utterance(let samples) = outcome { #expect(samples.count == 300) } else { Issue.record("no samples") }
    }

    @Test func saysWhyThereIsNoUtterance() {
        var buffer = UtteranceBuffer(seconds: 1)
        var outcomes = [buffer.finish()]
        for chunk in [[1, 2, 3], [], [1, 2]] as [[UInt8]] {
            _ = buffer.append(chunk)
            outcomes.append(buffer.finish())
        }
        #expect(outcomes == [.empty, .oddByteCount, .empty, .utterance([Float(513) / 32_768])])
    }

    @Test func dropsWhatIsTooLongAndStartsAnew() {
        var buffer = UtteranceBuffer(seconds: 1)
        let fit = [32_000, 2, 1_000_000].map { buffer.append([UInt8](repeating: 0, count: $0)) }
        #expect(fit == [true, false, true])
        let first = buffer.finish()
        #expect(first == .discarded)
        _ = buffer.append([0, 0])
        let second = buffer.finish()
        #expect(second == .utterance([0]))
    }
}

@Suite struct TurnQueueTests {
    @Test func runsOneAfterAnother() {
        var queue = TurnQueue<Int>(capacity: 2)
        guard case .start(let first) = queue.end(10, at: .now) else {
            Issue.record("wrong admission")
            return
        }
        #expect(first.number == 1)
        guard case .waits = queue.end(11, at: .now), case .waits = queue.end(12, at: .now) else {
            Issue.record("wrong admission")
            return
        }
        guard case .refused(let refused) = queue.end(13, at: .now) else {
            Issue.record("wrong admission")
            return
        }
        #expect(refused == 4)
        let order = [queue.finished(1), queue.finished(2), queue.finished(3)].map { $0?.input }
        #expect(order == [11, 12, nil])
        #expect(queue.current == nil)
    }

    @Test func resetDropsWhatRunsAndWaits() {
        var queue = TurnQueue<Int>(capacity: 2)
        _ = queue.end(10, at: .now)
        _ = queue.end(11, at: .now)
        let first = queue.reset()
        #expect(first == (1, 1))
        let second = queue.reset()
        #expect(second == (nil, 0))
        guard case .start(let next) = queue.end(12, at: .now) else {
            Issue.record("wrong admission")
            return
        }
        #expect(next.number == 3)
        // The cancelled turn ends late; that must not end the new one.
        let late = queue.finished(1)
        #expect(late == nil)
        #expect(queue.current == 3)
    }
}

@Suite struct SpokenBudgetTests {
    private let budget = SpokenBudget(maximumBytes: 40, maximumWords: 6)

    @Test(arguments: [
        ("Short.", "Short."),
        ("One two three. Four five six seven.", "One two three."),
        ("One two three four five six seven eight", "One two three four five six"),
        ("Pi is 3.14 or so today. And more words follow.", "Pi is 3.14 or so today."),
        (String(repeating: "x", count: 50), String(repeating: "x", count: 40)),
        (String(repeating: "é", count: 50), String(repeating: "é", count: 20)),
        ("", ""),
    ])
    func cutsAtTheEndOfASentence(text: String, expected: String) {
        #expect(budget.cut(text) == expected)
    }

    @Test func neverExceedsItsBudget() {
        let text = String(repeating: "Wörter, Wörter und mehr. ", count: 40)
        for bytes in 1..<200 {
            let cut = SpokenBudget(maximumBytes: bytes, maximumWords: 20).cut(text)
            #expect(cut.utf8.count <= bytes)
            #expect(text.hasPrefix(cut))
        }
    }
}

@Suite struct TurnTimelineTests {
    @Test func measuresFromTheEndOfSpeech() {
        var timeline = TurnTimeline()
        let start = ContinuousClock.now
        #expect(timeline.milliseconds(to: .transcript) == nil)
        timeline.mark(.speechEnd, at: start)
        timeline.mark(.transcript, at: start + .milliseconds(120))
        timeline.mark(.transcript, at: start + .milliseconds(999))
        timeline.mark(.lastAudio, at: start + .milliseconds(200))
        timeline.mark(.lastAudio, at: start + .milliseconds(300), replacing: true)
        #expect(timeline.milliseconds(to: .transcript) == 120)
        #expect(timeline.milliseconds(to: .lastAudio) == 300)
    }
}
