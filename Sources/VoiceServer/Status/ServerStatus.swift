import VoicePipeline

/// What `GET /` and `GET /health` tell programs.
/// - Source: transcription back-end document, sections 2.7 and 2.8.
public struct ServerStatus: Sendable {
    public static let name = "Hotpin"
    public static let version = "0.1.0"

    private let clock: any WallClock

    public init(clock: any WallClock) {
        self.clock = clock
    }

    /// `{"name","version","status"}`
    var root: String {
        #"{"name":"\#(Self.name)","version":"\#(Self.version)","status":"running"}"#
    }

    /// `{"status","model_loaded","timestamp"}`; the listener only opens once the models are loaded.
    var health: String {
        let milliseconds = (clock.now() * 1000).rounded()
        return #"{"status":"healthy","model_loaded":true,"timestamp":\#(milliseconds / 1000)}"#
    }
}
