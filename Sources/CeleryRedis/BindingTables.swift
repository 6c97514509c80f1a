import Celery
import Redis

/// The tables in Redis that say which queues are bound to which exchanges, as kombu 5.7 keeps them.
struct BindingTables: Sendable {
    let redis: RedisClient
    let keys: KeyNames

    // kombu/transport/redis.py: BINDING_EXPIRES_FACTOR, MIN_BINDING_TTL, sweep_bindings.
    private static let expiryFactor = 2
    private static let leastLifetime = 60 * 60 * 1000
    private static let mostSweptAtOnce = 100

    /// Writes the bindings of queues.
    func declare(_ queues: [Queue]) async throws {
        var commands: [RawCommand] = []
        var scripts: [RefreshBindingScript] = []
        for queue in queues {
            for binding in queue.allBindings {
                let exchange = binding.exchange.name
                let member = keys.member(BindingEntry(binding, of: queue.name))
                if let expires = queue.expiresInMilliseconds {
                    let script = RefreshBindingScript(
                        table: keys.bindings(exchange),
                        deadlines: keys.bindingDeadlines,
                        member: member,
                        exchange: exchange,
                        lifetime: Self.lifetime(expires)
                    )
                    scripts.append(script)
                } else {
                    // _queue_bind: both tables, or kombu 5.7 may sweep the first one away.
                    commands.append(RawCommand("SADD", keys.bindings(exchange), member))
                    commands.append(RawCommand("SADD", keys.permanentBindings(exchange), member))
                }
            }
        }
        if !commands.isEmpty { _ = try await redis.transaction(commands) }
        for script in scripts { try await redis.evaluate(script) }
    }

    /// Removes the bindings of queues, and the queues' lists.
    func delete(_ queues: [Queue]) async throws {
        let commands = queues.flatMap { queue in
            queue.allBindings.flatMap { binding in
                let member = keys.member(BindingEntry(binding, of: queue.name))
                return [keys.bindings(binding.exchange.name), keys.permanentBindings(binding.exchange.name)].map {
                    RawCommand("SREM", $0, member)
                }
            } + [RawCommand("DEL", arguments: keys.lists(queue.name))]
        }
        if !commands.isEmpty { _ = try await redis.transaction(commands) }
    }

    /// The queues that a routing key leads to, each once.
    func queues(boundTo exchange: String, type: ExchangeType?, routingKey: String) async throws -> [QueueName] {
        let members = try await redis.send(RawCommand("SMEMBERS", keys.bindings(exchange))).decodeByteArrays()
        let entries = members.compactMap {
            BindingEntry(String(decoding: $0, as: UTF8.self), separator: keys.transport.separator)
        }
        let queues = Set(entries.filter { $0.fits(routingKey, type: type) }.map(\.queue))
        return queues.sorted { $0.rawValue < $1.rawValue }
    }

    /// Removes tables that nobody has kept alive.
    func sweep() async throws {
        let script = SweepBindingsScript(
            deadlines: keys.bindingDeadlines,
            tables: keys.bindings(""),
            permanentTables: keys.permanentBindings(""),
            limit: Self.mostSweptAtOnce
        )
        _ = try await redis.evaluate(script)
    }

    /// For how long a table is kept for a queue that expires after so many milliseconds.
    private static func lifetime(_ expires: Int) -> Int {
        max(expires.multipliedReportingOverflow(by: expiryFactor).partialValue, leastLifetime)
    }
}

extension Queue {
    /// The queue's expiry as kombu has it, in whole milliseconds.
    var expiresInMilliseconds: Int? {
        expires.map { max(1, Int(min($0 / .milliseconds(1), 1e15))) }
    }
}
