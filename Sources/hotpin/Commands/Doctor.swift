import Glibc
import SpeechEngines
import Storage
import Transport
import VoiceBrain
import VoicePipeline
import VoiceServer

extension CommandContext {
    /// Checks everything that `serve` needs, each check apart from the others.
    func doctor() async -> ExitCode {
        var findings: [Finding] = []
        findings.append(
            await Finding.check("recognition", remedy: "Run scripts/setup.sh; see WHISPER_MODEL in `hotpin config`.") {
                try await Assembly.recognizer(configuration, root: root, log: .none).name
            })
        findings.append(
            await Finding.check("voice", remedy: "Run scripts/setup.sh; see VOICE in `hotpin config`.") {
                try await Assembly.voice(configuration, root: root, log: .none).name
            })
        if configuration.turns.detector != .none {
            findings.append(
                await Finding.check(
                    "turn detector", remedy: "Run scripts/setup.sh --with smart-turn, or set TURN_DETECTOR=none."
                ) {
                    let runtime = try Assembly.runtime(configuration, root: root, log: .none)
                    _ = try Assembly.turnDetector(configuration, root: root, runtime: runtime)
                    return configuration.turns.detector.rawValue
                })
        }
        findings.append(
            await Finding.check("state", remedy: "Make the folder of STATE_DIR writable, or name another.") {
                let file = root.resolve(configuration.stateDirectory) + "/hotpin.sqlite3"
                _ = try await SQLiteDatabase.open(file)
                return file
            })
        if let address = configuration.storage.redis {
            findings.append(
                await Finding.check("redis", remedy: "Start Redis, or see REDIS_URL.") {
                    try await RedisDatabase(address, log: .none).check()
                    return "\(address.name) answers"
                })
        }
        findings.append(
            await Finding.check("page", remedy: "Run hotpin inside the project's folder, or set WEB_ROOT.") {
                let file = root.resolve(configuration.webRoot) + "/index.html"
                guard InstallRoot.exists(file) else { throw EngineError.unavailable("\(file) is not there.") }
                return file
            })
        findings.append(
            await Finding.check("access", remedy: "Run `hotpin keys add NAME`, or set SERVER_HOST=127.0.0.1.") {
                try await accessSummary()
            })
        findings.append(
            await Finding.check(
                "certificate", remedy: "Renew it, or see TLS_CERT and TLS_KEY; without them the server makes its own."
            ) { try certificateSummary() })
        findings.append(
            await Finding.check("port", remedy: "End what uses it, or set SERVER_PORT.") {
                try PortProbe.check(host: configuration.host, port: configuration.port)
            })
        if let chat = configuration.chat {
            findings.append(
                await Finding.check("chat", remedy: "See LLM_BASE_URL, LLM_MODEL and the keys in `hotpin config`.") {
                    try await ChatProbe.check(chat)
                })
        } else {
            findings.append(
                Finding(
                    name: "chat", ok: true, detail: "none set; the skills work without one",
                    remedy: nil))
        }
        report(findings)
        return findings.allSatisfy(\.ok) ? .done : .failed
    }

    /// Who reaches the server, and who may come in.
    private func accessSummary() async throws -> String {
        let access = try await Access.open(configuration, root: root)
        let authenticator = try await access.authenticator(host: configuration.host, log: .none)
        let reach =
            access.policy.isLocal ? "only this machine reaches it" : "others reach it at \(configuration.host)"
        let keys = authenticator.keyCount
        if keys > 0 { return "\(reach); \(keys) \(keys == 1 ? "key is" : "keys are") in force, and needed" }
        return authenticator.isOpen
            ? "\(reach); no key is needed" : "\(reach); all keys are revoked, so nobody comes in"
    }

    private func report(_ findings: [Finding]) {
        if invocation.json { return Console.print(json: findings) }
        for finding in findings {
            Console.print("\(finding.ok ? "✓" : "✗") \(finding.name): \(finding.detail)")
            if let remedy = finding.remedy { Console.print("  → \(remedy)") }
        }
    }
}

/// The result of one check.
private struct Finding: Encodable {
    var name: String
    var ok: Bool
    var detail: String
    var remedy: String?

    /// Runs a check; what it throws becomes the finding.
    static func check(_ name: String, remedy: String, _ body: () async throws -> String) async -> Finding {
        do {
            return Finding(name: name, ok: true, detail: try await body(), remedy: nil)
        } catch {
            return Finding(name: name, ok: false, detail: explain(error), remedy: remedy)
        }
    }
}

/// Tries whether the port can be listened on.
private enum PortProbe {
    static func check(host: String, port: Int) throws -> String {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let first = found else {
            throw EngineError.unavailable("\(host) is no address of this machine.")
        }
        defer { freeaddrinfo(found) }
        let descriptor = socket(first.pointee.ai_family, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
            throw EngineError.unavailable("\(host):\(port) cannot be listened on: \(String(cString: strerror(errno)))")
        }
        return "\(host):\(port) is free"
    }
}

/// Asks the chat service for its models: shows whether it is there and takes the key.
private enum ChatProbe {
    static func check(_ chat: ChatEndpoint) async throws -> String {
        var headers: [(name: String, value: String)] = []
        if let key = chat.key { headers.append((name: "authorization", value: "Bearer \(key)")) }
        let request = HTTPClientRequest(url: chat.baseURL + "/models", headers: headers, timeout: .seconds(10))
        let answered = StatusBox()
        try await CurlHTTPClient().send(request) { event in
            if case .head(let status, _) = event { await answered.set(status) }
        }
        switch await answered.status {
        case 200..<300: return "\(chat.baseURL) answers; model \(chat.model)"
        case 401, 403: throw EngineError.unavailable("\(chat.baseURL) does not take the key.")
        case let status: throw EngineError.unavailable("\(chat.baseURL)/models answers with status \(status).")
        }
    }
}

private actor StatusBox {
    private(set) var status = 0
    func set(_ status: Int) { self.status = status }
}
