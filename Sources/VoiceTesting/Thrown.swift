/// The error that `body` throws, for a closer look; nil when it throws none or one of another type.
///
/// Swift Testing's own `#expect(throws:)` gives the error back only from Swift 6.1 on.
public func thrown<Failure: Error, Success>(_ type: Failure.Type, by body: () throws -> Success) -> Failure? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? Failure
    }
}

/// The same for work that suspends.
public func thrown<Failure: Error, Success: Sendable>(
    _ type: Failure.Type, isolation: isolated (any Actor)? = #isolation, by body: () async throws -> Success
) async -> Failure? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? Failure
    }
}
