/// Waits until the surrounding task is cancelled.
func waitUntilCancelled() async {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    await withTaskCancellationHandler {
        for await _ in stream {}
    } onCancel: {
        continuation.finish()
    }
}

/// Runs work to its end even when the surrounding task is cancelled, and waits for it.
func shielded<R: Sendable>(_ work: @escaping @Sendable () async throws -> R) async throws -> R {
    try await Task { try await work() }.value
}

/// Runs work that may take so long and no longer; then it is cancelled and waited for.
///
/// - Returns: What the work returns; nil when its time was up.
func within<R: Sendable>(
    _ limit: Duration,
    _ work: @escaping @Sendable () async throws -> R
) async throws -> R? {
    try await withThrowingTaskGroup(of: R?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            // Cancelled when the work is done.
            try? await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}

extension Duration {
    /// The duration in seconds, as the wire has it.
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
