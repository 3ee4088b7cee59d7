import Transport
import VoicePipeline
import VoiceTesting

/// What the tests of the HTTP client share.
enum CurlCheck {
    static func makeClient(_ change: (inout CurlHTTPClientConfiguration) -> Void = { _ in }) throws
        -> CurlHTTPClient
    {
        var configuration = CurlHTTPClientConfiguration()
        configuration.usesProxyOfEnvironment = false
        change(&configuration)
        return try CurlHTTPClient(configuration)
    }

    struct Answer: Sendable {
        var status = 0
        var headers: [(name: String, value: String)] = []
        var body: [UInt8] = []
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    static func send(_ client: CurlHTTPClient, _ request: HTTPClientRequest) async throws -> Answer {
        let answer = Guarded(Answer())
        try await client.send(request) { event in
            answer.withLock { answer in
                switch event {
                case .head(let status, let headers):
                    answer.status = status
                    answer.headers = headers
                case .body(let bytes):
                    answer.body += bytes
                }
            }
        }
        return answer.withLock { $0 }
    }

    @discardableResult
    static func withScript<Value: Sendable>(
        _ answer: String, _ ending: LoopbackScript.Ending, _ body: (String, LoopbackScript) async throws -> Value
    ) async throws -> Value {
        let script = try LoopbackScript(answer: answer, ending: ending)
        let port = try await script.listen()
        do {
            let value = try await body("http://127.0.0.1:\(port)/", script)
            await script.stop()
            return value
        } catch {
            await script.stop()
            throw error
        }
    }
}
