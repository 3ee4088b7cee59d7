import VoicePipeline

/// Puts tool calls together from the pieces in which they are streamed.
struct ToolCallAssembly: Sendable {
    /// Calls in one answer at most; more are dropped.
    static let maximumCalls = 16
    /// Bytes of one call's arguments at most.
    static let maximumArguments = 32 * 1024

    private var calls: [(index: Int, call: ToolCall)] = []

    /// - Throws: `ChatError.malformed` when a call's arguments have no end.
    mutating func add(_ piece: ChatChunk.Call) throws(ChatError) {
        guard let position = position(of: piece) else { return }
        if let id = piece.id, !id.isEmpty { calls[position].call.id = id }
        if let name = piece.function?.name, calls[position].call.name.isEmpty {
            calls[position].call.name = String(name.prefix(128))
        }
        if let arguments = piece.function?.arguments { calls[position].call.arguments += arguments }
        guard calls[position].call.arguments.utf8.count <= Self.maximumArguments else {
            throw .malformed("a tool call without end")
        }
    }

    /// Where the piece belongs; services that give no index begin each call with an id of its own.
    private mutating func position(of piece: ChatChunk.Call) -> Int? {
        let known: Int?
        if let index = piece.index {
            // Some services number every call 0; a second id is a second call.
            known = calls.lastIndex {
                $0.index == index && (piece.id ?? "").isEmpty || $0.index == index && $0.call.id == piece.id
            }
        } else if let id = piece.id, !id.isEmpty {
            known = calls.firstIndex { $0.call.id == id }
        } else {
            known = calls.indices.last
        }
        if let known { return known }
        guard calls.count < Self.maximumCalls else { return nil }
        let number = calls.count
        calls.append((piece.index ?? number, ToolCall(id: "call_\(number)", name: "", arguments: "")))
        return number
    }

    /// The calls that have a name, in order.
    var finished: [ToolCall] {
        calls.map(\.call).filter { !$0.name.isEmpty }
    }
}
