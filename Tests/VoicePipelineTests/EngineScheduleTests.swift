import Testing
import VoicePipeline

@Suite struct EngineScheduleTests {
    /// A schedule of named elements, and what became of them.
    private final class Log {
        var schedule: EngineSchedule<String>
        var tickets: [String: Int] = [:]

        init(threads: Int = 1, beside: Int = 0, capacity: Int = 8) {
            schedule = EngineSchedule(threads: threads, beside: beside, capacity: capacity)
        }

        func submit(_ name: String, _ priority: EnginePriority) -> String {
            let admission = schedule.submit(name, priority: priority)
            var parts = [admission.isAccepted ? "waits" : "refused"]
            if !admission.displaced.isEmpty { parts.append("displaces " + admission.displaced.joined(separator: " ")) }
            if let preempted = admission.preempted { parts.append("preempts \(preempted)") }
            return parts.joined(separator: ", ")
        }

        func start() -> String? {
            guard let next = schedule.next() else { return nil }
            tickets[next.element] = next.ticket
            return next.element
        }

        func run(_ name: String, _ priority: EnginePriority) {
            _ = submit(name, priority)
            _ = start()
        }

        func finish(_ name: String) {
            if let ticket = tickets[name] { schedule.finish(ticket) }
        }
    }

    @Test func servesByPriorityThenByArrival() {
        let log = Log()
        log.run("t0", .turn)
        for (name, priority) in [
            ("b", EnginePriority.background), ("c", .continuation), ("a", .ahead), ("t1", .turn), ("t2", .turn),
        ] {
            #expect(log.submit(name, priority) == "waits")
        }
        #expect([log.start(), log.start(), log.start(), log.start(), log.start()] == ["t1", "t2", "a", "c", "b"])
        #expect(log.start() == nil)
    }

    @Test func aLookNeedsAThreadThatNobodyElseWants() {
        let idle = Log()
        #expect(idle.submit("look", .partial) == "waits")
        for priority in [EnginePriority.turn, .ahead, .continuation] {
            let log = Log()
            log.run("work", priority)
            #expect(log.submit("look", .partial) == "refused")
            log.finish("work")
            #expect(log.submit("look", .partial) == "waits")
        }
        let waiting = Log()
        #expect(waiting.submit("turn", .turn) == "waits")
        #expect(waiting.submit("look", .partial) == "refused")
        let half = Log(threads: 2)
        half.run("turn", .turn)
        #expect(half.submit("look", .partial) == "waits")
        #expect(half.submit("next look", .partial) == "refused")
    }

    @Test func aFewLooksWaitForLooks() {
        let log = Log(capacity: 50)
        log.run("look", .partial)
        for number in 1...EngineSchedule<String>.waitingLooks { #expect(log.submit("\(number)", .partial) == "waits") }
        #expect(log.submit("one too many", .partial) == "refused")
        log.finish("look")
        #expect(log.start() == "1")
        #expect(log.submit("again", .partial) == "waits")
    }

    @Test func workTakesTheThreadOfALook() {
        for priority in [EnginePriority.turn, .ahead, .continuation] {
            let log = Log()
            log.run("look", .partial)
            _ = log.submit("second look", .partial)
            #expect(log.submit("work", priority) == "waits, displaces second look, preempts look")
            // Ending takes a moment; what comes meanwhile preempts nothing twice, and looks stay out.
            #expect(log.submit("more", priority) == "waits")
            #expect(log.submit("third look", .partial) == "refused")
            log.finish("look")
            #expect(log.start() == "work")
        }
    }

    @Test func aLookGoesOnWhereThereIsAnotherThread() {
        let log = Log(threads: 2)
        log.run("look", .partial)
        #expect(log.submit("work", .turn) == "waits")
        _ = log.start()
        #expect(log.submit("more", .turn) == "waits, preempts look")
    }

    @Test func theYoungestLookMakesRoomFirst() {
        let log = Log(threads: 3)
        for name in ["old", "young"] { log.run(name, .partial) }
        log.run("work", .turn)
        #expect(log.submit("a", .turn) == "waits, preempts young")
        #expect(log.submit("b", .turn) == "waits, preempts old")
        #expect(log.submit("c", .turn) == "waits")
    }

    @Test func backgroundMakesNoRoom() {
        let log = Log()
        log.run("look", .partial)
        #expect(log.submit("file", .background) == "waits")
        #expect(log.submit("look 2", .partial) == "waits")
        log.finish("look")
        #expect(log.start() == "look 2")
        log.finish("look 2")
        #expect(log.start() == "file")
        #expect(log.submit("turn", .turn) == "waits")
    }

    @Test func aFullQueueShedsSpeculationForATurnOnly() {
        let log = Log(capacity: 2)
        log.run("now", .turn)
        for name in ["guess 1", "guess 2"] { #expect(log.submit(name, .ahead) == "waits") }
        #expect(log.submit("guess 3", .ahead) == "refused")
        #expect(log.submit("piece", .continuation) == "refused")
        #expect(log.submit("turn 1", .turn) == "waits, displaces guess 2")
        #expect(log.submit("turn 2", .turn) == "waits, displaces guess 1")
        #expect(log.submit("turn 3", .turn) == "refused")
        #expect(log.schedule.waitingByPriority == [.turn: 2])
    }

    @Test func anyOrderKeepsTheRules() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let threads = Int.random(in: 1...3, using: &generator)
            let capacity = Int.random(in: 1...4, using: &generator)
            let log = Log(threads: threads, capacity: capacity)
            var running: [String] = []
            var waiting: [String] = []
            for number in 0..<60 {
                switch Int.random(in: 0..<3, using: &generator) {
                case 0 where running.count < threads:
                    if let name = log.start() {
                        running.append(name)
                        #expect(waiting.contains(name))
                        waiting.removeAll { $0 == name }
                    } else {
                        #expect(waiting.isEmpty)
                    }
                case 1 where !running.isEmpty:
                    log.finish(running.remove(at: Int.random(in: running.indices, using: &generator)))
                default:
                    let priority = EnginePriority.allCases.randomElement(using: &generator) ?? .turn
                    let admission = log.schedule.submit("\(number)", priority: priority)
                    #expect(admission.isAccepted || (admission.displaced.isEmpty && admission.preempted == nil))
                    #expect(admission.displaced.allSatisfy(waiting.contains))
                    #expect(admission.preempted.map(running.contains) ?? true)
                    waiting.removeAll(where: admission.displaced.contains)
                    if admission.isAccepted { waiting.append("\(number)") }
                }
                #expect(log.schedule.waiting == waiting.count)
                #expect(waiting.count <= capacity)
            }
        }
    }

