import Celery

/// Runs something that asks the broker or the result backend, and gives up when that takes too long.
///
/// - Parameters:
///   - limit: How long it may take; for ever when nil.
///   - body: What to run; it is cancelled when the time is up, and must end then.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws, or `CeleryError` with the code `unavailable`.
func withDeadline<R: Sendable>(_ limit: Duration?, _ body: @escaping @Sendable () async throws -> R) async throws -> R {
    guard let limit else { return try await body() }
    return try await withThrowingTaskGroup(of: R?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() ?? nil else {
            throw CeleryError(.unavailable, "no answer within \(limit)")
        }
        return result
    }
}
