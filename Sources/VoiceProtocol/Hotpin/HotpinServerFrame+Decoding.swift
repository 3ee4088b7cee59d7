extension HotpinServerFrame {
    /// Reads one text frame, as a client does. Members it does not know are ignored; those that are missing are empty
    /// or 0.
    public static func decode(_ text: [UInt8]) throws(HotpinFrameError) -> HotpinServerFrame {
        var members = Members()
        do {
            try JSONScanner.object(text[...]) { key, value in members.take(key, value) }
        } catch {
            throw error == .notAnObject ? .notAnObject : .notJSON
        }
        if let frame = members.documented ?? members.streamed { return frame }
        throw .unknown
    }

    /// The members of a frame, whatever their order.
    private struct Members {
        var status: [UInt8] = []
        var stage: [UInt8] = []
        var content: [UInt8] = []
        var text: [UInt8] = []
        var stable: [UInt8] = []
        var heard: [UInt8]?
        var agreement: HotpinAgreement?
        var isOpus = false
        var at = 0
        var duration = 0
        var header = HotpinAudioHeader(sampleRate: 0)
        var opus = HotpinAudioHeader.Opus(frame: 0, preSkip: 0)

        mutating func take(_ key: [UInt8], _ value: JSONScalar) {
            if let number = value.wholeNumber { return take(key, number: number) }
            if case .string(let string) = value, take(key, string: string) { return }
            var agreement = self.agreement ?? HotpinAgreement()
            if (try? agreement.take(key, value)) == true { self.agreement = agreement }
        }

        private mutating func take(_ key: [UInt8], number: Int) {
            if key.equals("at_ms") { at = number }
            if key.equals("duration_ms") { duration = number }
            if key.equals("sample_rate") { header.sampleRate = number }
            if key.equals("frame_ms") { opus.frame = number }
            if key.equals("pre_skip") { opus.preSkip = number }
        }

        private mutating func take(_ key: [UInt8], string: [UInt8]) -> Bool {
            if key.equals("status") {
                status = string
            } else if key.equals("stage") {
                stage = string
            } else if key.equals("session_id") || key.equals("transcript") || key.equals("response")
                || key.equals("message")
            {
                content = string
            } else if key.equals("text") {
                text = string
            } else if key.equals("stable") {
                stable = string
            } else if key.equals("heard") {
                heard = string
            } else if key.equals("format") {
                isOpus = string.equals("opus")
            } else {
                return false
            }
            return true
        }

        /// A frame of the documented protocol.
        var documented: HotpinServerFrame? {
            if status.equals("connected") { return .connected(sessionID: content, agreement: agreement) }
            if status.equals("complete") { return .complete(timeline: nil) }
            if status.equals("error") { return .error(message: content) }
            if status.equals("announcement") { return .announcement(response: content) }
            guard status.equals("processing") else { return nil }
            if stage.equals("transcription") { return .transcription }
            if stage.equals("llm") { return .llm(transcript: content) }
            if stage.equals("tts") { return .tts(response: content) }
            return nil
        }

        /// A frame of a session with an agreement.
        var streamed: HotpinServerFrame? {
            if status.equals("speech_started") { return .speechStarted }
            if status.equals("speech_ended") { return .speechEnded }
            if status.equals("partial") { return .partial(stable: stable, text: text) }
            if status.equals("audio") {
                return .audio(HotpinAudioHeader(sampleRate: header.sampleRate, opus: isOpus ? opus : nil))
            }
            if status.equals("speaking") { return .speaking(text: text, at: at) }
            if status.equals("audio_end") { return .audioEnd(duration: duration) }
            if status.equals("held") { return .held }
            if status.equals("resumed") { return .resumed }
            if status.equals("cancelled") { return .cancelled(heard: heard) }
            return nil
        }
    }
}
