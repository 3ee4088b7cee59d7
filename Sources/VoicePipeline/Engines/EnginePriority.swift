/// Which engine work goes first. Work of the same priority runs in the order it came.
public enum EnginePriority: Int, Comparable, Sendable, CaseIterable {
    /// Nobody waits for it now: long files.
    case background
    /// A guess while the user still speaks.
    case partial
    /// A user waits for it.
    case turn

    public static func < (a: EnginePriority, b: EnginePriority) -> Bool { a.rawValue < b.rawValue }
}
