import Testing
import VoicePipeline

@Suite struct EndpointerTests {
    private typealias Event = Endpointer.Event

    /// Probabilities and how many frames each lasts.
    private func run(_ endpointer: inout Endpointer, _ runs: [(Float, Int)]) -> [(frame: Int, event: Endpointer.Event)]
    {
        var events: [(Int, Endpointer.Event)] = []
        var frame = 0
        for (probability, count) in runs {
            for _ in 0..<count {
                frame += 1
                if let event = endpointer.take(probability) { events.append((frame, event)) }
            }
        }
        return events
    }

    private func events(_ runs: [(Float, Int)], _ settings: EndpointerSettings = .init()) -> [Endpointer.Event] {
        var endpointer = Endpointer(settings)
        return run(&endpointer, runs).map(\.event)
    }

    private func sample(_ frame: Int) -> Int { frame * 512 }

    @Test func tellsAnUtteranceInOrder() {
        var endpointer = Endpointer()
        let found = run(&endpointer, [(0.1, 20), (0.9, 30), (0.1, 40)])
        // 250 ms of lead are 8 frames, 96 ms of pause 3, 700 ms of silence 22.
        #expect(found.map(\.event) == [.speechStarted(sample(12)), .paused(sample(50)), .ended(sample(50))])
        #expect(found.map(\.frame) == [23, 53, 72])
    }

    @Test func theLeadEndsAtTheBeginning() {
        #expect(events([(0.9, 3)]) == [.speechStarted(0)])
    }

    @Test func theLeadDoesNotReachIntoTheUtteranceBefore() {
        var settings = EndpointerSettings()
        settings.lead = 5000
        let found = events([(0.9, 20), (0, 22), (0.9, 20)], settings)
        #expect(found.last == .speechStarted(sample(20)))
    }

    @Test func speechBetweenTheThresholdsGoesOnButDoesNotBegin() {
        #expect(events([(0.45, 100)]).isEmpty)
        #expect(events([(0.9, 10), (0.36, 100)]).count == 1)
        #expect(events([(0.9, 10), (0.34, 30)]).count == 3)
    }

    @Test(arguments: [1, 2])
    func aClickIsNothing(frames: Int) {
        #expect(events([(0, 10), (1, frames), (0, 50)]).isEmpty)
    }

    @Test func aCoughIsDiscardedAndTheNextUtteranceIsHeard() {
        // 9 frames are 288 ms, 10 are 320; 480 ms of silence discard.
        var endpointer = Endpointer()
        let found = run(&endpointer, [(0, 10), (0.9, 9), (0, 50), (0.9, 10), (0, 50)])
        #expect(found.map(\.frame) == [13, 34, 72, 82, 101])
        #expect(found[1].event == .discarded)
        #expect(found.suffix(2).map(\.event) == [.paused(sample(79)), .ended(sample(79))])
    }

