import Testing
import VoicePipeline

@Suite struct RecoveryPolicyTests {
    /// `confidence` is the mean probability of the tokens.
    private func heard(_ text: String, _ logProbability: Float = 0) -> Transcript {
        Transcript(text: text, averageLogProbability: logProbability)
    }

    private static let again = "I didn't catch that. Could you say it again?"
    private static let closer = "I'm having trouble hearing you. Try moving closer to the microphone."

    @Test func asksTwiceThenAdvisesAndStartsAnew() {
        var policy = RecoveryPolicy()
        let said = (0..<7).map { _ in policy.phrase(for: .notUnderstood) }
        #expect(said == [Self.again, Self.again, Self.closer, Self.again, Self.again, Self.closer, Self.again])
    }

    @Test func silenceAndNothingAtAllCountTogether() {
        var policy = RecoveryPolicy()
        let said = [TurnFailure.emptyAudio, .notUnderstood, .emptyAudio].map { policy.phrase(for: $0) }
        #expect(said == [Self.again, Self.again, Self.closer])
    }

    @Test func aGoodTranscriptStartsTheCountAnew() {
        var policy = RecoveryPolicy()
        _ = policy.phrase(for: .notUnderstood)
        _ = policy.phrase(for: .notUnderstood)
        let decision = policy.heard(heard("what time is it"))
        #expect(decision == .answer("what time is it"))
        let said = policy.phrase(for: .notUnderstood)
        #expect(said == Self.again)
    }

    @Test func otherFailuresDoNotCount() {
        var policy = RecoveryPolicy()
        _ = policy.phrase(for: .notUnderstood)
        _ = policy.phrase(for: .notUnderstood)
        _ = policy.phrase(for: .busy)
        let said = policy.phrase(for: .notUnderstood)
        #expect(said == Self.closer)
    }

    @Test func unsureIsAskedAndYesAnswersWhatWasKept() {
        var policy = RecoveryPolicy()
        let asked = policy.heard(heard("Set a timer for ten minutes.", -0.8))
        #expect(asked == .say("Did you say 'Set a timer for ten minutes'?"))
        // A short yes may itself be uncertain.
        let answered = policy.heard(heard("Yes.", -2))
        #expect(answered == .answer("Set a timer for ten minutes."))
        // It was answered once: a further yes is a question like any other.
        let later = policy.heard(heard("Yes."))
        #expect(later == .answer("Yes."))
    }

    @Test func noAsksToSayItAgain() {
        var policy = RecoveryPolicy()
        _ = policy.heard(heard("a thymer", -0.8))
        let refused = policy.heard(heard("No."))
        #expect(refused == .say("Okay. Please say it again."))
        let next = policy.heard(heard("set a timer"))
        #expect(next == .answer("set a timer"))
    }

    @Test func anythingElseIsANewQuestion() {
        var policy = RecoveryPolicy()
        _ = policy.heard(heard("a thymer", -0.8))
        let sure = policy.heard(heard("set a timer"))
        #expect(sure == .answer("set a timer"))
        _ = policy.heard(heard("a thymer", -0.8))
        let unsure = policy.heard(heard("some timber", -0.9))
        #expect(unsure == .say("Did you say 'some timber'?"))
        let answered = policy.heard(heard("yes"))
        #expect(answered == .answer("some timber"))
    }

    @Test func silenceKeepsTheQuestionOpen() {
        var policy = RecoveryPolicy()
        _ = policy.heard(heard("a thymer", -0.8))
        _ = policy.phrase(for: .notUnderstood)
        let answered = policy.heard(heard("yes"))
        #expect(answered == .answer("a thymer"))
    }

    @Test func resetForgetsTheQuestionAndTheCount() {
        var policy = RecoveryPolicy()
        _ = policy.phrase(for: .notUnderstood)
        _ = policy.phrase(for: .notUnderstood)
        _ = policy.heard(heard("a thymer", -0.8))
        policy.reset()
        let answered = policy.heard(heard("yes"))
        #expect(answered == .answer("yes"))
        let said = policy.phrase(for: .notUnderstood)
        #expect(said == Self.again)
    }

    @Test(arguments: [
        (-0.70, false), (-0.69, true), (0, true), (-Float.infinity, false), (Float.nan, false), (5, true),
    ])
    func halfIsTheLimit(logProbability: Float, isSure: Bool) {
        var policy = RecoveryPolicy()
        let transcript = heard("hello", logProbability)
        #expect((0...1).contains(transcript.confidence))
        let decision = policy.heard(transcript)
        #expect((decision == .answer("hello")) == isSure)
    }

    @Test func aLongTranscriptIsNotReadBackWhole() {
        var policy = RecoveryPolicy()
        let long = (1...60).map { "word\($0)" }.joined(separator: " ")
        guard case .say(let phrase) = policy.heard(heard(long, -3)) else {
            Issue.record("not asked")
            return
        }
        #expect(phrase.hasSuffix("word25…'?"))
    }

    @Test func everyFailureHasASentence() {
        var policy = RecoveryPolicy()
        let failures: [TurnFailure] = [
            .oddByteCount, .tooLong(limit: 30), .busy, .tooMany(seconds: 1), .tooMany(seconds: 12), .stopping,
            .recognition(.busy), .brain("secret reason"),
        ]
        let said = failures.map { policy.phrase(for: $0) }
        #expect(said.allSatisfy { $0.hasSuffix(".") && $0.count < 100 && !$0.contains("secret") })
        #expect(Set(said).count == failures.count)
        #expect(said[4].contains("12 seconds"))
    }
}

@Suite struct ConfirmationTests {
    @Test(arguments: ["Yes.", "yes", "Yeah!", "Yep, yes.", "Yes, please.", "That’s right.", "Um, yes", "OK", "Sure."])
    func yes(text: String) { #expect(Confirmation(text) == .yes) }

    @Test(arguments: ["No.", "Nope", "no, no", "No, that's wrong.", "I didn't.", "Not really.", "No thanks."])
    func no(text: String) { #expect(Confirmation(text) == .no) }

    @Test(arguments: [
        "", "...", "Yes or no?", "What time is it?", "No, what time is it?", "please", "know", "yesterday",
    ])
    func neither(text: String) { #expect(Confirmation(text) == nil) }
}
