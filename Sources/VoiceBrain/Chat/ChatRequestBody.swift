import FoundationEssentials
import VoicePipeline

/// The JSON of one completion request.
/// - Source: OpenAI API reference, "Create chat completion".
struct ChatRequestBody: Encodable {
    let model: String
    let messages: [Message]
    let tools: [Tool]?
    let temperature: Double
    let max_tokens: Int
    let stream = true
    /// Models that think first would spend the answer's tokens on it.
    let reasoning_effort: String?

    init(_ request: ChatRequest, model: String) {
        self.model = model
        messages = request.messages.map(Message.init)
        tools = request.tools.isEmpty ? nil : request.tools.map(Tool.init)
        temperature = request.temperature
        max_tokens = request.maxTokens
        reasoning_effort = model.contains("gpt-oss") ? "low" : nil
    }

    /// - Returns: nil when the request cannot be written as JSON, which a number that is not finite causes.
    var bytes: [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { Array($0) }
    }

    struct Message: Encodable {
        let role: String
        let content: String
        let tool_calls: [Call]?
        let tool_call_id: String?

        init(_ message: ChatMessage) {
            role = message.role.rawValue
            content = message.content
            tool_calls = message.toolCalls.isEmpty ? nil : message.toolCalls.map(Call.init)
            tool_call_id = message.toolCallID
        }
    }

    struct Call: Encodable {
        let id: String
        let type = "function"
        let function: Function

        struct Function: Encodable {
            let name: String
            let arguments: String
        }

        init(_ call: ToolCall) {
            id = call.id
            function = Function(name: call.name, arguments: call.arguments)
        }
    }

    struct Tool: Encodable {
        let type = "function"
        let function: Function

        struct Function: Encodable {
            let name: String
            let description: String
            let parameters: JSONValue
        }

        init(_ tool: ToolDescription) {
            function = Function(
                name: tool.name, description: tool.summary,
                parameters: JSONValue(json: tool.parameters.utf8) ?? .object([:]))
        }
    }
}
