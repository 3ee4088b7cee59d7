/// Which engine work goes first. Work of the same priority runs in the order it came.
public enum EnginePriority: Int, Comparable, Sendable, CaseIterable {
    /// Nobody waits for it now: long files.
    case background
    /// A look at an utterance that goes on. It is given up (`.busy`), even while it runs, when other work than a look
    /// needs its thread: see `EngineSchedule`.
    case partial
    /// A client waits for the text of a short recording.
    case request
    /// A later piece of an answer that is being spoken already.
    case continuation
    /// Ahead of the user: the final pass and the first words of the answer, at a pause that may be the end.
    case ahead
    /// A user waits for it: a final pass, the first words of an answer.
    case turn

    /// Whether an engine may work on several pieces at once, because how many a second it gets through counts more than
    /// how soon one is done.
    public var runsBesideOthers: Bool { EngineLane(self) != .foreground }

    public static func < (a: EnginePriority, b: EnginePriority) -> Bool { a.rawValue < b.rawValue }
}
