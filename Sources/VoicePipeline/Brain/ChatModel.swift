/// A language model that answers in a conversation, streaming.
public protocol ChatModel: Sendable {
    /// Name of the model as the service knows it.
    var name: String { get }

    /// Asks for one answer.
    /// - Parameters:
    ///   - request: the conversation, oldest message first, and the tools on offer.
    ///   - emit: called for every delta in order; its suspension holds the stream back.
    /// - Returns: the whole answer, with the tool calls the model asks for.
    func complete(
        _ request: ChatRequest, emit: @Sendable (_ delta: String) async throws(ChatError) -> Void
    ) async throws(ChatError) -> ChatCompletion
}

/// One message of a conversation.
public struct ChatMessage: Equatable, Sendable {
    public enum Role: String, Sendable { case system, user, assistant, tool }
    public var role: Role
    public var content: String
    /// Calls that an assistant message asked for.
    public var toolCalls: [ToolCall]
    /// The call that a tool message answers.
    public var toolCallID: String?

    public init(_ role: Role, _ content: String, toolCalls: [ToolCall] = [], toolCallID: String? = nil) {
        self.role = role
        self.content = content
        self.toolCalls = toolCalls
        self.toolCallID = toolCallID
    }
}

/// A request of the model to run one tool.
public struct ToolCall: Equatable, Sendable {
    public var id: String
    public var name: String
    /// JSON object, as the model wrote it; may be malformed.
    public var arguments: String

    public init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// What is asked of a chat model.
public struct ChatRequest: Sendable {
    public var messages: [ChatMessage]
    public var tools: [ToolDescription]
    /// 0…2.
    public var temperature: Double
    /// Tokens of the answer at most.
    public var maxTokens: Int

    public init(
        messages: [ChatMessage], tools: [ToolDescription] = [], temperature: Double = 0.2, maxTokens: Int = 200
    ) {
        self.messages = messages
        self.tools = tools
        self.temperature = temperature
        self.maxTokens = maxTokens
    }
}

/// The whole of one answer.
public struct ChatCompletion: Equatable, Sendable {
    public var text: String
    public var toolCalls: [ToolCall]

    public init(text: String, toolCalls: [ToolCall] = []) {
        self.text = text
        self.toolCalls = toolCalls
    }
}

/// Why a chat model gave no answer.
public enum ChatError: Error, Equatable, Sendable {
    /// The service cannot be reached, or closed the connection early.
    case unreachable(String)
    /// Nothing came within the time allowed.
    case timedOut
    /// The service refused: HTTP status, and a sentence that says what to do.
    case refused(status: Int, advice: String)
    /// The service's answer is not what the protocol says.
    case malformed(String)
    case cancelled
}
