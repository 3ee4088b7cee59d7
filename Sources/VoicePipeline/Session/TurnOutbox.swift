/// Where a turn's events leave. Those of a turn that is not committed yet wait here, and get their number when it is.
package actor TurnOutbox {
    private let emit: Conversation.Emit
    private var number: Int?
    private var held: [TurnEvent.Kind] = []
    private let isFlushed = Latch()

    /// - Parameter number: nil for a turn that is not committed yet.
    package init(number: Int?, emit: @escaping Conversation.Emit) {
        self.number = number
        self.emit = emit
        if number != nil { isFlushed.set() }
    }

    /// Suspends as long as the one who takes the events does.
    package func send(_ kind: TurnEvent.Kind) async {
        guard let number else { return held.append(kind) }
        await isFlushed.wait()
        guard !Task.isCancelled else { return }
        await emit(TurnEvent(turn: number, kind))
    }

    /// Lets out what waits, in order; what follows is not held back any more.
    package func open(as number: Int) async {
        self.number = number
        for kind in held { await emit(TurnEvent(turn: number, kind)) }
        held = []
        isFlushed.set()
    }
}
