import Testing
import VoiceProtocol

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite struct HotpinAgreementTests {
    @Test func isReadFromTheHandshake() throws {
        let all =
            #"{"session_id":"a","audio":"stream","audio_format":"opus","turns":"auto","barge_in":true,"partials":true}"#
        let agreement = HotpinAgreement(
            audio: .stream, format: .opus, turns: .auto, bargesIn: true, wantsPartials: true)
        let handshake = HotpinHandshake(sessionID: bytes("a"), agreement: agreement)
        #expect(try HotpinClientFrame.decode(bytes(all)) == .handshake(handshake))
        #expect(text(HotpinClientFrame.handshake(handshake).encoded()) == all)
    }

    @Test func isAbsentWhereNothingIsAsked() throws {
        guard case .handshake(let old) = try HotpinClientFrame.decode(bytes(#"{"session_id":"a","timeline":true}"#))
        else {
            Issue.record("no handshake")
            return
        }
        #expect(old.agreement == nil)
        #expect(!old.streamsAudio)
        #expect(
            text(HotpinServerFrame.connected(sessionID: bytes("a")).encoded())
                == #"{"status":"connected","session_id":"a"}"#)
    }

    @Test(arguments: [
        #""audio":"file""#, #""audio_format":"pcm""#, #""turns":"manual""#, #""barge_in":false"#, #""partials":false"#,
    ])
    func isStatedToWhoNamesAnyOfIt(member: String) throws {
        guard case .handshake(let handshake) = try HotpinClientFrame.decode(bytes("{\"session_id\":\"a\",\(member)}"))
        else {
            Issue.record("no handshake")
            return
        }
        #expect(handshake.agreement == HotpinAgreement())
        #expect(
            text(HotpinServerFrame.connected(sessionID: bytes("a"), agreement: handshake.agreement).encoded())
                == #"{"status":"connected","session_id":"a","audio":"file","audio_format":"pcm","turns":"manual"}"#)
    }

    @Test(arguments: [
        (#""audio":"wav""#, HotpinFrameError.audio), (#""audio":true"#, .audio), (#""audio":null"#, .audio),
        (#""audio_format":"mp3""#, .audioFormat), (#""audio_format":16"#, .audioFormat), (#""turns":"both""#, .turns),
        (#""turns":{}"#, .turns), (#""barge_in":1"#, .wrongType), (#""partials":"yes""#, .wrongType),
        (#""audio_format":"opus""#, .opusNeedsStream), (#""audio_format":"opus","audio":"file""#, .opusNeedsStream),
        (#""barge_in":true"#, .bargeInNeedsBoth), (#""barge_in":true,"audio":"stream""#, .bargeInNeedsBoth),
        (#""barge_in":true,"turns":"auto""#, .bargeInNeedsBoth),
        (#""audio":"wav","turns":"both""#, .audio),
    ])
    func refusesWhatDoesNotGoTogether(members: String, error: HotpinFrameError) {
        #expect(throws: error) { try HotpinClientFrame.decode(bytes("{\"session_id\":\"a\",\(members)}")) }
    }

    @Test func connectedFitsWithTheLongestSession() throws {
        let session = bytes(String(repeating: "\"", count: HotpinClientFrame.maximumSessionID))
        let agreement = HotpinAgreement(
            audio: .stream, format: .opus, turns: .manual, bargesIn: true, wantsPartials: true)
        let frame = HotpinServerFrame.connected(sessionID: session, agreement: agreement)
        #expect(frame.encoded().count <= HotpinServerFrame.maximumLength)
        #expect(try HotpinServerFrame.decode(frame.encoded()) == frame)
    }
}

@Suite struct HotpinCancelTests {
    @Test(arguments: [
        (#"{"signal":"CANCEL"}"#, HotpinClientFrame.cancel(played: nil)),
        (#"{"signal":"CANCEL","played_ms":1234}"#, .cancel(played: 1234)),
        (#"{"played_ms":0,"signal":"CANCEL"}"#, .cancel(played: 0)),
        (#"{"signal":"EOS","played_ms":"x"}"#, .endOfSpeech),
    ])
    func isRead(frame: String, expected: HotpinClientFrame) throws {
        #expect(try HotpinClientFrame.decode(bytes(frame)) == expected)
        #expect(try HotpinClientFrame.decode(expected.encoded()) == expected)
    }

    @Test(arguments: ["-1", "1.5", "1e3", "1000000000", "\"12\"", "null", "true", "[1]", "99999999999999999999"])
    func refusesOtherNumbers(played: String) {
        #expect(throws: HotpinFrameError.played) {
            try HotpinClientFrame.decode(bytes("{\"signal\":\"CANCEL\",\"played_ms\":\(played)}"))
        }
    }
}

@Suite struct HotpinStreamedFrameTests {
    @Test(arguments: [
        (HotpinServerFrame.speechStarted, #"{"status":"speech_started"}"#),
        (.speechEnded, #"{"status":"speech_ended"}"#),
        (
            .partial(stable: bytes("set a timer"), text: bytes("set a timer for ten")),
            #"{"status":"partial","stable":"set a timer","text":"set a timer for ten"}"#
        ),
        (
            .audio(HotpinAudioHeader(sampleRate: 16_000)),
            #"{"status":"audio","format":"pcm","sample_rate":16000,"channels":1}"#
        ),
        (
            .audio(HotpinAudioHeader(sampleRate: 16_000, opus: .init(frame: 20, preSkip: 312))),
            #"{"status":"audio","format":"opus","sample_rate":16000,"channels":1,"frame_ms":20,"pre_skip":312}"#
        ),
        (.speaking(text: bytes("It's late."), at: 0), #"{"status":"speaking","text":"It's late.","at_ms":0}"#),
        (.audioEnd(duration: 2480), #"{"status":"audio_end","duration_ms":2480}"#),
        (.held, #"{"status":"held"}"#), (.resumed, #"{"status":"resumed"}"#),
        (.cancelled(heard: nil), #"{"status":"cancelled"}"#),
        (.cancelled(heard: bytes("It's")), #"{"status":"cancelled","heard":"It's"}"#),
        (.cancelled(heard: []), #"{"status":"cancelled","heard":""}"#),
    ])
    func isWrittenAndRead(frame: HotpinServerFrame, expected: String) throws {
        #expect(text(frame.encoded()) == expected)
        #expect(try HotpinServerFrame.decode(bytes(expected)) == frame)
    }

    @Test(arguments: ["x", "é", "😀", "\"", "\u{1}", "\\"])
    func staysBelowTheClientsBuffer(filler: String) throws {
        let long = bytes(String(repeating: filler, count: 600))
        for frame in [
            HotpinServerFrame.partial(stable: long, text: long), .partial(stable: [], text: long),
            .speaking(text: long, at: 999_999_999), .cancelled(heard: long),
        ] {
            let encoded = frame.encoded()
            #expect(encoded.count <= HotpinServerFrame.maximumLength)
            #expect(encoded.count > HotpinServerFrame.maximumLength - 24)
            #expect(String(validating: encoded, as: UTF8.self) != nil)
        }
    }

    @Test func cutsAPartialAtItsEndAndLeavesRoomForBoth() throws {
        let words = bytes((1...200).map { "word\($0)" }.joined(separator: " "))
        let cut = try HotpinServerFrame.decode(HotpinServerFrame.partial(stable: words, text: words).encoded())
        guard case .partial(let stable, let text) = cut else {
            Issue.record("no partial")
            return
        }
        #expect(words.starts(with: stable) && words.starts(with: text))
        #expect(stable.count > 200 && text.count > 200)
        // A short beginning leaves the room to the text.
        guard
            case .partial(_, let longer) = try HotpinServerFrame.decode(
                HotpinServerFrame.partial(stable: bytes("word1"), text: words).encoded())
        else {
            Issue.record("no partial")
            return
        }
        #expect(longer.count > 400)
    }

    @Test func tellsADetailedTimeline() {
        let timeline = HotpinTimeline(
            transcript: 1, firstToken: 2, reply: 4, firstAudio: 5,
            details: .init(endpoint: 0, firstClause: 3, lastAudio: 6))
        #expect(
            text(HotpinServerFrame.complete(timeline: timeline).encoded())
                == #"{"status":"complete","timeline":{"speech_end":0,"endpoint":0,"transcript":1,"first_token":2,"#
                + #""first_clause":3,"reply":4,"first_audio":5,"last_audio":6}}"#)
    }
}
