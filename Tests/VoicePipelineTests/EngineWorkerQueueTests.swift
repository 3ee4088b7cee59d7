import Testing
import VoicePipeline

@Suite struct EngineWorkerQueueTests {
    @Test func servesByPriorityThenByArrival() {
        var queue = EngineWorkerQueue<String>(capacity: 8)
        for (element, priority) in [
            ("b1", EnginePriority.background), ("p1", .partial), ("t1", .turn), ("p2", .partial), ("t2", .turn),
        ] {
            let taken = queue.push(element, priority: priority)
            #expect(taken)
        }
        var served: [String] = []
        while let next = queue.pop(of: EnginePriority.allCases) { served.append(next.element) }
        #expect(served == ["t1", "t2", "p1", "p2", "b1"])
    }

    @Test func passesOverPrioritiesThatNobodyAsksFor() {
        var queue = EngineWorkerQueue<String>(capacity: 8)
        for (element, priority) in [("t", EnginePriority.turn), ("r1", .request), ("b", .background), ("r2", .request)]
        {
            _ = queue.push(element, priority: priority)
        }
        let first = queue.pop(of: [.background, .request])
        #expect(first?.element == "r1")
        #expect(first?.priority == .request)
        let none = queue.pop(of: [.partial])
        #expect(none?.element == nil)
        let rest = queue.removeAll()
        #expect(rest == ["t", "r2", "b"])
    }

    @Test func refusesWhenFull() {
        var queue = EngineWorkerQueue<Int>(capacity: 2)
        let taken = [
            queue.push(1, priority: .turn), queue.push(2, priority: .background), queue.push(3, priority: .turn),
        ]
        #expect(taken == [true, true, false])
        #expect(queue.count == 2)
        let first = queue.pop(of: EnginePriority.allCases)?.element
        let again = queue.push(4, priority: .turn)
        let rest = queue.removeAll()
        #expect(first == 1)
        #expect(again)
        #expect(rest == [4, 2])
        #expect(queue.count == 0)
    }

    @Test func holdsAtLeastOne() {
        var queue = EngineWorkerQueue<Int>(capacity: -3)
        let taken = [queue.push(1, priority: .turn), queue.push(2, priority: .turn)]
        #expect(taken == [true, false])
    }

    @Test func givesBackWhatIsWithdrawn() {
        var queue = EngineWorkerQueue<Int>(capacity: 4)
        for number in 1...3 { _ = queue.push(number, priority: .turn) }
        let withdrawn = [queue.remove { $0 == 2 }, queue.remove { $0 == 2 }]
        let rest = queue.removeAll()
        #expect(withdrawn == [2, nil])
        #expect(rest == [1, 3])
    }
}
