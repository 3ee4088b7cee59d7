import Testing
import VoicePipeline
import VoiceTesting

/// How turns are refused, ended and named.
@Suite struct ConversationEndTests {
    /// A brain that says when it was asked, and answers only when cancelled.
    private func endless(_ asked: Latch) -> FakeBrain {
        FakeBrain { _, _ in
            asked.set()
            await Latch().wait()
            throw CancellationError()
        }
    }

    @Test func refusedTurnFailsWhenItsTimeHasCome() async {
        let seen = await SessionUnderTest(brain: FakeBrain("Hi.")).events { session in
            await session.ask()
            await session.append(SessionUnderTest.second)
            await session.endOfSpeech(refusal: .tooMany(seconds: 3))
            await session.ask()
        }
        #expect(
            seen.filter { $0.contains("failed") || $0.hasSuffix("done") } == [
                "1 done", "2 failed tooMany(seconds: 3)", "3 done",
            ])
    }

    @Test func endIsSilentAndTakesNothingMore() async {
        let asked = Latch()
        let seen = await SessionUnderTest(brain: endless(asked)).events { session in
            await session.ask()
            await session.ask()
            await asked.wait()
            await session.conversation.end()
            await session.ask()
            #expect(await session.announce("no") == false)
            await session.conversation.untilRestRegardless()
            #expect(await session.conversation.isResting)
        }
        #expect(seen == ["1 recognizing", "1 heard hello"])
    }

    @Test func endTellsTheRunningTurnWhy() async {
        let asked = Latch()
        let seen = await SessionUnderTest(brain: endless(asked)).events { session in
            await session.ask()
            await asked.wait()
            await session.conversation.end(with: .stopping)
        }
        #expect(seen.last?.hasSuffix("failed stopping") == true)
        #expect(seen.count == 3)
    }

    @Test func restIsReachedWhenTheTurnIsOver() async {
        let seen = await SessionUnderTest(brain: FakeBrain("Hi.")).events { session in
            await session.conversation.untilRest()
            await session.ask()
            await session.conversation.untilRest()
            #expect(await session.conversation.isResting)
            await session.ask()
        }
        #expect(seen.filter { $0.hasSuffix("done") } == ["1 done", "2 done"])
    }

    @Test func forgettingHappensAlsoWhenTheClientHasLeft() async throws {
        let store = MemoryConversationStore()
        try await store.append(user: "a", assistant: "b", to: "s")
        let session = SessionUnderTest(store: store)
        let work = await session.conversation.reset()
        await session.conversation.end()
        // The connection's task is cancelled before the work has begun.
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await work?()
        }
        await task.value
        #expect(try await store.history(of: "s", turns: 10).isEmpty)
    }

    @Test func announcementsThatWaitAreBoundedAndSurviveAReset() async {
        let asked = Latch()
        let seen = await SessionUnderTest(brain: endless(asked)).events { session in
            await session.ask()
            await asked.wait()
            var taken = 0
            for number in 0..<10 where await session.announce("Timer \(number).") { taken += 1 }
            #expect(taken == 4)
            await session.reset()
        }
        #expect(seen.filter { $0.contains("announcement") }.count == 4)
        #expect(seen.filter { $0.hasSuffix("done") }.count == 4)
    }

    @Test func everyRecordOfATurnHasItsName() async {
        let records = Records()
        let store = MemoryConversationStore(failure: .full)
        let brain = FakeBrain { _, emit in
            Log(minimum: .debug) { records.add($0) }.info("thinking")
            try await emit("Hi.")
            return BrainReply(text: "Hi.", source: .skill("fake"))
        }
        let log = Log(minimum: .debug) { records.add($0) }
        let seen = await RequestID.$current.withValue("door7") {
            await SessionUnderTest(brain: brain, store: store, log: log).events { session in
                await session.ask()
                await session.ask()
            }
        }
        #expect(seen.last == "2 done")
        let named = records.all
        #expect(named.filter { $0.message == "thinking" }.map(\.request) == ["door7-1", "door7-2"])
        #expect(named.filter { $0.message == "turn done" }.map(\.request) == ["door7-1", "door7-2"])
        #expect(named.filter { $0.message == "turn not kept" }.count == 2)
        #expect(named.allSatisfy { $0.request != nil })
    }
}

private final class Records: Sendable {
    private let records = Guarded<[(message: String, request: String?)]>([])

    var all: [(message: String, request: String?)] { records.withLock { $0 } }

    func add(_ record: Log.Record) {
        var request: String?
        for field in record.fields where field.name == "request" {
            if case .text(let text) = field.value { request = text }
        }
        records.withLock { $0.append((record.message, request)) }
    }
}
