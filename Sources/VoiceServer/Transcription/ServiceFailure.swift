import Transport
import VoicePipeline

/// Why a request to one of the speech services failed. Each service says it in its own shape: `ErrorShape`.
public struct ServiceFailure: Error, Sendable {
    /// A part of a request.
    public struct Field: Equatable, Sendable {
        /// `body` or `query`.
        public var place: String
        public var name: String
        /// `missing`, `value_error` and the like.
        public var type: String

        public init(place: String, name: String, type: String) {
            self.place = place
            self.name = name
            self.type = type
        }
    }

    /// 400…599; 422 for a field that is missing or has an impossible value.
    public var status: Int
    /// What happened and what to do.
    public var message: String
    /// Which field is wrong.
    public var field: Field?
    /// A word for programs, such as `model_not_found`.
    public var code: String?
    public var headers: HTTPHeaders = [:]

    public init(_ status: Int, _ message: String, code: String? = nil, headers: HTTPHeaders = [:]) {
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers
    }

    /// A field that must be there and is not.
    static func missing(_ name: String, _ message: String) -> ServiceFailure {
        var failure = ServiceFailure(422, message)
        failure.field = Field(place: "body", name: name, type: "missing")
        return failure
    }

    /// A field with an impossible value.
    static func invalid(_ name: String, in place: String = "body", _ message: String) -> ServiceFailure {
        var failure = ServiceFailure(422, message)
        failure.field = Field(place: place, name: name, type: "value_error")
        return failure
    }

    /// There is too much work.
    static func busy(retryAfter seconds: Int) -> ServiceFailure {
        ServiceFailure(
            503, "The server has too much to do; try again in \(seconds) s.", code: "server_busy",
            headers: ["retry-after": "\(seconds)"])
    }

    private static func code(_ kind: RecordingError.Kind) -> String {
        switch kind {
        case .empty: "empty_recording"
        case .notAudio: "not_audio"
        case .unsupported: "unsupported_audio"
        case .unreadable: "unreadable"
        }
    }

    /// What an error of any part becomes; nil for an end that nobody is to be told of.
    /// - Parameter error: what was thrown before anything was answered.
    package init?(_ error: any Error) {
        switch error {
        case let failure as ServiceFailure: self = failure
        case let refusal as AccessRefusal:
            self.init(
                refusal.status, refusal.message, code: refusal.status == 401 ? "invalid_api_key" : nil,
                headers: refusal.headers)
        case let error as MultipartError: self.init(400, error.message)
        case let error as RecordingError:
            self.init(error.kind == .unreadable ? 500 : 400, error.message, code: Self.code(error.kind))
        case is CancellationError, EngineError.cancelled, TransportError.connectionLost,
            TransportError.responseAlreadySent:
            return nil
        case EngineError.invalidInput(let text): self.init(400, text)
        case EngineError.busy: self = .busy(retryAfter: 2)
        case EngineError.unavailable(let text): self.init(503, text)
        default:
            let answer = HTTPError(answering: error)
            self.init(answer.status, answer.message)
        }
    }
}
