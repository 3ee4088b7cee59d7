/// Speaks what it has spoken before without speaking it again, and speaks once what several ask for at the same time.
///
/// ```
///  request ──kept──► hit: the least recently used leaves first when the bytes run out
///     │ nobody makes it        │ somebody makes it: shared
///     ▼                        ▼
///  miss: one task makes it ──► everyone who waits ──► kept, if the voice says the same text the same way
/// ```
/// A piece that was begun ahead of its user is so taken over by the turn that is meant. Who is cancelled leaves; the work
/// is cancelled when nobody is left.
public final class PhraseCache: SpeechSynthesizer {
    public var name: String { voice.name }
    public var sampleRate: Int { voice.sampleRate }

    /// How a request was served.
    public enum Outcome: String, CaseIterable, Sendable {
        /// From memory.
        case hit
        /// With work that was under way already.
        case shared
        /// With work of its own.
        case miss
    }

    /// The longest text that is kept, characters: longer ones hardly come twice.
    public static let longestText = 120

    private typealias Answer = Result<SynthesizedSpeech, EngineError>

    private struct Flight {
        var id: Int
        var work: Task<Void, Never>
        var waiting: [Int: CheckedContinuation<Answer, Never>]
    }

    private struct State {
        var phrases: PhraseMemory
        var flights: [PhraseMemory.Key: Flight] = [:]
        var next = 0
        var cancelled: Set<Int> = []
    }

    private let voice: any SpeechSynthesizer
    private let state: Guarded<State>
    private let count: @Sendable (Outcome) -> Void

    /// - Parameters:
    ///   - voice: what speaks.
    ///   - bytes: of speech that is kept at most; 0 keeps none and shares work only, as is right for a voice that
    ///     says the same text differently each time.
    ///   - count: told how each request was served.
    public init(
        _ voice: any SpeechSynthesizer, bytes: Int = 8 << 20, count: @escaping @Sendable (Outcome) -> Void = { _ in }
    ) {
        self.voice = voice
        self.count = count
        state = Guarded(State(phrases: PhraseMemory(capacity: bytes)))
    }

    /// Bytes of speech that are kept.
    package var bytes: Int { state.withLock { $0.phrases.bytes } }

    /// As the voice speaks. A request that shares work is served at the priority of the one that began it.
    public func synthesize(
        _ text: String, options: SynthesisOptions
    ) async throws(EngineError) -> SynthesizedSpeech {
        let key = PhraseMemory.Key(text: text, wordsPerMinute: options.wordsPerMinute)
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        defer { state.withLock { _ = $0.cancelled.remove(ticket) } }
        let answer: Answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (ready, outcome) = state.withLock { state -> (Answer?, Outcome?) in
                    if state.cancelled.contains(ticket) { return (.failure(.cancelled), nil) }
                    if let speech = state.phrases.take(key) { return (.success(speech), .hit) }
                    if state.flights[key] != nil {
                        state.flights[key]?.waiting[ticket] = continuation
                        return (nil, .shared)
                    }
                    // The ticket names the flight too.
                    state.flights[key] = Flight(
                        id: ticket, work: work(on: key, options, flight: ticket), waiting: [ticket: continuation])
                    return (nil, .miss)
                }
                if let outcome { count(outcome) }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            leave(ticket, key)
        }
        return try answer.get()
    }

    /// A task of its own, because whoever asked first may leave while others wait. It ends with the work, and the last
    /// who leaves cancels it.
    private func work(on key: PhraseMemory.Key, _ options: SynthesisOptions, flight: Int) -> Task<Void, Never> {
        Task {
            let answer: Answer
            do throws(EngineError) {
                answer = .success(try await voice.synthesize(key.text, options: options))
            } catch {
                answer = .failure(error)
            }
            land(flight, key, answer)
        }
    }

    private func land(_ flight: Int, _ key: PhraseMemory.Key, _ answer: Answer) {
        let waiting = state.withLock { state in
            guard state.flights[key]?.id == flight, let landed = state.flights.removeValue(forKey: key) else {
                return [CheckedContinuation<Answer, Never>]()
            }
            if case .success(let speech) = answer, key.text.count <= Self.longestText {
                state.phrases.keep(speech, key)
            }
            return Array(landed.waiting.values)
        }
        for continuation in waiting { continuation.resume(returning: answer) }
    }

    private func leave(_ ticket: Int, _ key: PhraseMemory.Key) {
        let (continuation, unwanted) = state.withLock {
            state -> (CheckedContinuation<Answer, Never>?, Task<Void, Never>?) in
            state.cancelled.insert(ticket)
            guard let continuation = state.flights[key]?.waiting.removeValue(forKey: ticket) else { return (nil, nil) }
            let isLast = state.flights[key]?.waiting.isEmpty == true
            return (continuation, isLast ? state.flights.removeValue(forKey: key)?.work : nil)
        }
        unwanted?.cancel()
        continuation?.resume(returning: .failure(.cancelled))
    }
}
