import VoiceProtocol

/// The frames of the Hotpin protocol, as server and as client.
enum HotpinClaims {
    static func check(_ bytes: [UInt8]) {
        if let frame = try? HotpinClientFrame.decode(bytes) {
            let again = try? HotpinClientFrame.decode(frame.encoded())
            claim(again == frame, "\(frame) is read back as \(String(describing: again))")
            if case .handshake(let handshake) = frame {
                claim(
                    (1...128).contains(handshake.sessionID.count), "a session id of \(handshake.sessionID.count) bytes")
                claim(!handshake.sessionID.contains { $0 < 0x20 || $0 == 0x7F }, "a session id with control characters")
                let connected = HotpinServerFrame.connected(
                    sessionID: handshake.sessionID, agreement: handshake.agreement)
                fits(connected)
                comesBack(connected)
            }
        }
        if let frame = try? HotpinServerFrame.decode(bytes) { comesBack(frame) }
        for frame: HotpinServerFrame in [
            .llm(transcript: bytes), .tts(response: bytes), .error(message: bytes), .announcement(response: bytes),
            .partial(stable: bytes, text: bytes), .speaking(text: bytes, at: bytes.count), .cancelled(heard: bytes),
        ] {
            fits(frame)
            comesBack(frame)
        }
        drive(bytes)
    }

    /// A device parses frames into a buffer of 512 bytes.
    private static func fits(_ frame: HotpinServerFrame) {
        let count = frame.encoded().count
        claim(count <= HotpinServerFrame.maximumLength, "a frame of \(count) bytes")
    }

    /// What is read back is the frame, or its beginning where it was too long.
    private static func comesBack(_ frame: HotpinServerFrame) {
        guard let again = try? HotpinServerFrame.decode(frame.encoded()) else {
            claim(false, "\(frame) cannot be read back")
            return
        }
        switch (frame, again) {
        case (.llm(let whole), .llm(let part)), (.tts(let whole), .tts(let part)),
            (.error(let whole), .error(let part)), (.announcement(let whole), .announcement(let part)),
            (.cancelled(let whole?), .cancelled(let part?)):
            claim(whole.starts(with: part), "another text comes back")
        case (.connected(let whole, let agreed), .connected(let part, let agreement)):
            claim(whole.starts(with: part) && agreed == agreement, "another session comes back")
        case (.speaking(let whole, let at), .speaking(let part, let place)):
            claim(whole.starts(with: part) && at == place, "other words come back")
        case (.partial(let stable, let whole), .partial(let part, let text)):
            claim(stable.starts(with: part) && whole.starts(with: text), "another partial comes back")
        default: claim(again == frame, "\(frame) comes back as \(again)")
        }
    }

    /// The documented client, driven by any events.
    private static func drive(_ bytes: [UInt8]) {
        var machine = HotpinClientMachine(maximumAnswer: 1_000, timeout: 100)
        for byte in bytes {
            let event: HotpinClientMachine.Event =
                switch byte % 13 {
                case 0: .connect
                case 1: .opened
                case 2: .acknowledged
                case 3: .lost
                case 4: .pressed
                case 5: .released
                case 6: .chunk(Int(byte) * 3)
                case 7: .played
                case 8: .elapsed(Int(byte))
                case 9: .frame(.tts(response: []))
                case 10: .frame(.complete(timeline: nil))
                case 11: .frame(.error(message: []))
                default: .frame(.connected(sessionID: [byte]))
                }
            _ = machine.handle(event)
            claim((0...1_000).contains(machine.received), "\(machine.received) bytes in the answer's buffer")
        }
    }
}
