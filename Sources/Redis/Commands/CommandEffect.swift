/// What a command known only by name does to the connection it is sent on.
///
/// A connection that many tasks share must not be blocked, and must answer each command with one reply.
enum CommandEffect: Hashable, Sendable {
    /// Nothing beyond its reply.
    case none
    /// It may hold the connection for this long; `.zero` is for ever.
    case blocks(Duration)
    /// It changes what later commands on the same connection mean: only for a connection of one's own.
    case changesState
    /// It changes what the connection itself is, or answers with more or less than one reply: for none.
    case breaksReplies

    init(name: String, arguments: [any RedisArgument]) {
        guard let kind = CommandEffect.kinds[name.uppercased()] else {
            self = .none
            return
        }
        switch kind {
        case .state:
            self = .changesState
        case .replies:
            self = .breaksReplies
        case .client:
            self = CommandEffect.client(arguments.first)
        case .timeoutLast:
            self = .blocks(CommandEffect.seconds(arguments.last))
        case .timeoutFirst:
            self = .blocks(CommandEffect.seconds(arguments.first))
        case .millisecondsLast:
            self = .blocks(.milliseconds(CommandEffect.number(arguments.last)))
        case .streamRead:
            self = CommandEffect.streamRead(arguments)
        }
    }

    var blockingTime: Duration? {
        guard case .blocks(let duration) = self else { return nil }
        return duration
    }

    private enum Kind {
        case state, replies, client, timeoutLast, timeoutFirst, millisecondsLast, streamRead
    }

    // Names and positions of timeouts: https://redis.io/docs/latest/commands/
    private static let kinds: [String: Kind] = [
        "BLPOP": .timeoutLast, "BRPOP": .timeoutLast, "BRPOPLPUSH": .timeoutLast, "BLMOVE": .timeoutLast,
        "BZPOPMIN": .timeoutLast, "BZPOPMAX": .timeoutLast, "BLMPOP": .timeoutFirst, "BZMPOP": .timeoutFirst,
        "WAIT": .millisecondsLast, "WAITAOF": .millisecondsLast, "XREAD": .streamRead, "XREADGROUP": .streamRead,
        "MULTI": .state, "EXEC": .state, "DISCARD": .state, "WATCH": .state, "UNWATCH": .state, "SELECT": .state,
        "AUTH": .state, "READONLY": .state, "READWRITE": .state, "ASKING": .state, "CLIENT": .client,
        "SUBSCRIBE": .replies, "PSUBSCRIBE": .replies, "SSUBSCRIBE": .replies, "UNSUBSCRIBE": .replies,
        "PUNSUBSCRIBE": .replies, "SUNSUBSCRIBE": .replies, "MONITOR": .replies, "SYNC": .replies,
        "PSYNC": .replies, "HELLO": .replies, "RESET": .replies, "QUIT": .replies,
    ]

    private static func client(_ subcommand: (any RedisArgument)?) -> CommandEffect {
        switch text(subcommand).uppercased() {
        case "REPLY": .breaksReplies
        case "TRACKING", "CACHING", "NO-EVICT", "NO-TOUCH", "SETNAME": .changesState
        default: .none
        }
    }

    private static func streamRead(_ arguments: [any RedisArgument]) -> CommandEffect {
        for (index, argument) in arguments.enumerated() where index + 1 < arguments.count {
            switch text(argument).uppercased() {
            case "BLOCK": return .blocks(.milliseconds(number(arguments[index + 1])))
            case "STREAMS": return .none
            default: continue
            }
        }
        return .none
    }

    private static func seconds(_ argument: (any RedisArgument)?) -> Duration { .seconds(number(argument)) }

    // A timeout that is no number is the server's to refuse, at once: any finite deadline will do.
    private static func number(_ argument: (any RedisArgument)?) -> Double {
        switch argument {
        case let number as Int: Double(number)
        case let number as Int64: Double(number)
        case let number as Double: number
        default: Double(text(argument)) ?? 1
        }
    }

    private static func text(_ argument: (any RedisArgument)?) -> String {
        switch argument {
        case let text as String: text
        case let text as Substring: String(text)
        case let bytes as [UInt8]: String(validating: bytes, as: UTF8.self) ?? ""
        default: ""
        }
    }
}
