import Transport
import VoicePipeline

/// The keys in force, and whether one is needed. A value; the authenticator replaces it when the store changes.
package struct KeyRing: Equatable, Sendable {
    package private(set) var entries: [Admission]
    /// Whether clients come in without a key.
    package let isOpen: Bool

    /// - Parameters:
    ///   - configured: the texts of `API_KEYS`.
    ///   - stored: all keys of `hotpin keys`, those that were revoked too.
    ///   - isLocal: only this machine can connect.
    ///   - openAccess: the operator lets everyone in who has no key to show. As soon as there is a key, it is needed.
    package init(configured: [String], stored: [AccessKey], isLocal: Bool, openAccess: Bool) {
        entries =
            configured.map { Admission(identity: .configured, hash: APIKey.hash($0.utf8)) }
            + stored.filter { $0.revoked == nil }.map { Admission(identity: .named($0.name), hash: $0.hash) }
        // Once keys were made, revoking the last of them must not let everyone in.
        isOpen = entries.isEmpty && (openAccess || isLocal && stored.isEmpty)
    }

    /// Whose key has this hash. Compares with every key, each in constant time, so that the time tells nothing about
    /// how much of a guess was right or which key it came close to.
    package func match(_ hash: [UInt8]) -> Admission? {
        var found: Admission?
        for entry in entries {
            if constantTimeEquals(entry.hash ?? [], hash) { found = entry }
        }
        return found
    }

    /// Whether a client that came in so may stay.
    package func allows(_ admission: Admission) -> Bool {
        guard let hash = admission.hash else { return isOpen }
        return match(hash) == admission
    }
}