    @Test func shortSpeechGathersOverAShortGap() {
        #expect(
            events([(0.9, 6), (0, 10), (0.9, 6), (0, 30)]) == [
                .speechStarted(0), .paused(sample(22)), .ended(sample(22)),
            ])
    }

    @Test func speechGoesOnAfterAPause() {
        let found = events([(0.9, 20), (0, 10), (0.9, 20), (0, 22)])
        #expect(
            found == [.speechStarted(0), .paused(sample(20)), .resumed, .paused(sample(50)), .ended(sample(50))])
    }

    @Test func aGapShorterThanAPauseIsNotReported() {
        #expect(events([(0.9, 20), (0, 2), (0.9, 20)]) == [.speechStarted(0)])
    }

    @Test func aClickInAPauseDoesNotProlongIt() {
        var endpointer = Endpointer()
        let found = run(&endpointer, [(0.9, 20), (0, 10), (0.9, 1), (0, 30)])
        #expect(found.map(\.event) == [.speechStarted(0), .paused(sample(20)), .ended(sample(20))])
        #expect(found.last?.frame == 42)
    }

    @Test func whatMayBeSpeechAtTheLastMomentIsWaitedFor() {
        #expect(events([(0.9, 20), (0, 21), (0.9, 2)]).last == .resumed)
        #expect(events([(0.9, 20), (0, 21), (0.9, 1), (0, 1)]).last == .ended(sample(20)))
    }

    @Test func whatIsNoNumberIsSilence() {
        #expect(events([(.nan, 100), (.infinity, 0)]).isEmpty)
        #expect(events([(0.9, 20), (.nan, 22)]).last == .ended(sample(20)))
    }

    @Test func tellsWhereItIs() {
        var endpointer = Endpointer()
        _ = run(&endpointer, [(0, 10)])
        #expect(!endpointer.isInSpeech && !endpointer.isPaused && endpointer.speechSeconds == 0)
        _ = run(&endpointer, [(0.9, 25)])
        #expect(endpointer.isInSpeech && !endpointer.isPaused && endpointer.pausedAt == nil)
        #expect(abs(endpointer.speechSeconds - 0.8) < 1e-9)
        _ = run(&endpointer, [(0, 5)])
        #expect(endpointer.isInSpeech && endpointer.isPaused && endpointer.pausedAt == sample(35))
        #expect(abs(endpointer.speechSeconds - 0.8) < 1e-9)
        _ = run(&endpointer, [(0, 17)])
        #expect(!endpointer.isInSpeech && !endpointer.isPaused && endpointer.speechSeconds == 0)
    }

    @Test func aResetMakesItNew() {
        for runs in [[(0.9, 25)], [(0.9, 25), (0, 7)], [(0.9, 2)], [(0.9, 25), (0, 50)]] as [[(Float, Int)]] {
            var endpointer = Endpointer()
            _ = run(&endpointer, runs)
            endpointer.reset()
            #expect(endpointer == Endpointer())
        }
    }

    @Test func settingsThatContradictThemselvesAreMended() {
        var settings = EndpointerSettings()
        settings.threshold = -3
        settings.hysteresis = .infinity
        settings.onsetFrames = -1
        settings.lead = .min
        settings.minimumSpeech = .min
        settings.pause = .max
        settings.silence = -1
        settings.shortestSilence = .max
        settings.longestSilence = .min
        let found = events([(0.9, 1), (0, 2000)], settings)
        // A pause of a minute, and a silence of a frame more.
        #expect(found == [.speechStarted(0), .paused(512), .ended(512)])
    }

    /// Whatever comes, the events of an utterance keep their order and positions only grow.
    @Test(arguments: 0..<200)
    func theOrderHoldsForAnyProbabilities(seed: UInt64) {
        var noise = Noise(seed: seed)
        var endpointer = Endpointer()
        var isOpen = false
        var isPaused = false
        var position = 0
        for frame in 1...2000 {
            // Runs of speech and silence with clicks and gaps between.
            let isSpeech = (frame / (4 + Int(seed % 30))) % 2 == 0
            let probability = noise.next() < 0.1 ? noise.next() : (isSpeech ? 0.5 : 0) + noise.next() / 2
            if noise.next() < 0.05 { endpointer.hint(TurnHint(.voice, completeness: noise.next() * 2 - 1)) }
            let event = endpointer.take(probability)
            switch event {
            case .speechStarted(let start):
                #expect(!isOpen && start >= position && start <= frame * 512)
                position = start
                isOpen = true
            case .paused(let end):
                #expect(isOpen && !isPaused && end > position && end < frame * 512)
                isPaused = true
            case .resumed:
                #expect(isOpen && isPaused)
                isPaused = false
            case .ended(let end):
                #expect(isOpen && isPaused && end > position && end < frame * 512)
                position = end
                (isOpen, isPaused) = (false, false)
            case .discarded:
                #expect(isOpen && !isPaused)
                isOpen = false
            case nil: break
            }
            #expect(endpointer.isInSpeech == isOpen && endpointer.isPaused == isPaused)
            #expect((576...1504).contains(endpointer.silenceMilliseconds))
        }
    }
}

/// 0…1, the same in every run.
private struct Noise {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493 }

    mutating func next() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / Float(1 << 24)
    }
}
