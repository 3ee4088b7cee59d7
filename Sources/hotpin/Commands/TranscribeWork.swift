import AudioCodecs
import VoicePipeline
import VoiceServer

/// Transcribes one recording after another for the command line.
struct TranscribeWork: Sendable {
    let invocation: Invocation
    let reader: SoundFileReader
    let recognizer: any SpeechRecognizer
    let transcriber: RecordingTranscriber
    /// nil is standard output.
    let output: TranscribeOutput?
    /// Whether there is no other file.
    let isAlone: Bool

    private var format: TranscriptFormat { invocation.transcribing.format ?? .text }

    private var request: TranscriptionRequest {
        let asked = invocation.transcribing
        var request = TranscriptionRequest()
        request.language = asked.language
        request.task = asked.translates ? .translate : .transcribe
        request.prompt = asked.prompt
        let needsTimes = format != .text && format != .json
        request.timing = asked.words ? .words : needsTimes ? .segments : .none
        request.priority = .background
        return request
    }

    /// - Throws: whatever kept the file from being transcribed and written.
    func transcribe(_ file: TranscribeInputs.File) async throws {
        // Before the work, which may take long.
        let path = try output?.path(for: file.stem, format)
        let started = ContinuousClock.now
        let transcription: Transcription
        if let source = file.path {
            transcription = try await transcribe(source, name: file.name)
        } else {
            let spool = try await StandardInputSpool.read()
            transcription = try await transcribe(spool.path, name: file.name)
            // It lives until here.
            withExtendedLifetime(spool) {}
        }
        let milliseconds = started.duration(to: .now).milliseconds
        if let output, let path {
            try output.write(text(transcription), to: path)
        } else {
            show(transcription, of: file.name, milliseconds: milliseconds)
        }
    }

    private func transcribe(_ path: String, name: String) async throws -> Transcription {
        let source = try await reader.open(path)
        var progress = TranscribeProgress(name, total: source.promisedDuration)
        progress.show()
        defer { progress.clear() }
        return try await transcriber.transcribe(source, with: recognizer, request) { event in
            if case .progress(let seconds) = event { progress.show(done: seconds) }
        }
    }

    private func text(_ transcription: Transcription) -> String {
        let asked = invocation.transcribing
        let text = TranscriptText.write(
            transcription, as: format, task: asked.translates ? .translate : .transcribe, words: asked.words)
        return text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
    }

    private func show(_ transcription: Transcription, of file: String, milliseconds: Double) {
        if invocation.json {
            Console.print(
                json: TranscribedFile(
                    file: file, text: transcription.text, language: transcription.language,
                    seconds: transcription.duration, milliseconds: milliseconds.rounded(),
                    confidence: (Double(transcription.confidence) * 100).rounded() / 100))
        } else if invocation.transcribing.format == nil {
            Console.print(isAlone ? transcription.text : "\(file): \(transcription.text)")
        } else {
            Console.print(isAlone ? text(transcription) : "\(file): \(text(transcription))", terminator: "")
        }
    }
}

private struct TranscribedFile: Encodable {
    var file: String
    var text: String
    var language: String
    var seconds: Double
    var milliseconds: Double
    /// 0…1, see `Transcript.confidence`.
    var confidence: Double
}
