import VoicePipeline

/// A skill, offered to the model as a tool.
struct SkillTool: Tool {
    typealias Run = @Sendable (JSONValue, SkillContext) async throws(StorageError) -> String

    let description: ToolDescription
    /// Whether a call may change something: it waits then until the turn is meant.
    let hasEffects: Bool
    private let context: @Sendable (_ session: String) -> SkillContext
    private let run: Run

    /// - Parameters:
    ///   - parameters: JSON Schema of the arguments.
    ///   - hasEffects: false for a tool that only computes.
    ///   - context: what the skill acts with, made anew for each call.
    init(
        _ name: String, _ summary: String, parameters: String, hasEffects: Bool = true,
        context: @escaping @Sendable (String) -> SkillContext, run: @escaping Run
    ) {
        self.hasEffects = hasEffects
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
