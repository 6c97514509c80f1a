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

extension Duration {
    /// The duration in seconds, as the wire has it.
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
