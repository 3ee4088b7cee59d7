import Testing
import VoicePipeline

@Suite(.timeLimit(.minutes(5))) struct PhraseCacheTests {
    /// A voice that speaks when it is let, and counts how often it was asked and cancelled.
    private final class Voice: WholeSynthesizer {
        let name = "voice"
        let sampleRate = 16_000
        let mayEnd = Latch()
        private let state = Guarded((calls: 0, cancelled: 0))
        private let failure: EngineError?

        init(waits: Bool = false, failure: EngineError? = nil) {
            self.failure = failure
            if !waits { mayEnd.set() }
        }

        var calls: Int { state.withLock { $0.calls } }
        var cancelled: Int { state.withLock { $0.cancelled } }

        func synthesize(_ text: String, options: SynthesisOptions) async throws(EngineError) -> SynthesizedSpeech {
            state.withLock { $0.calls += 1 }
            await mayEnd.wait()
            if Task.isCancelled {
                state.withLock { $0.cancelled += 1 }
                throw .cancelled
            }
            if let failure { throw failure }
            return SynthesizedSpeech(
                samples: [Float](repeating: Float(options.wordsPerMinute), count: 100 * text.count),
                sampleRate: sampleRate, text: text)
        }
    }

    /// A voice that gives its speech in two parts.
    private struct TwoParts: SpeechSynthesizer {
        let name = "parts"
        let sampleRate = 16_000

        func prepare(_ text: String, options: SynthesisOptions) -> any PreparedSpeech { Speech() }

        private actor Speech: PreparedSpeech {
            nonisolated let sampleRate = 16_000
            nonisolated let count = 3
            private var parts: [[Float]] = [[1, 2], [3]]

            func next(priority: EnginePriority) -> [Float]? { parts.isEmpty ? nil : parts.removeFirst() }
        }
    }

    private final class Outcomes: Sendable {
        private let all = Guarded<[PhraseCache.Outcome]>([])
        @Sendable func add(_ outcome: PhraseCache.Outcome) { all.withLock { $0.append(outcome) } }
        var seen: [PhraseCache.Outcome] { all.withLock { $0 } }
        func wait(for count: Int) async { while seen.count < count { await Task.yield() } }
    }

    @Test func speaksAPhraseOnce() async throws {
        let (voice, outcomes) = (Voice(), Outcomes())
        let cache = PhraseCache(voice, count: outcomes.add)
        #expect(cache.name == "voice" && cache.sampleRate == 16_000)
        let first = try await cache.synthesize("Okay.", options: SynthesisOptions())
        let second = try await cache.synthesize("Okay.", options: SynthesisOptions(priority: .continuation))
        #expect(first == second)
        #expect(voice.calls == 1)
        #expect(outcomes.seen == [.miss, .hit])
    }

    @Test func anotherTextOrRateIsAnotherPhrase() async throws {
        let (voice, outcomes) = (Voice(), Outcomes())
        let cache = PhraseCache(voice, count: outcomes.add)
        for (text, rate) in [("a", 175), ("b", 175), ("a", 200), ("A", 175), ("a ", 175)] {
            let speech = try await cache.synthesize(text, options: SynthesisOptions(wordsPerMinute: rate))
            #expect(speech.samples.first == Float(rate) && speech.text == text)
        }
        #expect(voice.calls == 5)
        #expect(!outcomes.seen.contains(.hit))
    }

    @Test func longTextsAreNotKept() async throws {
        let voice = Voice()
        let cache = PhraseCache(voice)
        let text = String(repeating: "x", count: PhraseCache.longestText + 1)
        for _ in 0..<2 { _ = try await cache.synthesize(text, options: SynthesisOptions()) }
        #expect(voice.calls == 2)
        #expect(cache.bytes == 0)
    }

    @Test func withoutBytesNothingIsKept() async throws {
        let (voice, outcomes) = (Voice(), Outcomes())
        let cache = PhraseCache(voice, bytes: 0, count: outcomes.add)
        for _ in 0..<2 { _ = try await cache.synthesize("Okay.", options: SynthesisOptions()) }
        #expect(voice.calls == 2)
        #expect(outcomes.seen == [.miss, .miss])
    }

    @Test func whatWasNotSpokenToItsEndIsNotKept() async throws {
        let cache = PhraseCache(TwoParts())
        let prepared = try await cache.prepare("Okay.", options: SynthesisOptions())
        #expect(prepared.count == 3 && prepared.sampleRate == 16_000)
        #expect(try await prepared.next(priority: .turn) == [1, 2])
        #expect(cache.bytes == 0)
        #expect(try await prepared.next(priority: .turn) == [3])
        #expect(cache.bytes > 0)
        #expect(try await prepared.next(priority: .turn) == nil)
        let again = try await cache.prepare("Okay.", options: SynthesisOptions())
        #expect(again.count == 3)
        #expect(try await again.next(priority: .turn) == [1, 2, 3])
        #expect(try await again.next(priority: .turn) == nil)
    }

    @Test func staysWithinItsBytes() async throws {
        let cache = PhraseCache(Voice(), bytes: 100_000)
        for number in 0..<200 {
            _ = try await cache.synthesize("Phrase \(number)", options: SynthesisOptions())
            #expect(cache.bytes <= 100_000)
        }
        #expect(cache.bytes > 80_000)
    }

    @Test func aFailureIsToldAndNotKept() async throws {
        let voice = Voice(failure: .busy)
        let cache = PhraseCache(voice)
        for _ in 0..<2 {
            await #expect(throws: EngineError.busy) {
                try await cache.synthesize("Okay.", options: SynthesisOptions())
            }
        }
        #expect(voice.calls == 2 && cache.bytes == 0)
    }

    @Test func whoLeavesCancelsItsOwnWorkOnly() async throws {
        let (voice, outcomes) = (Voice(waits: true), Outcomes())
        let cache = PhraseCache(voice, count: outcomes.add)
        let ahead = Task { try await cache.synthesize("Okay.", options: SynthesisOptions(priority: .ahead)) }
        await outcomes.wait(for: 1)
        async let meant = cache.synthesize("Okay.", options: SynthesisOptions())
        await outcomes.wait(for: 2)
        ahead.cancel()
        await #expect(throws: EngineError.cancelled) { try await ahead.value }
        voice.mayEnd.set()
        #expect(try await meant.text == "Okay.")
        #expect(voice.calls == 2 && voice.cancelled == 1)
    }

    @Test func manyComeAndGo() async throws {
        let voice = Voice()
        let cache = PhraseCache(voice, bytes: 20_000)
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<400 {
                let task = Task {
                    try await cache.synthesize("Phrase \(number % 7)", options: SynthesisOptions())
                }
                if number % 3 == 0 { task.cancel() }
                group.addTask {
                    guard let speech = try? await task.value else { return number % 3 == 0 }
                    return speech.text == "Phrase \(number % 7)"
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}

@Suite struct PhraseMemoryTests {
    private func speech(_ count: Int) -> SynthesizedSpeech {
        SynthesizedSpeech(samples: [Float](repeating: 0, count: count), sampleRate: 16_000)
    }

    private func key(_ text: String) -> PhraseMemory.Key { PhraseMemory.Key(text: text, wordsPerMinute: 175) }

    @Test func theLeastRecentlyUsedLeaves() {
        var memory = PhraseMemory(capacity: 10_000)
        for text in ["a", "b", "c", "d", "e", "f", "g", "h"] { memory.keep(speech(200), key(text)) }
        #expect(memory.count == 8)
        let isThere = memory.take(key("a")) != nil
        #expect(isThere)
        memory.keep(speech(200), key("i"))
        memory.keep(speech(200), key("j"))
        let left = ["a", "b", "c", "i", "j"].map { memory.take(key($0)) != nil }
        #expect(left == [true, false, true, true, true])
        #expect(memory.bytes <= 10_000)
    }

    @Test func aPieceThatIsTooLargeIsNotKept() {
        var memory = PhraseMemory(capacity: 10_000)
        memory.keep(speech(400), key("large"))
        #expect(memory.count == 0 && memory.bytes == 0)
        memory.keep(speech(10), key("small"))
        #expect(memory.count == 1)
    }

    @Test func keepingAgainCountsOnce() {
        var memory = PhraseMemory(capacity: 10_000)
        memory.keep(speech(10), key("a"))
        let bytes = memory.bytes
        memory.keep(speech(10), key("a"))
        #expect(memory.bytes == bytes && memory.count == 1)
        memory.keep(speech(20), key("a"))
        #expect(memory.bytes == bytes + 40)
    }

    @Test(arguments: [Int.min, -1, 0, 1]) func withoutRoomNothingIsKept(capacity: Int) {
        var memory = PhraseMemory(capacity: capacity)
        memory.keep(speech(0), key(""))
        #expect(memory.count == 0 && memory.bytes == 0)
    }
}
