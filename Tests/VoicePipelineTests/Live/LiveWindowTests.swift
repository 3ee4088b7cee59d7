import Testing
import VoicePipeline

@Suite struct LiveWindowTests {
    private static let frame = Endpointer.frameLength
    private var window = LiveWindow(EndpointerSettings())
    /// What was appended so far; every sample's value is its own.
    private var position = 0

    /// Feeds frames of one probability.
    private mutating func hear(_ probability: Float, frames: Int) -> [LiveWindow.Utterance] {
        var ended: [LiveWindow.Utterance] = []
        for _ in 0..<frames {
            window.append((0..<Self.frame).map { Float(position + $0) })
            position += Self.frame
            if let utterance = window.take(probability) { ended.append(utterance) }
        }
        return ended
    }

    /// Whether an utterance holds the very samples of its place.
    private func isExact(_ utterance: LiveWindow.Utterance) -> Bool {
        utterance.samples.indices.allSatisfy { utterance.samples[$0] == Float(utterance.start + $0) }
    }

    @Test mutating func givesAnUtteranceWithALittleAroundIt() throws {
        #expect(hear(0, frames: 100).isEmpty)
        #expect(hear(0.9, frames: 40).isEmpty)
        let ended = hear(0, frames: 100)
        try #require(ended.count == 1)
        #expect(isExact(ended[0]))
        #expect((90 * Self.frame..<100 * Self.frame).contains(ended[0].start))
        #expect((140 * Self.frame..<150 * Self.frame).contains(ended[0].end))
        #expect(window.utterance == nil)
    }

    @Test mutating func forgetsSilence() {
        for _ in 0..<20 {
            #expect(hear(0, frames: 500).isEmpty)
            #expect(window.count < 16_000)
        }
    }

    @Test mutating func forgetsACough() {
        let ended = hear(0, frames: 50) + hear(0.9, frames: 4) + hear(0, frames: 100)
        #expect(ended.isEmpty)
        #expect(window.count < 16_000)
    }

    @Test mutating func cutsLongSpeechWhereItIsQuietest() throws {
        var ended = hear(0.9, frames: 800)
        // Quieter, but not silence for the endpointer.
        ended += hear(0.6, frames: 1)
        let quiet = position - Self.frame / 2
        ended += hear(0.9, frames: 2200)
        try #require(ended.count >= 3)
        #expect(ended[0].end == quiet)
        for (one, next) in zip(ended, ended.dropFirst()) { #expect(one.end == next.start) }
        #expect(ended.allSatisfy { isExact($0) && $0.samples.count <= 28 * 16_000 })
        #expect(window.count <= 28 * 16_000)
        // What was not handed out yet is the one that goes on.
        #expect(window.utterance?.start == ended.last?.end)
        #expect(window.utterance?.end == position)
    }

    @Test mutating func longSpeechIsCutAtItsNextPause() throws {
        var ended = hear(0.9, frames: 400)
        #expect(ended.isEmpty)
        // 96 ms of silence, which ends no utterance.
        ended = hear(0, frames: 4)
        try #require(ended.count == 1)
        #expect(isExact(ended[0]))
        #expect((400 * Self.frame...404 * Self.frame).contains(ended[0].end))
        // It goes on where it was cut; where nobody speaks any more there is nothing to write down.
        let next = hear(0.9, frames: 30) + hear(0, frames: 60)
        try #require(next.count == 1)
        #expect(isExact(next[0]) && next[0].start == ended[0].end)
        ended = hear(0.9, frames: 400) + hear(0, frames: 100)
        #expect(ended.count == 1)
        #expect(window.utterance == nil && window.count < 16_000)
    }

    @Test mutating func flushEndsWhatIsSaidNow() throws {
        _ = hear(0, frames: 30)
        _ = hear(0.9, frames: 30)
        let first = window.flush()
        let flushed = try #require(first)
        #expect(isExact(flushed) && flushed.end == position)
        let again = window.flush()
        #expect(window.utterance == nil && again == nil)
        // What is said next begins behind it, and its place is right.
        _ = hear(0.9, frames: 30)
        let ended = hear(0, frames: 60)
        try #require(ended.count == 1)
        #expect(isExact(ended[0]) && ended[0].start >= flushed.end)
    }

    @Test mutating func takesWhatIsNoNumberForSilence() {
        #expect(hear(.nan, frames: 50).isEmpty)
        #expect(window.utterance == nil)
    }
}