    @Test func backgroundWorkHasThreadsOfItsOwn() {
        let log = Log(beside: 2)
        for name in ["b1", "b2", "b3"] { #expect(log.submit(name, .background) == "waits") }
        #expect(log.start() == "b1")
        #expect(log.start() == "b2")
        #expect(log.start() == nil, "two at once")
        #expect(!log.schedule.isHeld(.background))
        #expect(log.submit("t1", .turn) == "waits")
        #expect(log.schedule.isHeld(.background), "as soon as anything else waits")
        #expect(log.submit("t2", .turn) == "waits")
        #expect(log.start() == "t1")
        #expect(log.start() == nil, "one at once")
        log.finish("b1")
        #expect(log.start() == nil, "no background work before what waits for a thread")
        log.finish("t1")
        #expect(log.start() == "t2")
        #expect(log.start() == nil, "and none beside it: it would only pause")
        log.finish("t2")
        #expect(!log.schedule.isHeld(.background))
        #expect(log.start() == "b3")
    }

    @Test func requestsGoBeforeBackgroundWorkAndBehindTurns() {
        let log = Log(beside: 2)
        for name in ["b1", "b2"] { log.run(name, .background) }
        for name in ["r1", "r2", "r3"] { #expect(log.submit(name, .request) == "waits") }
        #expect(log.schedule.isHeld(.background))
        #expect(!log.schedule.isHeld(.requests), "background work has threads of its own")
        #expect([log.start(), log.start(), log.start()] == ["r1", "r2", nil], "two at once")
        #expect(log.submit("t", .turn) == "waits")
        #expect(log.schedule.isHeld(.requests), "as soon as a turn waits")
        log.finish("r1")
        #expect(log.start() == "t", "before a request")
        #expect(log.start() == nil, "and beside it none begins")
        log.finish("t")
        #expect(!log.schedule.isHeld(.requests))
        #expect(log.start() == "r3")
        #expect(log.submit("b3", .background) == "waits")
        log.finish("r2")
        #expect(log.schedule.isHeld(.background))
        log.finish("r3")
        #expect(!log.schedule.isHeld(.background))
    }

    @Test func requestsTakeTheCoresFromLooks() {
        let log = Log(threads: 2, beside: 1)
        log.run("look", .partial)
        log.run("look 2", .partial)
        _ = log.submit("look 3", .partial)
        #expect(log.submit("r", .request) == "waits, displaces look 3, preempts look 2")
        #expect(!log.schedule.isHeld(.requests), "looks hold up nobody's request")
        #expect(log.submit("look 4", .partial) == "refused")
        #expect(log.start() == "r")
        log.finish("look")
        #expect(log.submit("look 5", .partial) == "refused", "for as long as it runs")
        log.finish("r")
        #expect(log.submit("look 6", .partial) == "waits")
    }

    @Test func aRequestThatFindsNoRoomChangesNothing() {
        let log = Log(beside: 1, capacity: 1)
        log.run("look", .partial)
        #expect(log.submit("b", .background) == "waits")
        #expect(log.submit("r", .request) == "refused")
    }

    @Test func withoutLanesARequestIsWorkLikeOthers() {
        let log = Log()
        log.run("look", .partial)
        #expect(log.submit("r", .request) == "waits, preempts look")
        #expect(log.submit("t", .turn) == "waits")
        log.finish("look")
        #expect(log.start() == "t")
        log.finish("t")
        #expect(log.start() == "r")
        #expect(log.submit("look 2", .partial) == "refused")
    }

    @Test func aLookTakesNoNoticeOfBackgroundWorkOnOtherThreads() {
        let log = Log(beside: 1)
        log.run("b", .background)
        #expect(log.submit("look", .partial) == "waits")
        #expect(log.schedule.isHeld(.background))
        #expect(log.start() == "look")
        #expect(log.submit("t", .turn) == "waits, preempts look")
    }
}
