/// What waits for an engine's threads: bounded, highest priority first, first come first served inside a priority.
package struct EngineWorkerQueue<Element> {
    /// Elements at most.
    package let capacity: Int
    private var elements: [(priority: EnginePriority, element: Element)] = []

    /// - Parameter capacity: at least 1; less is taken as 1.
    package init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    /// Number of waiting elements.
    package var count: Int { elements.count }

    /// Number of waiting elements of each priority; one without any is left out.
    package var countByPriority: [EnginePriority: Int] {
        elements.reduce(into: [:]) { $0[$1.priority, default: 0] += 1 }
    }

    /// Number of waiting elements whose priority fits.
    package func count(where fits: (EnginePriority) -> Bool) -> Int {
        elements.count { fits($0.priority) }
    }

    /// Adds an element.
    /// - Returns: false, and nothing is changed, if the queue is full.
    package mutating func push(_ element: Element, priority: EnginePriority) -> Bool {
        guard elements.count < capacity else { return false }
        // Kept in order of service, so that popping and removing need no search by priority.
        let place = elements.firstIndex { $0.priority < priority } ?? elements.endIndex
        elements.insert((priority, element), at: place)
        return true
    }

    /// Takes the element whose turn it is among those of some priorities.
    package mutating func pop(of priorities: [EnginePriority]) -> (priority: EnginePriority, element: Element)? {
        guard let place = elements.firstIndex(where: { priorities.contains($0.priority) }) else { return nil }
        return elements.remove(at: place)
    }

    /// Takes the first element that fits out of the queue.
    package mutating func remove(where fits: (Element) -> Bool) -> Element? {
        guard let place = elements.firstIndex(where: { fits($0.element) }) else { return nil }
        return elements.remove(at: place).element
    }

    /// Takes all elements of one priority out, in order of service.
    package mutating func removeAll(of priority: EnginePriority) -> [Element] {
        defer { elements.removeAll { $0.priority == priority } }
        return elements.filter { $0.priority == priority }.map(\.element)
    }

    /// Takes the newest element of one priority out.
    package mutating func removeLast(of priority: EnginePriority) -> Element? {
        guard let place = elements.lastIndex(where: { $0.priority == priority }) else { return nil }
        return elements.remove(at: place).element
    }

    /// Takes everything out, in order of service.
    package mutating func removeAll() -> [Element] {
        defer { elements = [] }
        return elements.map(\.element)
    }
}

extension EngineWorkerQueue: Sendable where Element: Sendable {}
