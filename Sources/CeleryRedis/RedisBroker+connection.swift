public import Celery
import Redis

extension RedisBroker {
    /// What becomes of the connection that the client's commands share.
    public func connectionUpdates() -> AsyncStream<BrokerConnectionUpdate> {
        let updates = redis.connectionUpdates()
        let (stream, continuation) = AsyncStream.makeStream(of: BrokerConnectionUpdate.self)
        let task = Task {
            for await update in updates { continuation.yield(BrokerConnectionUpdate(update)) }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }
}

extension BrokerConnectionUpdate {
    fileprivate init(_ update: RedisConnectionUpdate) {
        switch update {
        case .connected: self = .connected
        case .lost(let error): self = .lost(reason: error.message)
        case .failed(let error, let pause): self = .failed(reason: error.message, pause: pause)
        }
    }
}
