/// What is understood so far of an utterance that goes on.
public struct PartialTranscript: Equatable, Sendable {
    /// The beginning, which is not taken back any more. Empty, or without white space at its ends.
    public var stable: String
    /// What follows it, and may still change; empty, or begins with the white space between the two.
    public var rest: String

    public init(stable: String = "", rest: String = "") {
        self.stable = stable
        self.rest = rest
    }

    /// Both.
    public var text: String { stable + rest }
}
