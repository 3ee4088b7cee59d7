import Testing
import VoicePipeline
import VoiceTesting

@Suite struct TurnOutboxTests {
    private final class Seen: Sendable {
        private let events = Guarded<[String]>([])
        var all: [String] { events.withLock { $0 } }
        func add(_ event: TurnEvent) {
            let what: String
            switch event.kind {
            case .replyDelta(let text), .reply(let text): what = text
            case .audio(let speech): what = "\(speech.samples.count)"
            case .audioLength(let count): what = "of \(count)"
            default: return
            }
            events.withLock { $0.append("\(event.turn) \(what)") }
        }
    }

    @Test func aTurnWithANumberIsNotHeldBack() async {
        let seen = Seen()
        let outbox = TurnOutbox(number: 7, streamsAudio: true) { seen.add($0) }
        await outbox.send(.replyDelta("a"))
        #expect(seen.all == ["7 a"])
    }

    @Test func withoutANumberEventsWaitForTheirs() async {
        let seen = Seen()
        let outbox = TurnOutbox(number: nil, streamsAudio: true) { seen.add($0) }
        await outbox.send(.replyDelta("a"))
        await outbox.send(.replyDelta("b"))
        #expect(seen.all.isEmpty)
        await outbox.open(as: 3)
        await outbox.send(.replyDelta("c"))
        #expect(seen.all == ["3 a", "3 b", "3 c"])
    }

    /// Whoever takes the events may be slow: what comes meanwhile must not overtake what waited.
    @Test func nothingOvertakesWhatWaited() async {
        let seen = Seen()
        let entered = Latch()
        let gate = Latch()
        let outbox = TurnOutbox(number: nil, streamsAudio: true) { event in
            entered.set()
            await gate.wait()
            seen.add(event)
        }
        await outbox.send(.replyDelta("a"))
        await outbox.send(.replyDelta("b"))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await outbox.open(as: 1) }
            await entered.wait()
            group.addTask { await outbox.send(.replyDelta("c")) }
            gate.set()
        }
        #expect(seen.all == ["1 a", "1 b", "1 c"])
    }

    private func audio(_ count: Int) -> TurnEvent.Kind {
        .audio(SynthesizedSpeech(samples: [Float](repeating: 0, count: count), sampleRate: 16_000))
    }

    @Test(arguments: [false, true]) func audioThatIsNotStreamedWaitsForItsLength(isAhead: Bool) async {
        let seen = Seen()
        let outbox = TurnOutbox(number: isAhead ? nil : 1, streamsAudio: false) { seen.add($0) }
        await outbox.send(audio(5))
        await outbox.send(.reply("a"))
        #expect(seen.all == (isAhead ? [] : ["1 a"]))
        await outbox.send(audio(6))
        await outbox.send(.audioLength(18))
        await outbox.send(audio(7))
        if isAhead { await outbox.open(as: 1) }
        #expect(seen.all == ["1 a", "1 of 18", "1 5", "1 6", "1 7"])
    }

    @Test func audioOfAnAnswerThatFailedIsForgotten() async {
        let seen = Seen()
        let outbox = TurnOutbox(number: 1, streamsAudio: false) { seen.add($0) }
        await outbox.send(audio(5))
        await outbox.forgetAudio()
        await outbox.send(.reply("sorry"))
        await outbox.send(audio(6))
        await outbox.send(.audioLength(6))
        #expect(seen.all == ["1 sorry", "1 of 6", "1 6"])
    }

    @Test func aCancelledTurnSaysNothingMore() async {
        let seen = Seen()
        let outbox = TurnOutbox(number: 1, streamsAudio: true) { seen.add($0) }
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask { await outbox.send(.replyDelta("a")) }
        }
        #expect(seen.all.isEmpty)
    }
}

@Suite struct TurnStartTests {
    private func start(_ commitment: Commitment, _ outbox: TurnOutbox) -> TurnStart {
        TurnStart(samples: .success([0]), commitment: commitment, outbox: outbox, log: .none)
    }

    @Test func aTurnThatIsMeantGoesBeforeOneThatIsNot() {
        let outbox = TurnOutbox(number: nil, streamsAudio: true) { _ in }
        #expect(start(.made, outbox).priority == .turn)
        let commitment = Commitment.pending()
        let ahead = start(commitment, outbox)
        #expect(ahead.priority == .ahead)
        commitment.make()
        #expect(ahead.priority == .turn)
    }

    @Test func theEndOfSpeechMakesATurnMeantAndLetsItsEventsOut() async {
        let turns = Guarded<[Int]>([])
        let outbox = TurnOutbox(number: nil, streamsAudio: true) { event in turns.withLock { $0.append(event.turn) } }
        let commitment = Commitment.pending()
        let turn = AheadTurn(start(commitment, outbox), number: 5)
        await outbox.send(.recognizing)
        #expect(turns.withLock { $0 }.isEmpty)
        await turn.commit(endedAt: .now)
        #expect(commitment.isMade)
        #expect(turns.withLock { $0 } == [5])
    }
}
