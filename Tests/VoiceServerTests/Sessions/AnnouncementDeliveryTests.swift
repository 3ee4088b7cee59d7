import Testing
import VoicePipeline
import VoiceServer
import VoiceTesting

/// An announcement counts as made once its audio has arrived, and not before.
@Suite struct AnnouncementDeliveryTests {
    private static let announcements = #","announcements":true"#

    /// A client that answers no pings, as one whose network has gone.
    private static func mute(_ server: ServerUnderTest) async throws -> LoopbackPeer {
        let peer = try await LoopbackPeer.connect(port: server.port)
        let handshake = Array(#"{"session_id":"s"\#(announcements)}"#.utf8)
        await peer.send(
            "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        // A mask of zeroes leaves the text as it is.
        await peer.send([0x81, 0x80 | UInt8(handshake.count), 0, 0, 0, 0] + handshake)
        _ = try await peer.read(through: #""status":"connected","session_id":"s"}"#)
        await ready(server)
        return peer
    }

    /// The client is told that it is connected a moment before the directory is.
    private static func ready(_ server: ServerUnderTest) async {
        while await !server.directory.listens(to: "s") { await Task.yield() }
    }

    /// Announces something that the mute client reads to its end, then lets `end` happen.
    private static func announceToMute(
        _ server: ServerUnderTest, then end: @escaping @Sendable (LoopbackPeer) async throws -> Void
    ) async throws -> Bool {
        let peer = try await mute(server)
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { await server.directory.announce("Your timer is done.", in: "s") }
            _ = try await peer.read(through: #"{"status":"complete"}"#)
            try await end(peer)
            let isHeard = try await group.next()
            await peer.close()
            return isHeard ?? false
        }
    }

    @Test func whoAnswersHasHeardIt() async throws {
        try await ServerUnderTest.run { (server) async throws in
            try await server.talk(options: Self.announcements) { (client) async throws in
                await Self.ready(server)
                #expect(await server.directory.announce("Your timer is done.", in: "s"))
                #expect(try await client.turn().last == #"{"status":"complete"}"#)
            }
        }
    }

    @Test func whoVanishesBehindItsAudioMayHaveHeardNothing() async throws {
        try await ServerUnderTest.run { (server) async throws in
            #expect(try await Self.announceToMute(server) { peer in await peer.close() } == false)
        }
    }

    @Test func whoIsTakenOverMayHaveHeardNothing() async throws {
        try await ServerUnderTest.run { (server) async throws in
            let isHeard = try await Self.announceToMute(server) { _ in
                try await server.talk(options: Self.announcements) { (client) async throws in
                    await Self.ready(server)
                    // It is told to the new one instead.
                    #expect(await server.directory.announce("Your timer is done.", in: "s"))
                    #expect(try await client.turn().last == #"{"status":"complete"}"#)
                }
            }
            #expect(isHeard == false)
        }
    }

    /// Some small device may know nothing of pings.
    @Test func whoIsThereAfterAMinuteHasHeardIt() async throws {
        let clock = ManualClock()
        try await ServerUnderTest.run(clock: clock) { (server) async throws in
            let isHeard = try await Self.announceToMute(server) { _ in
                // The idle watch, the handshake's deadline, and this.
                await clock.sleepsBegun(atLeast: 3)
                clock.advance(by: .seconds(61))
            }
            #expect(isHeard)
        }
    }

    @Test func whoLeavesBeforeItIsMadeHasHeardNothing() async throws {
        let voice = GatedVoice()
        try await ServerUnderTest.run(synthesizer: voice) { (server) async throws in
            try await withThrowingTaskGroup(of: Bool.self) { (group) async throws in
                try await server.talk(options: Self.announcements) { (client) async throws in
                    await Self.ready(server)
                    group.addTask { await server.directory.announce("Your timer is done.", in: "s") }
                    await voice.asked.wait()
                }
                #expect(try await group.next() == false)
            }
        }
    }

    @Test func aResetWhileItIsMadeLeavesItForLater() async throws {
        let voice = GatedVoice()
        try await ServerUnderTest.run(synthesizer: voice) { (server) async throws in
            try await server.talk(options: Self.announcements) { (client) async throws in
                await Self.ready(server)
                try await withThrowingTaskGroup(of: Bool.self) { (group) async throws in
                    group.addTask { await server.directory.announce("Your timer is done.", in: "s") }
                    await voice.asked.wait()
                    try await client.send(#"{"signal":"RESET"}"#)
                    #expect(try await group.next() == false)
                }
            }
        }
    }

    @Test func whatWaitsWhenTheClientLeavesIsLeftForLater() async throws {
        let voice = GatedVoice()
        try await ServerUnderTest.run(synthesizer: voice) { (server) async throws in
            try await withThrowingTaskGroup(of: Bool.self) { (group) async throws in
                try await server.talk(options: Self.announcements) { (client) async throws in
                    await Self.ready(server)
                    for _ in 0..<3 {
                        group.addTask { await server.directory.announce("Your timer is done.", in: "s") }
                    }
                    await voice.asked.wait()
                }
                for _ in 0..<3 { #expect(try await group.next() == false) }
            }
        }
    }
}
