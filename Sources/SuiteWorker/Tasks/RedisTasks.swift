import Celery
import Redis

/// `redis_echo(message, redis_key='redis-echo')`.
struct RedisEcho: TaskParameters {
    static let taskName = SuiteName.of("redis_echo")
    var message: JSONValue
    var key: String?

    enum CodingKeys: String, CodingKey {
        case message
        case key = "redis_key"
    }
}

/// `redis_count(redis_key='redis-count')`.
struct RedisCount: TaskParameters {
    static let taskName = SuiteName.of("redis_count")
    var key: String?

    enum CodingKeys: String, CodingKey {
        case key = "redis_key"
    }
}

/// `sum_and_record(values, redis_key)`.
struct SumAndRecord: TaskParameters {
    static let taskName = SuiteName.of("sum_and_record")
    typealias Output = JSONValue
    var values: [JSONValue]
    var key: String

    enum CodingKeys: String, CodingKey {
        case values
        case key = "redis_key"
    }
}

extension Worker {
    mutating func registerRedisTasks(_ redis: SuiteRedis) {
        register(RedisEcho.self) { parameters, _ in
            try await redis.echo(parameters.message, to: parameters.key ?? "redis-echo")
            return nil
        }
        register(RedisCount.self) { parameters, _ in
            try await redis.count(parameters.key ?? "redis-count")
            return nil
        }
        register(SumAndRecord.self) { parameters, context in
            let sum = try Sums.of(parameters.values)
            try await redis.echo(context.request.id.rawValue, to: parameters.key)
            return sum
        }
    }
}
