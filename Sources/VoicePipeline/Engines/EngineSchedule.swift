/// Which work an engine's threads do, which waits for them, and which is given up for other work.
///
///     submit ──► waits ──► next ──► runs ──► finish
///        │          └─► displaced     └─► preempted (it ends soon, and finishes like any other)
///        └─► refused
///
/// - Highest priority first, in order of arrival inside a priority.
/// - Looks (`.partial`) never hold up what a user waits for: while there is no free thread for everything that waits,
///   other work displaces all waiting looks and preempts as many running ones as it needs threads. A look that would
///   have to wait behind other work is refused.
/// - In a full queue a user's work (`.turn`) displaces the newest speculation (`.ahead`).
/// - An engine may have lanes: threads of their own for requests, and again for background work, which then use no others.
///   Background work is held up for as long as there is anything else to do, requests while there is other work than
///   looks: what runs pauses, and what waits does not begin.
package struct EngineSchedule<Element> {
    /// What a submission did.
    package struct Admission {
        /// Whether the element waits for a thread now; if not, nothing else has changed.
        package var isAccepted: Bool
        /// Elements that waited and have lost their place.
        package var displaced: [Element] = []
        /// An element that runs and should end now.
        package var preempted: Element?
    }

    fileprivate struct Running {
        var ticket: Int
        var priority: EnginePriority
        var element: Element
        var isPreempted = false
    }

    /// Looks that may wait behind running looks, for each thread: more would be stale when their time comes.
    package static var waitingLooks: Int { 3 }

    private let threads: Int
    private let beside: Int
    private var queue: EngineWorkerQueue<Element>
    private var running: [Running] = []
    private var lastTicket = 0

    /// - Parameters:
    ///   - threads: elements that run at once, at least 1.
    ///   - beside: further elements of `.request` that run beside them, and of `.background` again; 0 for one pool of
    ///     threads for all.
    ///   - capacity: elements that may wait, at least 1.
    package init(threads: Int, beside: Int = 0, capacity: Int) {
        self.threads = max(threads, 1)
        self.beside = max(beside, 0)
        queue = EngineWorkerQueue(capacity: capacity)
    }

    /// Number of waiting elements.
    package var waiting: Int { queue.count }

    /// Number of waiting elements of each priority; one without any is left out.
    package var waitingByPriority: [EnginePriority: Int] { queue.countByPriority }

    private func lane(of priority: EnginePriority) -> EngineLane {
        beside > 0 ? EngineLane(priority) : .foreground
    }

    private func running(in lane: EngineLane) -> Int {
        running.count { self.lane(of: $0.priority) == lane }
    }

    private func waiting(in lane: EngineLane) -> Int {
        queue.count { self.lane(of: $0) == lane }
    }

    private func isEmpty(_ lane: EngineLane) -> Bool {
        running(in: lane) + waiting(in: lane) == 0
    }

    /// Whether the work of a lane has to wait for that of others.
    package func isHeld(_ lane: EngineLane) -> Bool {
        switch lane {
        case .foreground: false
        case .requests:
            running.contains { isForegroundWork($0.priority) } || queue.count(where: isForegroundWork) > 0
        case .background: !isEmpty(.foreground) || !isEmpty(.requests)
        }
    }

    /// Whether it runs on the foreground's threads, and is more than a look.
    private func isForegroundWork(_ priority: EnginePriority) -> Bool {
        priority > .partial && lane(of: priority) == .foreground
    }

    /// Whether there is a thread for a further look, or for foreground work that goes before looks.
    private var hasFreeThread: Bool {
        let looks = queue.countByPriority[.partial, default: 0]
        return running(in: .foreground) + queue.count(where: isForegroundWork) + looks < threads
    }

    /// Adds an element.
    package mutating func submit(_ element: Element, priority: EnginePriority) -> Admission {
        priority == .partial ? submitLook(element) : submitWork(element, priority)
    }

    /// The element whose turn it is; it runs until `finish`.
    /// - Returns: the element, its priority, and a ticket that names this run; nil when nothing waits, or has no thread.
    package mutating func next() -> (ticket: Int, priority: EnginePriority, element: Element)? {
        let fitting = EnginePriority.allCases.filter { hasThread(in: lane(of: $0)) }
        guard let (priority, element) = queue.pop(of: fitting) else { return nil }
        lastTicket += 1
        running.append(Running(ticket: lastTicket, priority: priority, element: element))
        return (lastTicket, priority, element)
    }

    /// Where all share one pool, whoever asks has a thread.
    private func hasThread(in lane: EngineLane) -> Bool {
        guard beside > 0 else { return true }
        return !isHeld(lane) && running(in: lane) < (lane == .foreground ? threads : beside)
    }

    /// A running element has ended.
    package mutating func finish(_ ticket: Int) {
        running.removeAll { $0.ticket == ticket }
    }

    /// Takes the first waiting element that fits out.
    package mutating func remove(where fits: (Element) -> Bool) -> Element? {
        queue.remove(where: fits)
    }

    /// Takes everything out that waits, in order of service.
    package mutating func removeAllWaiting() -> [Element] {
        queue.removeAll()
    }

    private mutating func submitLook(_ element: Element) -> Admission {
        guard isEmpty(.requests) else { return Admission(isAccepted: false) }
        if !hasFreeThread {
            let looksRun = running.contains { $0.priority <= .partial && !$0.isPreempted }
            let looksWait = queue.countByPriority[.partial, default: 0]
            guard looksRun, queue.count(where: isForegroundWork) == 0, looksWait < Self.waitingLooks * threads else {
                return Admission(isAccepted: false)
            }
        }
        return Admission(isAccepted: queue.push(element, priority: .partial))
    }

    private mutating func submitWork(_ element: Element, _ priority: EnginePriority) -> Admission {
        var admission = Admission(isAccepted: true)
        let isRequest = lane(of: priority) == .requests
        if priority > .partial, isRequest || !hasFreeThread { admission.displaced = queue.removeAll(of: .partial) }
        if queue.count >= queue.capacity, priority == .turn, let speculation = queue.removeLast(of: .ahead) {
            admission.displaced.append(speculation)
        }
        admission.isAccepted = queue.push(element, priority: priority)
        if admission.isAccepted, priority > .partial { admission.preempted = preempt(alone: isRequest) }
        return admission
    }

    /// The look that runs for the shortest time ends if there is more work than threads for it.
    /// - Parameter alone: whether it ends in any case, because what comes has the cores to itself.
    private mutating func preempt(alone: Bool) -> Element? {
        let room = threads - running(in: .foreground) + running.count { $0.isPreempted }
        guard alone || queue.count(where: isForegroundWork) > room,
            let place = running.lastIndex(where: { $0.priority == .partial && !$0.isPreempted })
        else { return nil }
        running[place].isPreempted = true
        return running[place].element
    }
}

extension EngineSchedule: Sendable where Element: Sendable {}
extension EngineSchedule.Running: Sendable where Element: Sendable {}
extension EngineSchedule.Admission: Sendable where Element: Sendable {}
