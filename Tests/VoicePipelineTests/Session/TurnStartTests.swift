import Testing
import VoicePipeline
import VoiceTesting

@Suite struct TurnOutboxTests {
    private final class Seen: Sendable {
        private let events = Guarded<[String]>([])
        var all: [String] { events.withLock { $0 } }
        func add(_ event: TurnEvent) {
            guard case .replyDelta(let text) = event.kind else { return }
            events.withLock { $0.append("\(event.turn) \(text)") }
        }
    }

    @Test func aTurnWithANumberIsNotHeldBack() async {
        let seen = Seen()
        let outbox = TurnOutbox(number: 7) { seen.add($0) }
        await outbox.send(.replyDelta("a"))
        #expect(seen.all == ["7 a"])
    }

    @Test func withoutANumberEventsWaitForTheirs() async {
        let seen = Seen()
        let outbox = TurnOutbox(number: nil) { seen.add($0) }
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
        let outbox = TurnOutbox(number: nil) { event in
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

    @Test func aCancelledTurnSaysNothingMore() async {
        let seen = Seen()
        let outbox = TurnOutbox(number: 1) { seen.add($0) }
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
        let outbox = TurnOutbox(number: nil) { _ in }
        #expect(start(.made, outbox).priority == .turn)
        let commitment = Commitment.pending()
        let ahead = start(commitment, outbox)
        #expect(ahead.priority == .ahead)
        commitment.make()
        #expect(ahead.priority == .turn)
    }

    @Test func theEndOfSpeechMakesATurnMeantAndLetsItsEventsOut() async {
        let turns = Guarded<[Int]>([])
        let outbox = TurnOutbox(number: nil) { event in turns.withLock { $0.append(event.turn) } }
        let commitment = Commitment.pending()
        let turn = AheadTurn(start(commitment, outbox), number: 5)
        await outbox.send(.recognizing)
        #expect(turns.withLock { $0 }.isEmpty)
        await turn.commit(endedAt: .now)
        #expect(commitment.isMade)
        #expect(turns.withLock { $0 } == [5])
    }
}
