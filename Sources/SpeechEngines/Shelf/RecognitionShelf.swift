import VoicePipeline

/// The recognition models of a folder, loaded when they are asked for, as many as fit into a budget of memory.
public final class RecognitionShelf: RecognitionModels {
    /// A model in a folder, and what it will take.
    public struct Found: Sendable {
        public var model: RecognitionModel
        /// Memory that it takes when it is loaded, bytes.
        public var bytes: Int

        public init(_ model: RecognitionModel, bytes: Int) {
            self.model = model
            self.bytes = bytes
        }
    }

    private struct State {
        var order: ShelfOrder
        var loaded: [String: any SpeechRecognizer] = [:]
        var leases: [String: WeakLease] = [:]
        var found: [Found] = []
    }

    private struct WeakLease {
        weak var lease: Lease?
    }

    private let standard: String
    private let state: Guarded<State>
    private let scan: @Sendable () -> [Found]
    private let load: @Sendable (RecognitionModel) throws(EngineError) -> any SpeechRecognizer
    /// One at a time, so that no model is loaded twice.
    private let loader: EngineWorker
    private let scanner: EngineWorker

    /// - Parameters:
    ///   - standard: the default model, which is loaded and stays.
    ///   - recognizer: of the default model.
    ///   - budget: what all loaded models may take together, bytes.
    ///   - scan: finds the models that there are, in any order; may block.
    ///   - load: loads one; may block.
    public init(
        standard: Found, _ recognizer: any SpeechRecognizer, budget: Int, scan: @escaping @Sendable () -> [Found],
        load: @escaping @Sendable (RecognitionModel) throws(EngineError) -> any SpeechRecognizer
    ) throws(EngineError) {
        self.standard = standard.model.name
        var state = State(order: ShelfOrder(budget: budget))
        state.order.add(standard.model.name, bytes: standard.bytes, isPinned: true)
        state.loaded[standard.model.name] = recognizer
        state.found = [standard]
        self.state = Guarded(state)
        self.scan = scan
        self.load = load
        loader = try EngineWorker(name: "shelf", threads: 1, capacity: 256)
        scanner = try EngineWorker(name: "models", threads: 1, capacity: 1024)
    }

    public func list() async -> [RecognitionModel] {
        let scan = scan
        let found = try? await scanner.run { _ in scan() }
        return state.withLock { state in
            // The default is where it is, also when it is in another folder.
            if let found {
                state.found =
                    state.found.prefix(1)
                    + found.filter { $0.model.name != standard }
                    .sorted { $0.model.name < $1.model.name }
            }
            return state.found.map { found in
                var model = found.model
                model.isLoaded = state.loaded[model.name] != nil
                return model
            }
        }
    }

    public func recognizer(_ name: String?) async throws(EngineError) -> any SpeechRecognizer {
        let name = name ?? standard
        if let lease = state.withLock({ Self.lease(name, &$0) }) { return lease }
        let known = await list()
        guard known.contains(where: { $0.name == name }) else {
            throw .invalidInput("There is no such model; there are: \(known.map(\.name).joined(separator: ", ")).")
        }
        return try await loader.run { [self] _ throws(EngineError) in try bring(name) }
    }

    /// On the loader's thread.
    private func bring(_ name: String) throws(EngineError) -> Lease {
        let (lease, found) = state.withLock { state in
            (Self.lease(name, &state), state.found.first { $0.model.name == name })
        }
        if let lease { return lease }
        guard let found else { throw .unavailable("The model \(name) has gone.") }
        // Dropped outside the lock: to give a model back takes long.
        let dropped = try makeRoom(for: found)
        _ = consume dropped
        let recognizer = try load(found.model)
        return state.withLock { state in
            state.order.add(name, bytes: found.bytes)
            state.loaded[name] = recognizer
            return Self.lease(name, &state) ?? Lease(recognizer)
        }
    }

    private func makeRoom(for found: Found) throws(EngineError) -> [any SpeechRecognizer] {
        let (answer, dropped) = state.withLock { state in
            let inUse = Set(state.leases.filter { $0.value.lease != nil }.keys)
            let answer = state.order.makeRoom(for: found.bytes, inUse: inUse)
            guard case .fits(let names) = answer else { return (answer, [any SpeechRecognizer]()) }
            for name in names { state.leases[name] = nil }
            return (answer, names.compactMap { state.loaded.removeValue(forKey: $0) })
        }
        switch answer {
        case .fits: return dropped
        case .later: throw .busy
        case .never(let needed):
            throw .unavailable(
                "The model \(found.model.name) does not fit beside the default one: MODEL_MEMORY_MB must be at least "
                    + "\(needed / 1_000_000 + 1).")
        }
    }

    private static func lease(_ name: String, _ state: inout State) -> Lease? {
        guard let recognizer = state.loaded[name] else { return nil }
        state.order.use(name)
        if let lease = state.leases[name]?.lease { return lease }
        let lease = Lease(recognizer)
        state.leases[name] = WeakLease(lease: lease)
        return lease
    }
}

/// Shows by its life that a model is used.
private final class Lease: SpeechRecognizer {
    private let recognizer: any SpeechRecognizer

    init(_ recognizer: any SpeechRecognizer) {
        self.recognizer = recognizer
    }

    var name: String { recognizer.name }

    func transcribe(_ samples: [Float], options: RecognitionOptions) async throws(EngineError) -> Transcript {
        try await recognizer.transcribe(samples, options: options)
    }
}
