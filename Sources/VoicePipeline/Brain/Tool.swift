/// Something the assistant can do for a chat model.
public protocol Tool: Sendable {
    var description: ToolDescription { get }

    /// Runs the tool.
    /// - Parameters:
    ///   - arguments: JSON object as the model wrote it; may be malformed.
    ///   - session: whose notes, lists and timers are meant.
    /// - Returns: the result in words, for the model; a mistake in the arguments is described there too.
    func call(arguments: String, session: String) async -> String
}

/// How a tool is offered to a model.
public struct ToolDescription: Equatable, Sendable {
    public var name: String
    public var summary: String
    /// JSON Schema of the arguments, an object.
    public var parameters: String

    public init(name: String, summary: String, parameters: String) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
    }
}
