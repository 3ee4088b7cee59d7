/// A channel between one or more producers and one consumer.
///
/// Capacity is stated; when it is full, `send` suspends the producer, so nothing is lost and nothing grows.
/// Elements sent before `finish()` are still delivered.
public final class BoundedChannel<Element: Sendable>: AsyncSequence, Sendable {
    /// Elements it holds at most.
    public let capacity: Int
    private let state: Guarded<BoundedChannelState<Element>>

    /// - Parameter capacity: at least 1.
    public init(capacity: Int) {
        self.capacity = Swift.max(1, capacity)
        self.state = Guarded(BoundedChannelState(capacity: Swift.max(1, capacity)))
    }

    /// Hands an element over; suspends while the channel is full.
    /// - Returns: false if the channel is finished or the task was cancelled: the element was dropped.
    @discardableResult
    public func send(_ element: Element) async -> Bool {
        let ticket = state.withLock { $0.newTicket() }
        defer { state.withLock { $0.retire(ticket) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (sender: CheckedContinuation<Bool, Never>) in
                for each in state.withLock({ $0.send(element, ticket: ticket, sender: sender) }) { each.resume() }
            }
        } onCancel: {
            for each in state.withLock({ $0.cancelSender(ticket) }) { each.resume() }
        }
    }

    /// Ends the channel; a consumer gets what is left, then nil. Suspended senders get false.
    public func finish() {
        for each in state.withLock({ $0.finish() }) { each.resume() }
    }

    /// The next element, or nil after the end or when the task is cancelled.
    public func next() async -> Element? {
        defer { state.withLock { $0.endReceive() } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (receiver: CheckedContinuation<Element?, Never>) in
                for each in state.withLock({ $0.receive(receiver) }) { each.resume() }
            }
        } onCancel: {
            for each in state.withLock({ $0.cancelReceiver() }) { each.resume() }
        }
    }

    /// What was sent and not received, also when the task is cancelled; nothing can be sent any more.
    public func finishAndTakeRest() -> [Element] {
        finish()
        return state.withLock { $0.takeRest() }
    }

    public func makeAsyncIterator() -> Iterator { Iterator(channel: self) }

    public struct Iterator: AsyncIteratorProtocol {
        let channel: BoundedChannel
        public mutating func next() async -> Element? { await channel.next() }
    }
}

/// The rules of a `BoundedChannel`; every method returns the continuations to resume once the lock is free.
struct BoundedChannelState<Element: Sendable> {
    enum Resumption {
        case sender(CheckedContinuation<Bool, Never>, Bool)
        case receiver(CheckedContinuation<Element?, Never>, Element?)

        func resume() {
            switch self {
            case .sender(let continuation, let accepted): continuation.resume(returning: accepted)
            case .receiver(let continuation, let element): continuation.resume(returning: element)
            }
        }
    }

    private struct Waiting {
        var ticket: Int
        var element: Element
        var sender: CheckedContinuation<Bool, Never>
    }

    private let capacity: Int
    private var buffer: [Element] = []
    private var waiting: [Waiting] = []
    private var receiver: CheckedContinuation<Element?, Never>?
    private var finished = false
    private var receiverCancelled = false
    private var cancelledTickets: Set<Int> = []
    private var tickets = 0

    init(capacity: Int) { self.capacity = capacity }

    mutating func newTicket() -> Int {
        tickets += 1
        return tickets
    }

    mutating func send(
        _ element: Element, ticket: Int, sender: CheckedContinuation<Bool, Never>
    ) -> [Resumption] {
        if finished || cancelledTickets.contains(ticket) { return [.sender(sender, false)] }
        if let receiver {
            self.receiver = nil
            return [.receiver(receiver, element), .sender(sender, true)]
        }
        if buffer.count < capacity {
            buffer.append(element)
            return [.sender(sender, true)]
        }
        waiting.append(Waiting(ticket: ticket, element: element, sender: sender))
        return []
    }

    mutating func cancelSender(_ ticket: Int) -> [Resumption] {
        // Remembered even when nobody waits: `send` may not have reached the lock yet.
        cancelledTickets.insert(ticket)
        guard let index = waiting.firstIndex(where: { $0.ticket == ticket }) else { return [] }
        return [.sender(waiting.remove(at: index).sender, false)]
    }

    mutating func retire(_ ticket: Int) { cancelledTickets.remove(ticket) }

    mutating func receive(_ receiver: CheckedContinuation<Element?, Never>) -> [Resumption] {
        if receiverCancelled || self.receiver != nil { return [.receiver(receiver, nil)] }
        if !buffer.isEmpty {
            let element = buffer.removeFirst()
            guard !waiting.isEmpty else { return [.receiver(receiver, element)] }
            let next = waiting.removeFirst()
            buffer.append(next.element)
            return [.receiver(receiver, element), .sender(next.sender, true)]
        }
        if finished { return [.receiver(receiver, nil)] }
        self.receiver = receiver
        return []
    }

    mutating func cancelReceiver() -> [Resumption] {
        receiverCancelled = true
        guard let receiver else { return [] }
        self.receiver = nil
        return [.receiver(receiver, nil)]
    }

    mutating func takeRest() -> [Element] {
        defer { buffer = [] }
        return buffer
    }

    mutating func endReceive() { receiverCancelled = false }

    mutating func finish() -> [Resumption] {
        finished = true
        var resumptions = waiting.map { Resumption.sender($0.sender, false) }
        waiting = []
        if let receiver {
            self.receiver = nil
            resumptions.append(.receiver(receiver, nil))
        }
        return resumptions
    }
}
