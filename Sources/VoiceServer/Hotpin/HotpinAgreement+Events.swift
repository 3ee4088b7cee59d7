import VoicePipeline
import VoiceProtocol

extension HotpinAgreement {
    /// The frame for what happens while the user speaks, if it was agreed to tell it.
    func frame(for kind: TurnEvent.Kind) -> HotpinServerFrame? {
        switch kind {
        case .speechStarted where turns == .auto: .speechStarted
        case .speechEnded where turns == .auto: .speechEnded
        case .partial(let partial) where wantsPartials:
            .partial(stable: Array(partial.stable.utf8), text: Array(partial.text.utf8))
        default: nil
        }
    }
}

extension SessionMode {
    /// As agreed; without an agreement the documented protocol.
    init(_ agreement: HotpinAgreement?) {
        self.init(
            takesTurns: agreement?.turns == .auto, bargesIn: agreement?.bargesIn ?? false,
            wantsPartials: agreement?.wantsPartials ?? false, streamsAudio: agreement?.audio == .stream)
    }
}

extension HotpinTimeline {
    /// Whole milliseconds of the marks; a mark that was not reached, or was before the end of speech, is 0.
    /// - Parameters:
    ///   - firstAudio: when the client's first audio leaves. A file goes out when its last piece is made.
    ///   - isDetailed: for who has an agreement.
    init(_ timeline: TurnTimeline, firstAudio: TurnTimeline.Mark = .lastAudio, isDetailed: Bool = false) {
        func time(_ mark: TurnTimeline.Mark) -> Int { max(0, Int((timeline.milliseconds(to: mark) ?? 0).rounded())) }
        self.init(
            transcript: time(.transcript), firstToken: time(.firstToken), reply: time(.reply),
            firstAudio: time(firstAudio),
            details: isDetailed
                ? Details(endpoint: time(.endpoint), firstClause: time(.firstClause), lastAudio: time(.lastAudio))
                : nil)
    }
}
