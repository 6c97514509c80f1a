import Logging
import Redis

/// Tells the log when a server cannot be reached, and when it can again.
struct ConnectionLog: Sendable {
    let updates: AsyncStream<RedisConnectionUpdate>
    let logger: Logger

    /// Follows the connection until the client is closed or the task cancelled.
    func run() async {
        var isAway = false
        for await update in updates {
            switch update {
            case .connected:
                if isAway { logger.notice("Redis answers again") }
                isAway = false
            case .lost(let error), .failed(let error, _):
                // One line an outage; each refused request has its own.
                if !isAway { logger.error("Redis cannot be reached", metadata: ["error": "\(error)"]) }
                isAway = true
            }
        }
    }
}
