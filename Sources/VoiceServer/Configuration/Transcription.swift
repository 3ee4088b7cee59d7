extension Configuration {
    /// Recordings that programs send, and the models for them.
    public struct Transcription: Equatable, Sendable {
        /// Longest recording of `/transcribe`, seconds; the document's own name and value.
        public var shortSeconds = 30
        /// Longest recording of all, seconds.
        public var recordingSeconds = 14_400
        /// One upload, megabytes.
        public var uploadMegabytes = 1024
        /// All uploads on the disk at once, megabytes.
        public var spoolMegabytes = 4096
        /// Recordings that are worked on at once.
        public var atOnce = 4
        /// Recordings that wait.
        public var waiting = 64
        /// What the loaded models may take together, megabytes.
        public var modelMegabytes = 1024
        /// Pages of other servers that may read the answers.
        public var crossOrigins: [String] = []

        public init() {}
    }
}

extension Setting {
    static let transcription: [Setting] = [
        .number(
            "MAX_AUDIO_LENGTH", "longest recording of /transcribe, seconds", 1...86_400,
            \.configuration.transcription.shortSeconds),
        .number(
            "MAX_RECORDING_SECONDS", "longest recording of all", 1...86_400,
            \.configuration.transcription.recordingSeconds),
        .number(
            "MAX_UPLOAD_MB", "one recording that is sent, megabytes", 1...65_536,
            \.configuration.transcription.uploadMegabytes),
        .number(
            "MAX_SPOOL_MB", "all recordings that wait on the disk, megabytes", 1...1_048_576,
            \.configuration.transcription.spoolMegabytes),
        .number(
            "MAX_TRANSCRIPTIONS", "recordings that are worked on at once", 1...64,
            \.configuration.transcription.atOnce),
        .number(
            "MAX_WAITING_TRANSCRIPTIONS", "recordings that may wait", 0...1024,
            \.configuration.transcription.waiting),
        .number(
            "MODEL_MEMORY_MB", "what loaded recognition models may take together, megabytes", 64...1_048_576,
            \.configuration.transcription.modelMegabytes),
        .list(
            "CORS_ORIGINS", "other servers whose pages may use the API, such as https://home.example",
            "must be like https://home.example or http://10.0.0.7:3000", \.configuration.transcription.crossOrigins,
            read: { OriginPolicy.parse($0) == nil ? nil : $0 }, show: { $0 }),
    ]
}
