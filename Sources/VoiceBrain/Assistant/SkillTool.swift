import VoicePipeline

/// A skill, offered to the model as a tool.
struct SkillTool: Tool {
    typealias Run = @Sendable (JSONValue, SkillContext) async throws(StorageError) -> String

    let description: ToolDescription
    private let context: @Sendable (_ session: String) -> SkillContext
    private let run: Run

    /// - Parameters:
    ///   - parameters: JSON Schema of the arguments.
    ///   - context: what the skill acts with, made anew for each call.
    init(
        _ name: String, _ summary: String, parameters: String, context: @escaping @Sendable (String) -> SkillContext,
        run: @escaping Run
    ) {
        description = ToolDescription(name: name, summary: summary, parameters: parameters)
        self.context = context
        self.run = run
    }

    func call(arguments: String, session: String) async -> String {
        let text = arguments.isEmpty ? "{}" : arguments
        guard let value = JSONValue(json: text.utf8), case .object = value else {
            return "The arguments are not a JSON object."
        }
        do {
            return try await run(value, context(session))
        } catch {
            return AssistantBrain.forgetful
        }
    }
}
