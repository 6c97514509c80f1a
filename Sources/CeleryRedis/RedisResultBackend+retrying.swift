import Celery
import Redis

extension RedisResultBackend {
    /// Does something with Redis, again and again while it cannot be reached, as the settings say.
    func retrying<R: Sendable>(isWrite: Bool, _ body: @Sendable () async throws -> R) async throws -> R {
        var failures = 0
        while true {
            do {
                return try await body()
            } catch let error as RedisError {
                if error.code == .cancelled { throw CancellationError() }
                failures += 1
                guard error.isOutage, let pause = settings.retries.pause(after: failures, isWrite: isWrite) else {
                    throw CeleryError(error)
                }
                try await Task.sleep(for: pause)
            }
        }
    }
}

extension RedisError {
    /// Whether the server could not be reached, so that the same may work a little later.
    fileprivate var isOutage: Bool {
        switch code {
        case .connectionFailed, .connectionClosed, .timedOut: true
        case .server: prefix == "LOADING"
        default: false
        }
    }
}
