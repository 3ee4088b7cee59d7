import Testing
import VoicePipeline

@Suite struct EngineCancellationTests {
    @Test func callsTheHandlerOnlyWhileItIsInPlace() throws {
        let cancellation = EngineCancellation()
        let calls = Guarded(0)
        try cancellation.withHandler({ calls.withLock { $0 += 1 } }, {})
        cancellation.cancel()
        #expect(calls.withLock { $0 } == 0)
    }

    @Test func callsTheHandlerOnce() throws {
        let cancellation = EngineCancellation()
        let calls = Guarded(0)
        try cancellation.withHandler(
            { calls.withLock { $0 += 1 } },
            {
                cancellation.cancel()
                cancellation.cancel()
            })
        #expect(calls.withLock { $0 } == 1)
        #expect(throws: EngineError.cancelled) { try cancellation.check() }
    }

    @Test func callsTheHandlerAtOnceWhenCancelledBefore() throws {
        let cancellation = EngineCancellation()
        cancellation.cancel()
        let calls = Guarded(0)
        let seen = try cancellation.withHandler({ calls.withLock { $0 += 1 } }, { calls.withLock { $0 } })
        #expect(seen == 1)
    }

    @Test func theFirstReasonCountsUnlessNobodyIsLeft() throws {
        let cancellation = EngineCancellation()
        cancellation.cancel(because: .busy)
        cancellation.cancel(because: .unavailable("later"))
        #expect(throws: EngineError.busy) { try cancellation.check() }
        cancellation.cancel()
        #expect(throws: EngineError.cancelled) { try cancellation.check() }
        cancellation.cancel(because: .busy)
        #expect(throws: EngineError.cancelled) { try cancellation.check() }
    }
}
