import Celery
import Redis

extension CeleryError {
    /// The error of the task queue for one of its Redis server.
    init(_ error: RedisError) {
        self.init(.unavailable, "Redis did not do what was asked", underlyingError: error)
    }
}

/// Does something with Redis and speaks of its errors in the task queue's terms; cancellation stays cancellation.
func mappingErrors<R>(_ body: () async throws -> R) async throws -> R {
    do {
        return try await body()
    } catch let error as RedisError {
        if error.code == .cancelled { throw CancellationError() }
        throw CeleryError(error)
    }
}
