/// What came of one write of one or more commands.
enum Replies: Sendable {
    /// The reply to a single command.
    case one(RedisValue)
    /// The replies to several commands, all of them.
    case many([RedisValue])
    /// The replies that came before it failed.
    case failed(RedisError, received: [RedisValue])

    static func failed(_ error: RedisError) -> Replies { .failed(error, received: []) }

    func value(at index: Int) -> Result<RedisValue, RedisError> {
        switch self {
        case .one(let value): .success(value)
        case .many(let values): .success(values[index])
        case .failed(let error, let received): index < received.count ? .success(received[index]) : .failure(error)
        }
    }
}

typealias ReplyWaiter = OneShot<Replies>
