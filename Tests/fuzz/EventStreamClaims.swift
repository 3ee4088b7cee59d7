import VoiceBrain

/// Server-sent events, and the chat completions in them.
enum EventStreamClaims {
    static func check(_ bytes: [UInt8]) {
        let whole = events(Pieces(bytes: bytes, cut: .nowhere))
        for cut in Pieces.Cut.allCases where cut != .nowhere {
            let other = events(Pieces(bytes: bytes, cut: cut))
            claim(
                other == whole,
                "cut \(cut): \(String(describing: other)), and \(String(describing: whole)) in one piece")
        }
        for type in ["text/event-stream", "application/json"] {
            let answer = answer(Pieces(bytes: bytes, cut: .nowhere), type)
            claim(self.answer(Pieces(bytes: bytes, cut: .somewhere), type) == answer, "cut, the answer differs")
        }
        var refused = ChatStream()
        refused.head(status: 429, headers: [("retry-after", String(decoding: bytes, as: UTF8.self))])
        claim(
            refused.retryAfter.map { $0.isFinite && $0 >= 0 } != false, "wait \(String(describing: refused.retryAfter))"
        )
        _ = try? refused.body(bytes)
        claim(refused.refusal.count <= 200, "a refusal of \(refused.refusal.count) characters")
    }

    /// - Returns: nil when it is too long.
    private static func events(_ pieces: Pieces) -> [[UInt8]]? {
        var decoder = SSEDecoder(maximumBytes: 64)
        var events: [[UInt8]] = []
        for piece in pieces {
            guard let more = try? decoder.feed(piece) else { return nil }
            events += more
        }
        for event in events { claim(event.count <= 64, "an event of \(event.count) bytes") }
        return events
    }

    /// What the whole response says: the text, or that it is no answer.
    private static func answer(_ pieces: Pieces, _ type: String) -> String? {
        var stream = ChatStream()
        stream.head(status: 200, headers: [("content-type", type)])
        var text = ""
        for piece in pieces {
            guard let deltas = try? stream.body(piece) else { return nil }
            text += deltas.joined()
        }
        guard let (completion, rest) = try? stream.finish() else { return nil }
        claim(completion.text == text + (rest ?? ""), "the pieces are not the answer")
        return completion.text
    }
}
