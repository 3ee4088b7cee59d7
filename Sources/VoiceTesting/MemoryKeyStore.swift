import VoicePipeline

/// Keys in memory, which can be made unreadable.
public final class MemoryKeyStore: AccessKeyStore {
    private struct State {
        var keys: [AccessKey] = []
        var failure: StorageError?
        var reads = 0
    }
    private let state = Guarded(State())

    public init(_ keys: [AccessKey] = []) {
        state.withLock { $0.keys = keys }
    }

    /// From now on everything fails so; nil mends it.
    public func fail(with failure: StorageError?) { state.withLock { $0.failure = failure } }

    /// How often the keys were read.
    public var reads: Int { state.withLock { $0.reads } }

    public func add(_ key: AccessKey) async throws(StorageError) -> Bool {
        try change { keys in
            guard !keys.contains(where: { $0.name == key.name && $0.revoked == nil }) else { return false }
            keys.append(key)
            return true
        }
    }

    public func keys() async throws(StorageError) -> [AccessKey] {
        state.withLock { $0.reads += 1 }
        return try change { $0 }
    }

    public func revoke(_ name: String, at time: Double) async throws(StorageError) -> Bool {
        try change { keys in
            guard let index = keys.firstIndex(where: { $0.name == name && $0.revoked == nil }) else { return false }
            keys[index].revoked = time
            return true
        }
    }

    public func markUsed(_ hash: [UInt8], on day: Int) async throws(StorageError) {
        try change { keys in
            for index in keys.indices where keys[index].hash == hash { keys[index].lastUsed = day }
        }
    }

    private func change<Value: Sendable>(_ body: (inout [AccessKey]) -> Value) throws(StorageError) -> Value {
        let result: Result<Value, StorageError> = state.withLock { state in
            if let failure = state.failure { return .failure(failure) }
            return .success(body(&state.keys))
        }
        return try result.get()
    }
}
