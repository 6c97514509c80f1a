internal import Redis

extension CacheError {
    /// The error for a failure of Redis.
    init(_ error: RedisError, operation: Operation) {
        let code: Code =
            switch error.code {
            case .cancelled: .cancelled
            case _ where error.meansUnavailable: .unavailable
            default: .refused
            }
        // A Redis error names the command and the server, and holds no arguments.
        self.init(code, operation: operation, message: error.description, underlyingError: error)
    }
}

extension RedisError {
    /// Whether the server as a whole does not serve, as opposed to one command being refused.
    var meansUnavailable: Bool {
        switch code {
        case .authentication, .unknownMaster, .tlsFailed, .clientClosed, .protocolError: true
        default: isTransient
        }
    }
}
