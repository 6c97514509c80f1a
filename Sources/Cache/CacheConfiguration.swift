/// How a cache service works.
public struct CacheConfiguration: Sendable, Hashable {
    /// The memory in front of Redis; nil is none.
    public var memory: Memory?
    /// How long ``CacheService/cached(prefix:args:kwargs:ttl:_:)`` waits for Redis before it does without.
    public var patience: Duration = .seconds(1)
    /// The time between two questions of ``CacheService/cached(prefix:args:kwargs:ttl:_:)`` to a Redis that is away.
    public var retryPause: Duration = .seconds(1)

    /// Creates a configuration.
    ///
    /// - Parameter memory: The memory in front of Redis; nil, the default, is none.
    public init(memory: Memory? = nil) { self.memory = memory }
}

extension CacheConfiguration {
    /// The memory in front of Redis: its limits.
    ///
    /// It takes a connection and a subscription of the Redis client, and Redis keeps a table of what was read. That pays
    /// in a long-running process that reads the same values again and again, and not in the child processes of a pool.
    public struct Memory: Sendable, Hashable {
        /// How many values it may hold.
        public var maximumEntries: Int
        /// How many bytes of memory, by estimate, the values may take.
        public var maximumBytes: Int
        /// How long a value may be answered from memory without a sign that changes still reach us.
        ///
        /// This bounds how old a value can be when the network goes silent; a connection that is closed is noticed at
        /// once. About once in this time, one reader's question goes to Redis instead of to the memory.
        public var maximumSilence: Duration

        /// Creates limits.
        ///
        /// - Parameters:
        ///   - maximumEntries: How many values it may hold.
        ///   - maximumBytes: How many bytes of memory, by estimate, the values may take.
        ///   - maximumSilence: How long a value may be answered without a sign that changes still reach us.
        public init(
            maximumEntries: Int = 10_000,
            maximumBytes: Int = 64 * 1024 * 1024,
            maximumSilence: Duration = .seconds(1)
        ) {
            self.maximumEntries = maximumEntries
            self.maximumBytes = maximumBytes
            self.maximumSilence = maximumSilence
        }
    }
}
