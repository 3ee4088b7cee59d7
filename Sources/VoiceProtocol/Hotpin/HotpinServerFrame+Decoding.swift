extension HotpinServerFrame {
    /// Reads one text frame, as a client does. Members it does not know are ignored.
    public static func decode(_ text: [UInt8]) throws(HotpinFrameError) -> HotpinServerFrame {
        var status: [UInt8] = []
        var stage: [UInt8] = []
        var content: [UInt8] = []
        do {
            try JSONScanner.object(text[...]) { key, value in
                guard case .string(let string) = value else { return }
                if key.equals("status") { status = string }
                if key.equals("stage") { stage = string }
                if key.equals("session_id") || key.equals("transcript") || key.equals("response")
                    || key.equals("message")
                {
                    content = string
                }
            }
        } catch {
            throw error == .notAnObject ? .notAnObject : .notJSON
        }
        if status.equals("connected") { return .connected(sessionID: content) }
        if status.equals("complete") { return .complete(timeline: nil) }
        if status.equals("error") { return .error(message: content) }
        if status.equals("announcement") { return .announcement(response: content) }
        if status.equals("processing") {
            if stage.equals("transcription") { return .transcription }
            if stage.equals("llm") { return .llm(transcript: content) }
            if stage.equals("tts") { return .tts(response: content) }
        }
        throw .unknown
    }
}
