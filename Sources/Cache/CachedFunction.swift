internal import Celery

/// A function whose results are cached: called like the function itself.
public struct CachedFunction<each Argument: Encodable & Sendable, Value: Codable & Sendable>: Sendable {
    private let cache: CacheService
    private let prefix: String
    private let ttl: Duration?
    // Concurrent: the compiler (6.3) crashes on a function of a parameter pack that runs where its caller does.
    private let function: @concurrent @Sendable (repeat each Argument) async throws -> Value

    init(
        cache: CacheService,
        prefix: String,
        ttl: Duration?,
        function: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Value
    ) {
        self.cache = cache
        self.prefix = prefix
        self.ttl = ttl
        self.function = function
    }

    /// Gives the cached result of a call, or makes the call and caches its result.
    ///
    /// - Parameter argument: The function's arguments.
    /// - Returns: The result.
    /// - Throws: As ``CacheService/cached(prefix:args:kwargs:ttl:_:)``.
    public func callAsFunction(_ argument: repeat each Argument) async throws -> Value {
        let args = try arguments(repeat each argument)
        return try await cache.cached(prefix: prefix, args: args, ttl: ttl) {
            try await function(repeat each argument)
        }
    }

    /// The key under which the result of a call is cached, such as for deleting it.
    ///
    /// - Parameter argument: The function's arguments.
    /// - Returns: The key.
    /// - Throws: ``CacheError``, with the code `unencodable` when JSON cannot hold an argument.
    public func key(_ argument: repeat each Argument) throws(CacheError) -> CacheKey {
        CacheKey(prefix: prefix, args: try arguments(repeat each argument))
    }

    private func arguments(_ argument: repeat each Argument) throws(CacheError) -> [JSONValue] {
        var args: [JSONValue] = []
        for argument in repeat each argument {
            args.append(try cache.encoded(argument, for: .cached))
        }
        return args
    }
}
