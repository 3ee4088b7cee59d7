import SpeechEngines
import Testing
import VoicePipeline

@Suite struct WhisperFallbackTests {
    private func pass(
        _ text: String, average: Float = -0.2, ratio: Float = 1.2, noSpeech: Float = 0, isWhole: Bool = true
    ) -> WhisperPass {
        WhisperPass(
            averageLogProbability: average, noSpeechProbability: noSpeech, text: text, compressionRatio: ratio,
            isWhole: isWhole)
    }

    private func careful(isLong: Bool = false) -> WhisperFallback {
        WhisperFallback(effort: .careful, temperature: nil, isLong: isLong)
    }

    /// All attempts when every one gives the same.
    private func attempts(_ fallback: WhisperFallback, _ pass: WhisperPass) -> [WhisperFallback.Attempt] {
        var fallback = fallback
        var attempts: [WhisperFallback.Attempt] = []
        while let attempt = fallback.next() {
            attempts.append(attempt)
            fallback.take(pass)
        }
        return attempts
    }

    @Test func aQuickTextIsTakenAsItIs() {
        let quick = WhisperFallback(effort: .quick, temperature: nil, isLong: false)
        let bad = pass("bad", average: -5, ratio: 9, noSpeech: 0.7, isWhole: false)
        #expect(attempts(quick, bad) == [.init(temperature: 0, fullContext: false)])
        var taken = quick
        taken.take(bad)
        #expect(taken.best == bad)
    }

    @Test func aGoodTextNeedsOneAttempt() {
        #expect(attempts(careful(), pass("good")).count == 1)
        #expect(attempts(careful(), pass("")).count == 1)
        #expect(attempts(careful(), pass("quiet but clear", noSpeech: 0.7)).count == 1)
    }

    @Test func whatFailsIsTriedWithMoreContextAndThenByChance() {
        for bad in [pass("a", average: -1.1), pass("b", ratio: 2.5), pass("c", isWhole: false)] {
            let tried = attempts(careful(), bad)
            #expect(tried.map(\.temperature) == [0, 0, 0.2, 0.4, 0.6, 0.8, 1])
            #expect(tried.map(\.fullContext) == [false] + [Bool](repeating: true, count: 6))
            #expect(attempts(careful(isLong: true), bad).map(\.temperature) == [0, 0.2, 0.4, 0.6, 0.8, 1])
        }
    }

    @Test func theFirstBelievableTextIsTaken() {
        var fallback = careful()
        for pass in [pass("circles", ratio: 3), pass("good", average: -0.9)] {
            #expect(fallback.next() != nil)
            fallback.take(pass)
        }
        #expect(fallback.next() == nil)
        #expect(fallback.best?.text == "good")
    }

    @Test func ofDoubtfulTextsTheMostProbableWithoutCirclesIsTaken() {
        var fallback = careful()
        let passes = [
            pass("circles", average: -0.1, ratio: 3), pass("worse", average: -2), pass("best", average: -1.2),
            pass("cut", average: -0.3, isWhole: false), pass("worst", average: -3),
        ]
        for pass in passes { fallback.take(pass) }
        #expect(fallback.best?.text == "best")
    }

    @Test func improbableWordsWhereNobodySpokeAreNone() {
        var fallback = careful()
        _ = fallback.next()
        fallback.take(pass("Thank you.", average: -1.3, noSpeech: 0.65))
        #expect(fallback.best?.text == "")
        #expect(fallback.best?.noSpeechProbability == 0.65)
        #expect(fallback.next() == nil)
    }

    @Test func aGivenTemperatureIsTheOnlyOne() {
        for effort in [RecognitionOptions.Effort.quick, .careful] {
            let fallback = WhisperFallback(effort: effort, temperature: 0.4, isLong: false)
            #expect(attempts(fallback, pass("bad", average: -5)).map(\.temperature) == [0.4])
        }
    }
}

@Suite struct WhisperCompressionRatioTests {
    private static let spoken =
        "And Mr. John Dashwood had then leisure to consider how much there might be prudently in his power to do "
        + "for them."
    private static let sonorous =
        "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of "
        + "foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of Light, it "
        + "was the season of Darkness, it was the spring of hope, it was the winter of despair, we had everything "
        + "before us, we had nothing before us,"

    private static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    /// Texts, and the length in bytes of what zlib 1.2.13 makes of them.
    private static let compressed: [(text: String, length: Int)] = [
        ("a", 9), ("Go forward ten meters.", 30), (spoken, 99), (sonorous, 145), (repeated("Ten of clubs. ", 4), 25),
        (repeated("Thank you. ", 10), 22), (repeated("no ", 40), 14), (repeated("I'm going to go. ", 30), 29),
        (repeated("ご視聴ありがとうございました。", 6), 58),
    ]

    @Test func isNearZlibs() {
        for (text, length) in Self.compressed {
            let expected = Float(text.utf8.count) / Float(length)
            #expect(abs(CompressionRatio.of(text) / expected - 1) < 0.1)
        }
    }

    @Test func speechIsBelievedAndCirclesAreNot() {
        #expect(CompressionRatio.of("") == 1)
        #expect(CompressionRatio.of(Self.spoken) < 1.5)
        #expect(CompressionRatio.of(Self.sonorous) <= CompressionRatio.limit)
        #expect(CompressionRatio.of(String(repeating: "Ten of clubs. ", count: 6)) > CompressionRatio.limit)
    }

    @Test func longTextEndsSoon() {
        #expect(CompressionRatio.of(String(repeating: "a", count: 20_000)) > 100)
    }
}

@Suite struct WhisperTokenSamplerTests {
    private func draws(_ logits: [Float], temperature: Float, count: Int = 2_000, bias: [Float]? = nil) -> [Int] {
        var sampler = TokenSampler(temperature: temperature, seed: 1)
        return (0..<count).map { _ in
            logits.withUnsafeBufferPointer { logits in
                (bias ?? [Float](repeating: 0, count: logits.count)).withUnsafeBufferPointer {
                    sampler.draw(logits, bias: $0)
                }
            }
        }
    }

    @Test func drawsByProbability() {
        // Probabilities 0.1, 0.2, 0.7.
        let logits: [Float] = [-2.302585, -1.609438, -0.356675]
        let counts = draws(logits, temperature: 1).reduce(into: [0, 0, 0]) { $0[$1] += 1 }
        #expect((150...250).contains(counts[0]))
        #expect((340...460).contains(counts[1]))
        #expect(draws(logits, temperature: 0.05).allSatisfy { $0 == 2 })
    }

    @Test func drawsTheSameAgain() {
        #expect(draws([0, 0, 0, 0], temperature: 1) == draws([0, 0, 0, 0], temperature: 1))
        #expect(Set(draws([0, 0, 0, 0], temperature: 1)) == [0, 1, 2, 3])
    }

    @Test func neverDrawsWhatIsSuppressed() {
        let bias: [Float] = [0, -1e9, 0, -1e9]
        #expect(Set(draws([1, 9, 1, 9], temperature: 1, bias: bias)) == [0, 2])
    }
}
