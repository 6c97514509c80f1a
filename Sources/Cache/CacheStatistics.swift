/// What the memory in front of Redis holds and has done.
public struct CacheStatistics: Sendable, Hashable {
    /// Whether Redis tells of changes, so that the memory is in use.
    public let isTracking: Bool
    /// How many values it holds.
    public let entries: Int
    /// How many bytes of memory the values take, by estimate.
    public let bytes: Int
    /// How many readings were answered from memory.
    public let hits: Int
    /// How many readings went to Redis while the memory was in use.
    public let misses: Int
}
