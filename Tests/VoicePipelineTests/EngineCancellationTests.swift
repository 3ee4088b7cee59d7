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
}
