import Transport
import VoiceBrain
import VoicePipeline
import VoiceTesting

/// Asks a chat service on this machine, over the real HTTP client.
struct ChatFixture {
    static let question = ChatRequest(messages: [ChatMessage(.user, "hi")])

    /// Asks once; returns the outcome, what was emitted and what the service received.
    func ask(
        _ answers: [LoopbackChatServer.Answer], request: ChatRequest = ChatFixture.question,
        key: String? = "secret-key-123",
        timeout: Duration = .seconds(20)
    ) async throws -> (
        result: Result<ChatCompletion, ChatError>, pieces: [String], received: [LoopbackChatServer.Received]
    ) {
        try await LoopbackChatServer.serve(answers) { server in
            let client = ChatClient(
                endpoint: ChatEndpoint(baseURL: server.baseURL + "/", model: "tiny", key: key),
                http: try CurlHTTPClient(),
                timeout: timeout, clock: ImmediateClock())
            let pieces = Pieces()
            let result: Result<ChatCompletion, ChatError>
            do throws(ChatError) {
                result = .success(try await client.complete(request) { delta throws(ChatError) in pieces.add(delta) })
            } catch {
                result = .failure(error)
            }
            return (result, pieces.all, server.received)
        }
    }
}
