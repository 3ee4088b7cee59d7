import Testing
import Transport
import VoicePipeline
import VoiceServer
import VoiceTesting

@Suite struct WatchDoorTests {
    @Test func answersTheMachineItself() async throws {
        try await ServerUnderTest.run { server in
            let client = try CurlHTTPClient()
            let metrics = try await client.text("http://127.0.0.1:\(server.port)/metrics")
            #expect(metrics.status == 200)
            #expect(metrics.type == "text/plain; version=0.0.4; charset=utf-8")
            #expect(metrics.body.contains("# TYPE hotpin_turns_total counter\n"))
            let status = try await client.text("http://127.0.0.1:\(server.port)/status")
            #expect(status.status == 200)
            #expect(status.body.contains(#""sessions" : 0"#))
        }
    }

    @Test(arguments: ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
    func whatAProxyPassesOnIsAStrangers(_ name: String) async throws {
        try await ServerUnderTest.run { server in
            let client = try CurlHTTPClient()
            let metrics = try await client.text(
                "http://127.0.0.1:\(server.port)/metrics", headers: [(name: name, value: "192.0.2.1")])
            #expect(metrics.status == 403)
            #expect(!metrics.body.contains("hotpin_"))
            let status = try await client.text(
                "http://127.0.0.1:\(server.port)/status", headers: [(name: name, value: "192.0.2.1")])
            #expect(status.status == 200)
            #expect(status.body.contains(#""status" : "running""#))
            #expect(!status.body.contains("sessions"))
        }
    }

    @Test func countsATurn() async throws {
        try await ServerUnderTest.run { server in
            try await server.talk { client in
                try await client.send([UInt8](repeating: 1, count: 3200))
                try await client.send(#"{"signal":"EOS"}"#)
                #expect(try await client.turn().last == #"{"status":"complete"}"#)
                try await client.send(#"{"signal":"EOS"}"#)
                #expect(try await client.turn().last?.contains("Empty audio") == true)
                let text = try await CurlHTTPClient().text("http://127.0.0.1:\(server.port)/metrics").body
                #expect(text.contains("hotpin_sessions 1\n"))
                #expect(text.contains(#"hotpin_turns_total{outcome="failed"} 1"#))
                #expect(text.contains(#"hotpin_turn_failures_total{reason="empty_audio"} 1"#))
                #expect(text.contains(#"hotpin_turn_stage_seconds_count{stage="recognition"} 1"#))
                #expect(text.contains(#"hotpin_turn_latency_seconds_count{until="last_audio"} 1"#))
            }
        }
    }
}

extension CurlHTTPClient {
    /// What `GET` answers.
    fileprivate func text(
        _ url: String, headers: [(name: String, value: String)] = []
    ) async throws -> (status: Int, type: String, body: String) {
        let answer = Answer()
        try await send(HTTPClientRequest(method: "GET", url: url, headers: headers, timeout: .seconds(20))) {
            await answer.take($0)
        }
        return await answer.parts
    }
}

private actor Answer {
    private var status = 0
    private var type = ""
    private var body: [UInt8] = []

    func take(_ event: HTTPClientEvent) {
        switch event {
        case .head(let status, let headers):
            self.status = status
            type = headers.first { $0.name.lowercased() == "content-type" }?.value ?? ""
        case .body(let bytes): body += bytes
        }
    }

    var parts: (status: Int, type: String, body: String) { (status, type, String(decoding: body, as: UTF8.self)) }
}
