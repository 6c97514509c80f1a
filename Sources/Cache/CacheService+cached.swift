public import Celery

extension CacheService {
    /// Gives the cached result of a call, or makes the call and caches its result.
    ///
    /// ```swift
    /// let answer: String = try await cache.cached(prefix: "get_answer", args: [.string(question)]) {
    ///     try await model.answer(question)
    /// }
    /// ```
    ///
    /// The key is the one of the Python service's decorator of the same name, see ``CacheKey``. Unlike there, a cached
    /// `null` is a result like any other.
    ///
    /// Callers in this process who miss the same key at the same time compute once: the first one, in its own task, and
    /// the others wait for its result or its error. An error is not cached. When the first one is cancelled, the next
    /// one computes instead. Other processes compute for themselves. A call that asks for its own key waits for itself.
    ///
    /// Redis is not needed: while it is away, or refuses, each call is computed. It is waited for no longer than
    /// ``CacheConfiguration/patience``, and the log tells once of each outage.
    ///
    /// - Parameters:
    ///   - prefix: What the key begins with; Python's default is the function's name.
    ///   - args: The call's positional arguments.
    ///   - kwargs: The call's keyword arguments.
    ///   - ttl: How long the result is kept; nil is for ever.
    ///   - compute: The call.
    /// - Returns: The result.
    /// - Throws: What `compute` throws; ``CacheError`` when `ttl` is not positive or JSON cannot hold the result.
    public func cached<Value: Codable & Sendable>(
        prefix: String,
        args: [JSONValue] = [],
        kwargs: JSONObject = [:],
        ttl: Duration? = .seconds(300),
        _ compute: () async throws -> Value
    ) async throws -> Value {
        // Refused before anything is computed.
        _ = try Expiry(ttl: ttl, for: .cached)
        let key = CacheKey(prefix: prefix, args: args, kwargs: kwargs).rawValue
        if let hit = memory?.hit(for: Array(key.utf8)), let value = try? decoded(Value.self, from: hit, for: .cached) {
            return value
        }
        var own: Value?
        let shared = try await flights.value(for: Array(key.utf8)) {
            if let stored = await recall(key), let value = try? decoded(Value.self, from: stored, for: .cached) {
                own = value
                return stored
            }
            // What is stored by something else under this key counts as a miss.
            let value = try await compute()
            own = value
            let json = try encoded(value, for: .cached)
            await remember(key, json, ttl: ttl)
            return json
        }
        return try own ?? decoded(Value.self, from: shared, for: .cached)
    }

    /// Wraps a function so that its results are cached, as Python's decorator does.
    ///
    /// ```swift
    /// let answer = cache.caching(prefix: "get_answer", ttl: .seconds(60)) { (question: String) in
    ///     try await model.answer(question)
    /// }
    /// print(try await answer("什么是 BM25?"))
    /// ```
    ///
    /// - Parameters:
    ///   - prefix: What the keys begin with; Python's default is the function's name.
    ///   - ttl: How long results are kept; nil is for ever.
    ///   - function: The function. Its arguments become the positional arguments of the key.
    /// - Returns: A value that is called like the function, and calls ``cached(prefix:args:kwargs:ttl:_:)``.
    public func caching<each Argument: Encodable & Sendable, Value: Codable & Sendable>(
        prefix: String,
        ttl: Duration? = .seconds(300),
        _ function: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Value
    ) -> CachedFunction<repeat each Argument, Value> {
        CachedFunction(cache: self, prefix: prefix, ttl: ttl, function: function)
    }

    private func recall(_ key: String) async -> JSONValue? {
        await attempt(.get) { () throws(CacheError) in try await self.read(key, for: .cached) } ?? nil
    }

    private func remember(_ key: String, _ value: JSONValue, ttl: Duration?) async {
        _ = await attempt(.set) { () throws(CacheError) in try await self.set(key, value, ttl: ttl) }
    }

    // Nil when Redis is away, refuses, or takes too long.
    private func attempt<R: Sendable>(
        _ operation: CacheError.Operation,
        _ body: @escaping @Sendable () async throws(CacheError) -> R
    ) async -> R? {
        guard health.allowsAttempt else { return nil }
        let patience = configuration.patience
        let result = await withTaskGroup(of: Result<R, CacheError>?.self) { group in
            group.addTask {
                do throws(CacheError) {
                    return .success(try await body())
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                // Cancelled as soon as the other one is done.
                try? await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        // A cancelled caller says nothing about Redis.
        guard !Task.isCancelled else { return try? result?.get() }
        let message = "no answer in \(patience)"
        switch result ?? .failure(CacheError(.unavailable, operation: operation, message: message)) {
        case .success(let value):
            health.succeeded(operation)
            return value
        case .failure(let error) where error.code == .undecodable:
            // Redis answered; what is stored is to be overwritten.
            health.succeeded(operation)
            return nil
        case .failure(let error):
            health.failed(operation, error)
            return nil
        }
    }
}
