import Transport
import VoicePipeline

/// The doors of the speech services, by path.
public struct SpeechDoors: Sendable {
    private let transcribe: TranscribeDoor
    private let openAI: OpenAIDoor
    private let speech: SpeechService
    private let authenticator: Authenticator

    public init(
        service: TranscriptionService, speech: SpeechService, runtime: RecognitionRuntime, authenticator: Authenticator,
        log: Log
    ) {
        transcribe = TranscribeDoor(service: service, runtime: runtime, log: log)
        openAI = OpenAIDoor(service: service, speech: speech)
        self.speech = speech
        self.authenticator = authenticator
    }

    private enum Address {
        case transcribe, base64, modelInfo
        case transcriptions(RecognitionOptions.Task)
        case speech, models
        case model(String)
    }

    /// What a body may have, by path; `HTTPServerConfiguration.maxBodyBytesOfPaths`.
    public static func bodyLimits(uploadBytes: Int, otherBytes: Int) -> [String: Int] {
        // A form is a little longer than its file.
        let upload = uploadBytes + (1 << 20)
        return [
            "/transcribe": upload, "/v1/audio/transcriptions": upload, "/v1/audio/translations": upload,
            "/transcribe/base64": otherBytes, "/v1/audio/speech": min(otherBytes, SpeechService.requestBytes),
        ]
    }

    /// Answers a request that is for one of these doors.
    /// - Returns: false for any other.
    func answer(_ request: HTTPRequest, _ responder: HTTPResponder) async throws -> Bool {
        guard let (method, address) = Self.find(request.path) else { return false }
        let shape = ErrorShape.of(path: request.path)
        do {
            let visitor = try await authenticator.require(request, door: shape == .openAI ? "openai" : "transcribe")
            guard request.method == method || (method == "GET" && request.method == "HEAD") else {
                throw ServiceFailure(
                    405, "\(request.method) is not possible here; use \(method).", headers: ["allow": method])
            }
            try await answer(address, request, responder, visitor)
        } catch {
            guard let failure = ServiceFailure(error) else { throw error }
            do {
                try await responder.respond(
                    shape.status(failure), json: shape.body(failure), headers: failure.headers)
            } catch TransportError.responseAlreadySent {
                throw error
            }
            if failure.status >= 500, failure.code != "server_busy" {
                transcribe.log.warning("request failed", ["path": .text(request.path), "error": .text("\(error)")])
            }
        }
        return true
    }

    private func answer(
        _ address: Address, _ request: HTTPRequest, _ responder: HTTPResponder, _ visitor: Visitor
    ) async throws {
        switch address {
        case .transcribe: try await transcribe.transcribe(request, responder, visitor)
        case .base64: try await transcribe.transcribeBase64(request, responder, visitor)
        case .modelInfo: try await transcribe.modelInfo(responder)
        case .transcriptions(let task): try await openAI.transcribe(task, request, responder, visitor)
        case .speech: try await speech.speak(request, responder, visitor)
        case .models: try await openAI.models(responder)
        case .model(let id): try await openAI.model(id, responder)
        }
    }

    private static func find(_ path: String) -> (method: String, Address)? {
        switch path {
        case "/transcribe": return ("POST", .transcribe)
        case "/transcribe/base64": return ("POST", .base64)
        case "/model/info": return ("GET", .modelInfo)
        case "/v1/audio/transcriptions": return ("POST", .transcriptions(.transcribe))
        case "/v1/audio/translations": return ("POST", .transcriptions(.translate))
        case "/v1/audio/speech": return ("POST", .speech)
        case "/v1/models": return ("GET", .models)
        default:
            let prefix = "/v1/models/"
            guard path.hasPrefix(prefix), path.utf8.count > prefix.utf8.count else { return nil }
            return ("GET", .model(String(path.dropFirst(prefix.count))))
        }
    }
}
