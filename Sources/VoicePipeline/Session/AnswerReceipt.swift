/// Tells how much of an answer got out to its user.
///
/// A brain that says something which must not be lost, such as a timer that rang, leaves here what is to be done about
/// it then. Whoever asked the brain settles the receipt once, when the turn is over, however it ended.
public final class AnswerReceipt: Sendable {
    /// - Parameter told: the words of the answer that were sent or, of an answer that its user stopped, heard; empty
    ///   when nothing can have been heard of it.
    public typealias Work = @Sendable (_ told: String) async -> Void

    private let works = Guarded<[Work]>([])

    public init() {}

    /// Leaves something to be done when the turn is over.
    public func whenSettled(_ work: @escaping Work) {
        works.withLock { $0.append(work) }
    }

    /// Does what was left here.
    public func settle(told: String) async {
        let works = works.withLock { works in
            defer { works = [] }
            return works
        }
        for work in works { await work(told) }
    }
}
