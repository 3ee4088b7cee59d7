import VoicePipeline

/// What `GET /` and `GET /health` tell programs.
/// - Source: transcription back-end document, sections 2.7 and 2.8.
public struct ServerStatus: Sendable {
    public static let name = "Hotpin"
    public static let version = "0.1.0"

    private let clock: any WallClock
    private let liveness: Liveness

    public init(clock: any WallClock, liveness: Liveness = Liveness()) {
        self.clock = clock
        self.liveness = liveness
    }

    /// `{"name","version","status"}`
    var root: String {
        #"{"name":"\#(Self.name)","version":"\#(Self.version)","status":"running"}"#
    }

    /// Whether the server does its work: `/health` answers 503 when not, so that a balancer sends nobody here.
    var isHealthy: Bool { liveness.problem == nil }

    /// `{"status","model_loaded","timestamp"}`; the listener only opens once the models are loaded.
    var health: String {
        let milliseconds = (clock.now() * 1000).rounded()
        let status = isHealthy ? "healthy" : "unhealthy"
        return #"{"status":"\#(status)","model_loaded":true,"timestamp":\#(milliseconds / 1000)}"#
    }
}
