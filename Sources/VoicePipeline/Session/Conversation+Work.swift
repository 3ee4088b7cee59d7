/// What is done, one after another: turns, announcements, forgetting.
extension Conversation {
    enum Command: Sendable {
        case turn(TurnRunner.Turn)
        case refusal(TurnRunner.Turn)
        case forget
        case announce(String, Delivery)

        var isForgetting: Bool { if case .forget = self { true } else { false } }
        var isAnnouncing: Bool { if case .announce = self { true } else { false } }
        var delivery: Delivery? { if case .announce(_, let delivery) = self { delivery } else { nil } }
        var isRefusal: Bool { if case .refusal = self { true } else { false } }
    }

    /// Hands out work that counts as running until it has returned.
    func handOut(_ work: @escaping Work) -> Work {
        works += 1
        if rest == nil { rest = Latch() }
        return {
            await work()
            await self.workIsOver()
        }
    }

    private func workIsOver() {
        works -= 1
        guard works == 0 else { return }
        let rest = self.rest
        self.rest = nil
        rest?.set()
    }

    func start(_ command: Command) -> Work? {
        commands.append(command)
        guard !isWorking else { return nil }
        isWorking = true
        return handOut { await self.work() }
    }

    private func work() async {
        while !commands.isEmpty {
            switch commands.removeFirst() {
            case .turn(let first):
                var next: TurnRunner.Turn? = first
                while let turn = next, !Task.isCancelled {
                    await run(turn)
                    next = queue.finished(turn.number)
                    if next != nil { engines.metrics.waitingTurns.add(-1) }
                }
            case .refusal(let turn):
                guard !Task.isCancelled else { continue }
                await run(turn)
            case .announce(let text, let delivery):
                announcements -= 1
                await announce(text, delivery)
            // What was asked to be forgotten is, also when who asked has left.
            case .forget: await forget()
            }
        }
        isWorking = false
    }

    private func run(_ turn: TurnRunner.Turn) async {
        let start: TurnStart
        if let ahead = turn.input.ahead {
            cancelRunning = ahead.cancelled
            engines.metrics.ahead.count("used")
            if let endpoint = turn.input.endpoint { ahead.start.record.mark(.endpoint, at: endpoint) }
            await ahead.commit(endedAt: turn.ended)
            await ahead.over.waitRegardless()
            cancelRunning = nil
            start = ahead.start
        } else {
            start = runner.start(turn)
            if let endpoint = turn.input.endpoint { start.record.mark(.endpoint, at: endpoint) }
            await runCancellably(Latch()) { [runner] in await runner.run(start, turn.number) }
        }
        await settle(start, turn.number)
        await beDeafWhilePlaying()
    }

    /// What the user got of a turn that is over is what was said.
    private func settle(_ start: TurnStart, _ turn: Int) async {
        var told = ""
        if let words = interruption {
            interruption = nil
            await runner.keep(onlyHeard: words, of: start.record)
            told = words
        } else if turn >= floor.first, await playback?.hasSent(turn) ?? true {
            told = start.record.told
        }
        await start.receipt.settle(told: told)
    }

    private func beDeafWhilePlaying() async {
        guard mode.takesTurns, !mode.bargesIn, let playback else { return }
        deafUntil = .now + (await playback.remaining())
    }

    private func announce(_ text: String, _ delivery: Delivery) async {
        defer { delivery.settle(turn: nil) }
        guard !Task.isCancelled else { return }
        // Numbered now: a reset that came while it waited does not concern it.
        let turn = queue.skip()
        announcing = (turn, delivery)
        await runCancellably(Latch()) { [runner, floor] in
            // A reset that comes while it is sent stops the rest of it.
            if await runner.announce(text, turn: turn), turn >= floor.first { delivery.settle(turn: turn) }
        }
        announcing = nil
        await beDeafWhilePlaying()
    }

    /// Runs one piece of work that `reset` can cancel.
    private func runCancellably(_ cancelled: Latch, _ work: @escaping Work) async {
        cancelRunning = cancelled
        await cancellable(cancelled, work)
        cancelRunning = nil
    }

    /// Runs work until it is over, or cancels it when the latch is set.
    nonisolated func cancellable(_ cancelled: Latch, _ work: @escaping Work) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await work() }
            group.addTask { await cancelled.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    private func forget() async {
        do {
            try await engines.store.clear(session)
            log.info("conversation forgotten")
        } catch {
            log.error("conversation not forgotten", ["reason": .text("\(error)")])
        }
    }
}
