import Testing
import VoiceProtocol

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite struct HotpinClientFrameTests {
    @Test func readsTheDocumentedFrames() throws {
        #expect(
            try HotpinClientFrame.decode(bytes(#"{"session_id": "esp32-hotpin-001"}"#))
                == .handshake(HotpinHandshake(sessionID: bytes("esp32-hotpin-001"))))
        #expect(try HotpinClientFrame.decode(bytes(#"{"signal":"EOS"}"#)) == .endOfSpeech)
        #expect(try HotpinClientFrame.decode(bytes("{\n  \"signal\": \"RESET\"\n}")) == .reset)
    }

    @Test func readsOptionsAndIgnoresWhatItDoesNotKnow() throws {
        let frame = try HotpinClientFrame.decode(
            bytes(#"{"session_id":"a","api_key":"k","announcements":true,"timeline":true,"more":{"x":1}}"#))
        #expect(
            frame
                == .handshake(
                    HotpinHandshake(sessionID: bytes("a"), apiKey: bytes("k"), announcements: true, timeline: true)))
        #expect(
            try HotpinClientFrame.decode(bytes(#"{"session_id":"a","api_key":null}"#))
                == .handshake(HotpinHandshake(sessionID: bytes("a"))))
        let handsFree = try HotpinClientFrame.decode(bytes(#"{"session_id":"a","hands_free":true}"#))
        #expect(handsFree == .handshake(HotpinHandshake(sessionID: bytes("a"), handsFree: true)))
    }

    @Test(arguments: [
        ("hello", HotpinFrameError.notJSON), ("[]", .notAnObject), ("{}", .unknown),
        (#"{"signal":"eos"}"#, .unknownSignal),
        (#"{"signal":1}"#, .wrongType), (#"{"signal":null}"#, .wrongType), (#"{"session_id":1}"#, .sessionID),
        (#"{"session_id":""}"#, .sessionID), (#"{"session_id":"a\nb"}"#, .sessionID),
        (#"{"session_id":"a","timeline":"yes"}"#, .wrongType), (#"{"session_id":"a","api_key":7}"#, .wrongType),
        (#"{"session_id":"a","api_key":["k"]}"#, .wrongType),
        ("{\"session_id\":\"" + String(repeating: "x", count: 129) + "\"}", .sessionID),
    ])
    func saysWhatIsWrong(frame: String, error: HotpinFrameError) {
        #expect(throws: error) { try HotpinClientFrame.decode(bytes(frame)) }
    }

    @Test func encodesWhatItDecodes() throws {
        let frames: [HotpinClientFrame] = [
            .handshake(HotpinHandshake(sessionID: bytes("ü\"x"), announcements: true)),
            .handshake(HotpinHandshake(sessionID: bytes("x"), handsFree: true)),
            .handshake(HotpinHandshake(sessionID: bytes("x"), apiKey: bytes("hotpin_k"))), .endOfSpeech, .reset,
        ]
        for frame in frames { #expect(try HotpinClientFrame.decode(frame.encoded()) == frame) }
        #expect(text(HotpinClientFrame.endOfSpeech.encoded()) == #"{"signal":"EOS"}"#)
    }
}

@Suite struct HotpinServerFrameTests {
    @Test func writesTheDocumentedFrames() {
        #expect(
            text(HotpinServerFrame.connected(sessionID: bytes("esp32-hotpin-001")).encoded())
                == #"{"status":"connected","session_id":"esp32-hotpin-001"}"#)
        #expect(
            text(HotpinServerFrame.transcription.encoded()) == #"{"status":"processing","stage":"transcription"}"#)
        #expect(
            text(HotpinServerFrame.llm(transcript: bytes("hello how are you")).encoded())
                == #"{"status":"processing","stage":"llm","transcript":"hello how are you"}"#)
        #expect(
            text(HotpinServerFrame.tts(response: bytes("I'm \"fine\"\n")).encoded())
                == #"{"status":"processing","stage":"tts","response":"I'm \"fine\"\n"}"#)
        #expect(text(HotpinServerFrame.complete(timeline: nil).encoded()) == #"{"status":"complete"}"#)
        #expect(
            text(HotpinServerFrame.error(message: bytes("Empty audio buffer")).encoded())
                == #"{"status":"error","message":"Empty audio buffer"}"#)
        let timeline = HotpinTimeline(transcript: 180, firstToken: 182, reply: 190, firstAudio: 300)
        #expect(
            text(HotpinServerFrame.complete(timeline: timeline).encoded())
                == #"{"status":"complete","timeline":{"transcript":180,"first_token":182,"reply":190,"first_audio":300}}"#
        )
    }

    @Test(arguments: ["x", "é", "😀", "\"", "\u{1}", "\\"])
    func staysBelowTheClientsBuffer(filler: String) throws {
        let long = bytes(String(repeating: filler, count: 600))
        for frame in [
            HotpinServerFrame.llm(transcript: long), .tts(response: long), .error(message: long),
            .announcement(response: long),
        ] {
            let encoded = frame.encoded()
            #expect(encoded.count <= HotpinServerFrame.maximumLength)
            #expect(encoded.count > HotpinServerFrame.maximumLength - 8)
            #expect(String(validating: encoded, as: UTF8.self) != nil)
            _ = try HotpinServerFrame.decode(encoded)
        }
    }

    @Test func decodesWhatItEncodes() throws {
        let frames: [HotpinServerFrame] = [
            .connected(sessionID: bytes("a")), .transcription, .llm(transcript: bytes("t")),
            .tts(response: bytes("r")), .complete(timeline: nil), .error(message: bytes("m")),
            .announcement(response: bytes("n")),
        ]
        for frame in frames { #expect(try HotpinServerFrame.decode(frame.encoded()) == frame) }
        #expect(throws: HotpinFrameError.unknown) { try HotpinServerFrame.decode(bytes(#"{"status":"new"}"#)) }
    }
}

@Suite struct HotpinClientMachineTests {
    @Test func goesThroughOneConversation() {
        var machine = HotpinClientMachine()
        expect(&machine, .connect, [.open])
        expect(&machine, .opened, [.sendHandshake])
        expect(&machine, .frame(.connected(sessionID: bytes("a"))), [])
        #expect(machine.state == .idle)
        expect(&machine, .pressed, [.startRecording])
        expect(&machine, .released, [.stopRecordingAndSendEnd])
        expect(&machine, .frame(.transcription), [.show])
        expect(&machine, .frame(.tts(response: bytes("r"))), [.startBuffer, .show])
        expect(&machine, .chunk(4096), [.appendChunk])
        expect(&machine, .frame(.complete(timeline: nil)), [.play])
        expect(&machine, .played, [])
        #expect(machine.state == .idle)
    }

    @Test func givesUpAfterTheDocumentedTime() {
        var machine = processing()
        expect(&machine, .elapsed(10_000), [])
        expect(&machine, .elapsed(1), [.timedOut])
        #expect(machine.state == .idle)
    }

    @Test func neverWritesPastItsBuffer() {
        var machine = processing()
        expect(&machine, .chunk(511_999), [.appendChunk])
        expect(&machine, .chunk(1), [.dropChunk])
        expect(&machine, .chunk(Int.max), [.dropChunk])
        expect(&machine, .chunk(-1), [.dropChunk])
        #expect(machine.received == 511_999)
    }

    @Test func errorAndLossEndTheTurn() {
        var machine = processing()
        expect(&machine, .frame(.error(message: [])), [.show])
        #expect(machine.state == .idle)
        _ = machine.handle(.pressed)
        expect(&machine, .lost, [.stopEverything])
        #expect(machine.state == .disconnected)
    }

    private func expect(
        _ machine: inout HotpinClientMachine, _ event: HotpinClientMachine.Event,
        _ actions: [HotpinClientMachine.Action], _ location: SourceLocation = #_sourceLocation
    ) {
        let taken = machine.handle(event)
        #expect(taken == actions, sourceLocation: location)
    }

    private func processing() -> HotpinClientMachine {
        var machine = HotpinClientMachine()
        for event in [HotpinClientMachine.Event.connect, .opened, .acknowledged, .pressed, .released] {
            _ = machine.handle(event)
        }
        return machine
    }
}
