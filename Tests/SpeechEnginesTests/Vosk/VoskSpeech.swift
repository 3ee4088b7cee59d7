import AudioCodecs

/// “안녕하세요” of espeak-ng's Korean voice, with silence around it. The small model understands its second half.
enum VoskSpeech {
    static let heard = "하세요"

    /// Mono, 16 kHz.
    static func korean() throws -> [Float] {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let path = parts.joined(separator: "/") + "/Golden/vosk/hello.wav"
        let speech = try AudioFileReader(maximumSeconds: 10).read(path).samples
        return [Float](repeating: 0, count: 8000) + speech + [Float](repeating: 0, count: 16_000)
    }
}
