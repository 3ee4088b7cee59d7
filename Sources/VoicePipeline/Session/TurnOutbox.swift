/// Where a turn's events leave. Those of a turn that is not committed yet wait here, and get their number when it is.
///
/// For a client that is given the answer as a whole, audio waits for its length: the order is reply, length, audio.
package actor TurnOutbox {
    private let emit: Conversation.Emit
    private var number: Int?
    private var held: [TurnEvent.Kind] = []
    private let isFlushed = Latch()
    /// Whether audio waits.
    private var lacksLength: Bool
    private var audio: [TurnEvent.Kind] = []

    /// - Parameters:
    ///   - number: nil for a turn that is not committed yet.
    ///   - streamsAudio: audio leaves as it comes.
    package init(number: Int?, streamsAudio: Bool, emit: @escaping Conversation.Emit) {
        self.number = number
        self.emit = emit
        lacksLength = !streamsAudio
        if number != nil { isFlushed.set() }
    }

    /// Suspends as long as the one who takes the events does.
    package func send(_ kind: TurnEvent.Kind) async {
        guard let number else { return held.append(kind) }
        await isFlushed.wait()
        guard !Task.isCancelled else { return }
        await pass(kind, of: number)
    }

    /// Lets out what waits, in order; what follows is not held back any more.
    package func open(as number: Int) async {
        self.number = number
        for kind in held { await pass(kind, of: number) }
        held = []
        isFlushed.set()
    }

    /// Audio that waits is of an answer that failed.
    package func forgetAudio() { audio = [] }

    private func pass(_ kind: TurnEvent.Kind, of number: Int) async {
        switch kind {
        case .audio where lacksLength: audio.append(kind)
        case .audioLength:
            await emit(TurnEvent(turn: number, kind))
            // What comes meanwhile goes behind.
            while !audio.isEmpty { await emit(TurnEvent(turn: number, audio.removeFirst())) }
            lacksLength = false
        default: await emit(TurnEvent(turn: number, kind))
        }
    }
}
