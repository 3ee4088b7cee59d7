import VoicePipeline

/// Decides at every door who may come in, and sends away whose key was revoked.
///
/// Keys come from the configuration and from a store that `hotpin keys` changes while the server runs: the store is
/// looked at every two seconds, and once more before a key that is not known is refused.
public final class Authenticator: Service {
    struct State {
        var ring: KeyRing
        var limiter: AttemptLimiter
        var holds: [Int: (admission: Admission, onRevoked: @Sendable () async -> Void)] = [:]
        var lastHold = 0
        /// The day of the last use that the store knows, by the key's hash.
        var noted: [[UInt8]: Int] = [:]
        /// Uses that the store does not know yet.
        var unnoted: [[UInt8]: Int] = [:]
        var isStoreBroken = false
    }

    /// Between two looks at the store.
    static let interval = Duration.seconds(2)

    public let clientAddress: ClientAddress
    let policy: AccessPolicy
    let store: (any AccessKeyStore)?
    let clock: any Clock<Duration>
    let wallClock: any WallClock
    package let metrics: ServerMetrics
    let log: Log
    /// Seconds since this was made, on `clock`.
    private let time: @Sendable () -> Double
    let state: Guarded<State>

    /// - Parameters:
    ///   - stored: what the store holds now; see `load`.
    ///   - store: looked at again while `run()` runs; nil if there is none.
    init(
        policy: AccessPolicy, stored: [AccessKey], store: (any AccessKeyStore)?, clock: any Clock<Duration>,
        wallClock: any WallClock, metrics: ServerMetrics, log: Log
    ) {
        self.policy = policy
        self.store = store
        self.clock = clock
        self.wallClock = wallClock
        self.metrics = metrics
        self.log = log
        clientAddress = policy.clientAddress
        time = Self.stopwatch(clock)
        var state = State(
            ring: Self.ring(policy, stored), limiter: AttemptLimiter(perMinute: policy.wrongKeysPerMinute))
        for key in stored { state.noted[key.hash] = key.lastUsed }
        self.state = Guarded(state)
    }

    /// Reads the store, then decides by it.
    /// - Throws: what the store throws: without it nobody can be told from a stranger.
    public static func load(
        policy: AccessPolicy, store: any AccessKeyStore, clock: any Clock<Duration> = ContinuousClock(),
        wallClock: any WallClock = SystemWallClock(), metrics: ServerMetrics = ServerMetrics(), log: Log
    ) async throws(StorageError) -> Authenticator {
        let stored = try await store.keys()
        return Authenticator(
            policy: policy, stored: stored, store: store, clock: clock, wallClock: wallClock, metrics: metrics,
            log: log)
    }

    /// Decides by the configuration alone.
    public convenience init(policy: AccessPolicy = AccessPolicy(), log: Log = .none) {
        self.init(
            policy: policy, stored: [], store: nil, clock: ContinuousClock(), wallClock: SystemWallClock(),
            metrics: ServerMetrics(), log: log)
    }

    static func ring(_ policy: AccessPolicy, _ stored: [AccessKey]) -> KeyRing {
        KeyRing(
            configured: policy.configuredKeys, stored: stored, isLocal: policy.isLocal, openAccess: policy.openAccess)
    }

    /// Keys in force.
    public var keyCount: Int { state.withLock { $0.ring.entries.count } }

    /// Whether clients come in without a key.
    public var isOpen: Bool { state.withLock { $0.ring.isOpen } }

    /// Looks at a key.
    /// - Parameters:
    ///   - key: UTF-8, as the client sent it; nil if it showed none.
    ///   - address: of the client.
    ///   - door: where it knocks, for the log.
    func authenticate(
        _ key: [UInt8]?, from address: String, door: String
    ) async throws(AccessRefusal) -> Admission {
        if isOpen { return .open }
        guard let key else { throw refuse(.missingKey, address, door) }
        let hash = APIKey.hash(key.prefix(APIKey.maximumLength + 1))
        let now = time()
        // Charged before the store is asked: guesses that come at once must not all be free.
        let (first, isNew) = state.withLock { state -> (Result<Admission?, AccessRefusal>, Bool) in
            if let seconds = state.limiter.wait(address, now: now) {
                return (.failure(.tooManyAttempts(seconds: seconds)), false)
            }
            if APIKey.isPossible(key), let found = state.ring.match(hash) { return (.success(found), false) }
            return (.success(nil), state.limiter.failed(address, hash: hash, now: now))
        }
        switch first {
        case .failure(let refusal): throw refuse(refusal, address, door)
        case .success(let admission?): return admit(admission)
        case .success(nil): break
        }
        await refresh()
        let second = state.withLock { APIKey.isPossible(key) ? $0.ring.match(hash) : nil }
        guard let second else { throw refuse(.wrongKey, address, door, isNew: isNew) }
        if isNew { state.withLock { $0.limiter.forgive(address) } }
        return admit(second)
    }

    private func admit(_ admission: Admission) -> Admission {
        let today = CalendarDay.number(of: wallClock.now())
        state.withLock { state in
            if let hash = admission.hash, case .named = admission.identity, state.noted[hash] != today {
                state.unnoted[hash] = today
            }
        }
        return admission
    }

    /// Counts and logs a refusal.
    func refuse(_ refusal: AccessRefusal, _ address: String, _ door: String, isNew: Bool = true) -> AccessRefusal {
        metrics.refused.count(refusal.label)
        switch refusal {
        case .missingKey, .wrongKey, .tooManyAttempts: metrics.authenticationFailures.count(door)
        case .localOnly, .host, .origin, .keyInURL: break
        }
        let fields: KeyValuePairs<String, Log.Value> = [
            "address": .text(address), "door": .text(door), "reason": .text(refusal.label),
        ]
        switch refusal {
        // A page shows no key before its user was asked for one; a blocked address was named when it was blocked.
        case .missingKey, .localOnly: log.info("refused", fields)
        case .wrongKey where isNew: log.warning("refused", fields)
        case .wrongKey, .tooManyAttempts: log.debug("refused", fields)
        case .host, .origin, .keyInURL: log.warning("refused", fields)
        }
        return refusal
    }

    private static func stopwatch(_ clock: some Clock<Duration>) -> @Sendable () -> Double {
        let start = clock.now
        return { start.duration(to: clock.now) / .seconds(1) }
    }
}
