import VoicePipeline

/// Says, in front of an answer, which timers and alarms of its session ran out and were not announced yet.
///
/// ```
///  due ──commitment──► claimed ──said──► the answer got out: forgotten
///                                        it did not, or not so far: given back, said another time
/// ```
struct OverdueAlarms: Sendable {
    let clock: any WallClock
    let store: any AssistantStore
    let schedule: AlarmSchedule
    let log: Log

    /// At most so many are announced before one answer; the others open the next ones.
    private static let announcedAtOnce = 5

    /// Waits, if there are any, until the turn is meant: they are announced once. They are forgotten when the request's
    /// receipt says that they were told.
    /// - Returns: what was said, with a blank after it.
    func announce(
        in request: BrainRequest, _ now: Now, _ emit: @Sendable (String) async throws -> Void
    ) async throws -> String {
        let ripe = await due(request.session, now)
        guard !ripe.isEmpty else { return "" }
        try await request.commitment.wait()
        let due = await claimed(ripe).map { ($0, Announcement.sentence($0, now: now.reading, clock: clock)) }
        guard !due.isEmpty else { return "" }
        request.receipt.whenSettled { told in await settle(due, told: told) }
        let text = due.map(\.1).joined(separator: " ") + " "
        try await emit(text)
        return text
    }

    /// Forgets the alarms that the user was told of, by the number of words; the others are given back.
    private func settle(_ due: [(alarm: Alarm, sentence: String)], told: String) async {
        let words = Self.words(told)
        var end = 0
        for (index, (alarm, sentence)) in due.enumerated() {
            end += Self.words(sentence)
            // One that is longer than any answer would open all that follow.
            guard words >= end || index == 0 && words > 0 else {
                await schedule.release(alarm, in: store)
                continue
            }
            do {
                try await schedule.finish(alarm, in: store)
            } catch {
                log.error("announced alarm not forgotten", ["reason": .text("\(error)")])
            }
        }
    }

    private static func words(_ text: String) -> Int { text.split(whereSeparator: \.isWhitespace).count }

    private func due(_ session: String, _ now: Now) async -> [Alarm] {
        do {
            return try await store.alarms(of: session).filter { $0.left(at: now.reading) <= 0 }
        } catch {
            log.error("alarms not readable", ["reason": .text("\(error)")])
            return []
        }
    }

    /// Those of the alarms that nobody else announces.
    private func claimed(_ alarms: [Alarm]) async -> [Alarm] {
        var mine: [Alarm] = []
        do {
            for alarm in alarms where mine.count < Self.announcedAtOnce {
                if try await schedule.claim(alarm, in: store) { mine.append(alarm) }
            }
        } catch {
            log.error("alarms not readable", ["reason": .text("\(error)")])
        }
        return mine
    }
}
