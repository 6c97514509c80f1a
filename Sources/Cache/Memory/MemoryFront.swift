internal import Celery
internal import Logging
internal import Redis
internal import Synchronization

/// The memory in front of Redis: the decisions of ``MemoryLayer`` with the connections that they are about.
final class MemoryFront: Sendable {
    /// The connections of a session.
    struct Session: Sendable {
        /// Where to read what is to be kept: the connection whose readings Redis remembers.
        let connection: RedisConnection
        /// Where Redis tells what has changed.
        let subscription: RedisSubscription
        /// The number of the subscription's connection.
        let clientID: Int64

        /// Whether the subscription still has the connection that Redis informs.
        var isInformed: Bool { subscription.clientID == clientID }
    }

    private struct State {
        var layer: MemoryLayer
        var session: Session?
    }

    let redis: RedisClient
    let logger: Logger
    /// The channel of our messages to ourselves.
    let beatChannel = "swift-celery:cache:\(String(UInt64.random(in: .min ... .max), radix: 16))"
    private let state: Mutex<State>

    init(redis: RedisClient, configuration: CacheConfiguration.Memory, logger: Logger) {
        self.redis = redis
        self.logger = logger
        let layer = MemoryLayer(
            maximumEntries: configuration.maximumEntries,
            maximumBytes: configuration.maximumBytes,
            maximumSilence: configuration.maximumSilence
        )
        self.state = Mutex(State(layer: layer))
    }

    var statistics: CacheStatistics {
        state.withLock { state in
            CacheStatistics(
                isTracking: state.layer.isTracking,
                entries: state.layer.count,
                bytes: state.layer.bytes,
                hits: state.layer.hits,
                misses: state.layer.misses
            )
        }
    }

    /// The value that the memory has for a key, if it has one.
    func hit(for key: [UInt8]) -> JSONValue? {
        state.withLock { state in
            guard state.session?.isInformed == true else { return nil }
            return state.layer.hit(for: key, now: .now)
        }
    }

    /// Reads a value, from memory or from Redis.
    func value(for key: [UInt8]) async throws(RedisError) -> JSONValue? {
        let (answer, session) = state.withLock { state -> (MemoryLayer.Answer, Session?) in
            guard let session = state.session, session.isInformed else { return (.unavailable, nil) }
            return (state.layer.answer(for: key, now: .now), session)
        }
        if case .hit(let value) = answer { return value }
        if case .read(let reading) = answer, let session {
            do throws(RedisError) {
                return try await read(reading, through: session.connection)
            } catch {
                switch error.code {
                case .connectionClosed, .clientClosed: break
                default: throw error
                }
            }
        }
        return try await redis.send(["GET", key]).decodeJSON()
    }

    /// Forgets keys that have changed or are about to.
    func invalidate(_ keys: [[UInt8]]) {
        state.withLock { state in
            for key in keys { state.layer.invalidate(key) }
        }
    }

    /// Forgets all keys.
    func invalidateAll() {
        state.withLock { $0.layer.invalidateAll() }
    }

    /// Notes a message that came back on ``beatChannel``.
    func heard(beat payload: String) {
        state.withLock { $0.layer.heard(beat: payload) }
    }

    /// Uses the memory until the tracking connection closes or the task is cancelled.
    ///
    /// - Parameter session: The connections.
    /// - Throws: `RedisError` when Redis does not track.
    func use(_ session: Session) async throws {
        let beat = state.withLock { state in
            state.session = session
            return state.layer.announce(now: .now)
        }
        defer { endSession() }
        // Without NOLOOP: our own changes go through another connection, and are heard of like any other.
        let replies = await session.connection.pipeline([
            ["CLIENT", "TRACKING", "ON", "REDIRECT", session.clientID],
            ["PUBLISH", beatChannel, beat.payload],
        ])
        for reply in replies { _ = try reply.get() }
        await session.connection.waitUntilClosed()
    }

    /// Stops using the memory: a change may have been missed.
    func endSession() {
        state.withLock { state in
            state.layer.end()
            state.session = nil
        }
    }

    private func read(
        _ reading: MemoryLayer.Reading,
        through connection: RedisConnection
    ) async throws(RedisError) -> JSONValue? {
        var outcome = MemoryLayer.Outcome.failed
        defer {
            state.withLock { $0.layer.finish(reading, with: outcome) }
        }
        var commands: [RawCommand] = [["GET", reading.key], ["PTTL", reading.key]]
        if let beat = reading.beat { commands.append(["PUBLISH", beatChannel, beat.payload]) }
        let replies = await connection.pipeline(commands)
        let value = try replies[0].get().decodeJSON()
        // -1 is "for ever", -2 is "gone".
        let milliseconds = try replies[1].get().decodeInt()
        if let value, milliseconds != -2 {
            outcome = .value(value, timeToLive: milliseconds < 0 ? nil : .milliseconds(milliseconds))
        } else {
            outcome = .missing
        }
        return value
    }
}
