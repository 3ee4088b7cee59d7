/// From the pieces of an answer to its sound.
///
/// ```
///  pieces ─► prepare ─► PreparedPiece ─► sound, part by part ─► outbox
///               └─ how long the whole answer is, once its last piece is there ─► outbox
/// ```
/// To prepare a piece takes a fraction of what its sound takes, so a client that must know the length first does not have to
/// wait for the sound.
extension TurnRunner {
    /// Speaks a text that is there as a whole.
    func speak(_ text: String, _ start: TurnStart) async {
        let found = SentenceSplitter.pieces(of: text)
        let pieces = BoundedChannel<String>(capacity: found.count)
        for piece in found { await pieces.send(piece) }
        pieces.finish()
        let isTold = Latch()
        isTold.set()
        await speak(pieces, isTold: isTold, start)
    }

    /// - Parameter isTold: set when the reply's text was told; how long its speech is comes after it.
    func speak(_ pieces: BoundedChannel<String>, isTold: Latch, _ start: TurnStart) async {
        // Who plays the answer while it is made needs the next piece in time; who needs its length, all of them.
        let prepared = BoundedChannel<PreparedPiece>(capacity: mode.streamsAudio ? 1 : 32)
        async let sounding: Void = sound(prepared, start)
        let count = await prepare(pieces, for: prepared, start)
        prepared.finish()
        await isTold.wait()
        if !Task.isCancelled { await start.outbox.send(.audioLength(count)) }
        await sounding
    }

    // MARK: Preparing

    /// - Returns: samples of all pieces, at the output's rate.
    private func prepare(
        _ pieces: BoundedChannel<String>, for prepared: BoundedChannel<PreparedPiece>, _ start: TurnStart
    ) async -> Int {
        var total = 0
        var isFirst = true
        var isOver = false
        for await piece in pieces {
            // What still comes is taken, or the brain would wait for ever.
            guard !isOver else { continue }
            let room = Int(limits.answerSeconds * Double(limits.outputRate)) - total
            guard var found = await prepare(piece, isFirst: isFirst, start) else {
                isOver = true
                continue
            }
            guard found.count > 0 else { continue }
            if found.count > room {
                isOver = true
                // A sentence that does not fit is left out whole; only a first one is cut.
                guard isFirst, room > 0 else { continue }
                found.count = room
            }
            isFirst = false
            total += found.count
            start.record.spoke(seconds: Double(found.count) / Double(limits.outputRate))
            await prepared.send(found)
        }
        return total
    }

    /// - Returns: nil if it cannot be spoken.
    private func prepare(_ piece: String, isFirst: Bool, _ start: TurnStart) async -> PreparedPiece? {
        // An answer that is sent as a whole begins with its last piece's length.
        let priority = isFirst || !mode.streamsAudio ? start.priority : .continuation
        let options = SynthesisOptions(wordsPerMinute: limits.wordsPerMinute, priority: priority)
        do throws(EngineError) {
            let speech = try await engines.synthesizer.prepare(piece, options: options)
            return PreparedPiece(
                text: piece, speech: speech,
                count: SampleCount.resampled(speech.count, from: speech.sampleRate, to: limits.outputRate),
                priority: isFirst ? start.priority : .continuation)
        } catch {
            note(error, start)
            return nil
        }
    }

    // MARK: Sounding

    private func sound(_ prepared: BoundedChannel<PreparedPiece>, _ start: TurnStart) async {
        for await piece in prepared {
            do throws(EngineError) {
                try await sound(piece, start)
            } catch {
                // The following pieces may do better, and a client may have been promised the length of all.
                note(error, start)
            }
            guard !Task.isCancelled else { return }
            // Ahead of the user only the first words are made.
            guard (try? await start.commitment.wait()) != nil else { return }
        }
    }

    private func sound(_ piece: PreparedPiece, _ start: TurnStart) async throws(EngineError) {
        var parts = try PartsAtRate(piece, rate: limits.outputRate, engines.resampler)
        var priority = piece.priority
        while let samples = try await parts.next(priority: priority) {
            // Its first part is what somebody waits for.
            priority = .continuation
            start.record.mark(.firstAudio)
            start.record.mark(.lastAudio, replacing: true)
            let text = parts.given == samples.count ? piece.text : ""
            guard !Task.isCancelled else { return }
            await start.outbox.send(
                .audio(
                    SynthesizedSpeech(
                        samples: samples, sampleRate: limits.outputRate, text: text,
                        following: piece.count - parts.given)))
        }
    }

    private func note(_ error: EngineError, _ start: TurnStart) {
        guard error != .cancelled else { return }
        engines.metrics.error(.synthesis)
        start.log.error("speech not made", ["reason": .text("\(error)")])
    }
}

/// A piece of an answer that is ready to be spoken.
private struct PreparedPiece: Sendable {
    var text: String
    var speech: any PreparedSpeech
    /// Samples to be given, at the output's rate.
    var count: Int
    /// Of its first part.
    var priority: EnginePriority
}

/// The sound of a piece, part by part, at the output's rate and exactly as long as was said.
private struct PartsAtRate {
    private let piece: PreparedPiece
    private let stream: (any ResamplerStream)?
    private var isOver = false
    /// Samples that were given.
    private(set) var given = 0

    init(_ piece: PreparedPiece, rate: Int, _ resampler: any AudioResampler) throws(EngineError) {
        self.piece = piece
        let own = piece.speech.sampleRate
        stream = own == rate ? nil : try resampler.stream(from: own, to: rate)
    }

    mutating func next(priority: EnginePriority) async throws(EngineError) -> [Float]? {
        while !isOver, given < piece.count {
            var samples: [Float]
            if let part = try await piece.speech.next(priority: priority) {
                samples = try stream?.append(part) ?? part
            } else {
                isOver = true
                samples = try stream?.finish() ?? []
            }
            if samples.count > piece.count - given { samples.removeLast(samples.count - (piece.count - given)) }
            given += samples.count
            if !samples.isEmpty { return samples }
        }
        return nil
    }
}
