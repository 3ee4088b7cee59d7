import CESpeak
import VoicePipeline

/// The one libespeak-ng of this process. Every call holds its lock; each may take a while, so they are made on an
/// engine's thread, never on Swift's cooperative pool.
///
/// The library stays open until the process ends: closing and opening it again is not sound in version 1.51.
enum ESpeakLibrary {
    private struct State: Sendable {
        /// Hz, once the library is open.
        var sampleRate: Int?
        var dataPath: String?
        var voice: String?
    }

    private static let state = Guarded(State())
    private static let engine = "espeak-ng"

    /// - Returns: the sample rate, Hz.
    static func open(dataPath: String?) throws(EngineError) -> Int {
        // The library itself takes its default folder when the given one does not exist.
        if let dataPath { try ESpeakData.check(dataPath) }
        return try locked { state throws(EngineError) in
            if let rate = state.sampleRate {
                guard dataPath == nil || dataPath == state.dataPath else {
                    throw .unavailable("espeak-ng already uses the data in \(state.dataPath ?? "its default folder").")
                }
                return rate
            }
            // Without that option the library ends the process when its data is missing.
            let rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, dataPath, Int32(espeakINITIALIZE_DONT_EXIT))
            guard rate > 0 else {
                throw .unavailable(
                    "espeak-ng cannot load its data\(dataPath.map { " from \($0)" } ?? ""): "
                        + "install the Debian package espeak-ng-data.")
            }
            espeak_SetSynthCallback(ESpeakCollector.receive)
            state.sampleRate = Int(rate)
            state.dataPath = dataPath
            return Int(rate)
        }
    }

    static func check(voice: String) throws(EngineError) {
        try locked { state throws(EngineError) in try use(voice, &state) }
    }

    /// - Parameter clause: a clause with the punctuation that ends it, which the intonation depends on.
    static func phonemes(of clause: String, voice: String) throws(EngineError) -> String {
        try locked { state throws(EngineError) in
            try use(voice, &state)
            return withTerminated(clause) { text in
                var parts: [String] = []
                var rest: UnsafeRawPointer? = UnsafeRawPointer(text)
                // The library gives back the part up to punctuation of its own choice, and null at the end.
                while rest != nil, parts.count < clause.utf8.count + 1 {
                    guard
                        let part = espeak_TextToPhonemes(&rest, Int32(espeakCHARS_UTF8), Int32(espeakPHONEMES_IPA))
                    else { break }
                    let phonemes = String(cString: part)
                    if !phonemes.isEmpty { parts.append(phonemes) }
                }
                return parts.joined(separator: " ")
            }
        }
    }

    /// - Returns: mono samples at the library's rate, -1…1.
    static func speak(
        _ text: String, voice: String, wordsPerMinute: Int, cancellation: EngineCancellation
    ) throws(EngineError) -> [Float] {
        try locked { state throws(EngineError) in
            try use(voice, &state)
            try checked(espeak_SetParameter(espeakRATE, Int32(clamping: wordsPerMinute), 0), "set the rate")
            let collector = ESpeakCollector(cancellation: cancellation, rate: state.sampleRate ?? 0)
            let result = collector.collect {
                withTerminated(text) { text in
                    // The size is not used in synchronous mode.
                    espeak_Synth(text, 0, 0, POS_CHARACTER, 0, UInt32(espeakCHARS_UTF8 | espeakENDPAUSE), nil, nil)
                }
            }
            try cancellation.check()
            try checked(result, "speak")
            guard !collector.isFull else {
                throw .invalidInput("The text takes more than \(ESpeakCollector.maximumSeconds) seconds to speak.")
            }
            return collector.samples.map { Float($0) / 32_768 }
        }
    }

    private static func use(_ voice: String, _ state: inout State) throws(EngineError) {
        guard state.sampleRate != nil else { throw .unavailable("espeak-ng is not open.") }
        guard state.voice != voice else { return }
        guard espeak_SetVoiceByName(voice) == EE_OK else {
            // A refused voice leaves the library between two voices.
            state.voice = nil
            throw .unavailable("espeak-ng has no voice \"\(voice)\". `espeak-ng --voices` lists those it has.")
        }
        state.voice = voice
    }

    private static func checked(_ result: espeak_ERROR, _ action: String) throws(EngineError) {
        guard result == EE_OK else {
            throw .failed(engine: engine, code: result.rawValue, message: "It could not \(action).")
        }
    }

    /// A text as C takes it. A zero inside would hide what follows.
    private static func withTerminated<Result>(_ text: String, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        var bytes = text.utf8.map { $0 == 0 ? CChar(32) : CChar(bitPattern: $0) }
        bytes.append(0)
        return bytes.withUnsafeBufferPointer { buffer in
            // Never nil: the array has at least the final zero.
            buffer.baseAddress.map(body) ?? "".withCString(body)
        }
    }

    private static func locked<Value: Sendable>(
        _ body: (inout State) throws(EngineError) -> Value
    ) throws(EngineError) -> Value {
        try state.withLock { state in
            Result { () throws(EngineError) in try body(&state) }
        }.get()
    }
}
