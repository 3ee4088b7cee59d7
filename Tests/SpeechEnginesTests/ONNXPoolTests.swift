import SpeechEngines
import Testing
import VoicePipeline

@Suite struct ONNXPoolSharesTests {
    @Test func oneAmongTwoThreadsIsHelped() {
        var shares = ONNXPoolShares(threads: 2)
        #expect(shares.helpers == 1)
        #expect(shares.areHelpersWanted)
        shares.begin(.beside)
        #expect(shares.areHelpersWanted)
        shares.begin(.beside)
        #expect(!shares.areHelpersWanted, "every core has its own work")
        shares.end(.beside)
        #expect(shares.areHelpersWanted)
    }

    @Test func whoeverIsWaitedForIsHelped() {
        var shares = ONNXPoolShares(threads: 2)
        for _ in 0..<3 { shares.begin(.beside) }
        shares.begin(.alone)
        #expect(shares.areHelpersWanted)
        shares.begin(.alone)
        shares.end(.alone)
        #expect(shares.areHelpersWanted)
        shares.end(.alone)
        #expect(!shares.areHelpersWanted)
    }

    @Test func moreThreadsThanPassesHelp() {
        var shares = ONNXPoolShares(threads: 4)
        for _ in 0..<3 { shares.begin(.beside) }
        #expect(shares.helpers == 3)
        #expect(shares.areHelpersWanted)
    }
}

@Suite struct ONNXPoolTests {
    private let runtime: ONNXRuntime
    private let session: ONNXSession

    init() throws {
        runtime = try ONNXTestParts.runtime()
        session = try ONNXSession(runtime, model: ONNXTestParts.smallGraph, threads: .shared)
    }

    /// The probability of speech in a sound that is always the same.
    private func probability() throws(EngineError) -> Float? {
        let inputs = try ONNXTestParts.smallInputs(runtime)
        return try session.run(inputs, outputs: ["output"]).first?.elements(of: Float.self).first
    }

    @Test func helpersSitStillBesideTwoPassesAndHelpOnBehindThem() throws {
        let alone = try probability()
        let pool = runtime.pool
        for _ in 0..<20 {
            // Others of this process may be at work, too: what they do makes helpers wanted, or not.
            try pool.with(.beside, EngineCancellation()) { () throws(EngineError) in
                try pool.with(.beside, EngineCancellation()) { () throws(EngineError) in
                    #expect(try probability() == alone)
                    #expect(pool.sittingHelpers <= 1)
                    try pool.with(.alone, EngineCancellation()) { () throws(EngineError) in
                        #expect(try probability() == alone)
                    }
                    #expect(try probability() == alone)
                }
                #expect(try probability() == alone)
            }
        }
    }

    @Test func manyThreadsComeAndGo() async throws {
        let alone = try probability()
        let worker = try EngineWorker(name: "test", threads: 4, capacity: 1000)
        let same = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<400 {
                group.addTask {
                    try await worker.run { cancellation throws(EngineError) in
                        let kind: ONNXPoolShares.Kind = number % 5 == 0 ? .alone : .beside
                        return try runtime.pool.with(kind, cancellation) { () throws(EngineError) in
                            try probability() == alone
                        }
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(same == 400)
        await worker.shutDown()
    }

    @Test func aRuntimeThatGoesWaitsForItsHelpers() throws {
        for _ in 0..<5 {
            let short = try ONNXRuntime(library: ONNXTestParts.library, threads: 2)
            try short.pool.with(.beside, EngineCancellation()) { () throws(EngineError) in
                try short.pool.with(.beside, EngineCancellation()) { () throws(EngineError) in
                    #expect(short.pool.sittingHelpers == 1)
                }
            }
        }
    }
}
