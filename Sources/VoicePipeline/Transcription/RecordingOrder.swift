/// Windows of a recording that are recognised at the same time, and what comes of them in the order of the recording.
///
///     add ──► (recognised elsewhere) ──► finish ──► next, next …
struct RecordingOrder {
    /// A window to recognise.
    struct Job {
        var number: Int
        var window: RecordingWindow
    }

    /// What was recognised in it.
    struct Result: Sendable {
        var number: Int
        var heard: [HeardWindow]
    }

    /// A part of the recording that is done, as all before it.
    struct Done {
        /// Nothing for silence.
        var heard: [HeardWindow]
        /// Samples up to its end.
        var end: Int
    }

    /// Windows that are being recognised.
    private(set) var running = 0
    /// Samples up to the end of what was added.
    private(set) var end = 0
    /// Time in which anything was being recognised.
    private(set) var inference = Duration.zero

    private var parts: [(end: Int, heard: [HeardWindow]?)] = []
    /// The number of the first of `parts`.
    private var first = 0
    private var began = ContinuousClock.now

    /// Adds the next part.
    /// - Returns: what is to be recognised, if there is anything in it.
    mutating func add(_ part: RecordingPart) -> Job? {
        switch part {
        case .silence(let place):
            end = place
            parts.append((place, []))
            return nil
        case .window(let window):
            end = window.end
            if running == 0 { began = .now }
            running += 1
            parts.append((window.end, nil))
            return Job(number: first + parts.count - 1, window: window)
        }
    }

    /// Takes what was recognised.
    mutating func finish(_ result: Result) {
        running -= 1
        if running == 0 { inference += began.duration(to: .now) }
        parts[result.number - first].heard = result.heard
    }

    /// The next part that is done.
    mutating func next() -> Done? {
        guard let part = parts.first, let heard = part.heard else { return nil }
        parts.removeFirst()
        first += 1
        return Done(heard: heard, end: part.end)
    }
}

/// A window and what was recognised in it.
struct HeardWindow: Sendable {
    var window: RecordingWindow
    var transcript: Transcript

    init(_ window: RecordingWindow, _ transcript: Transcript) {
        self.window = window
        self.transcript = transcript
    }
}
