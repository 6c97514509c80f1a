import Cache
import Celery
import Foundation
import Redis
import Testing

/// What Python's redis-py and json write and read.
@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(2)))
struct CacheInteropTests {
    /// A Python with the package `redis`.
    static let python = ProcessInfo.processInfo.environment["INTEROP_PYTHON"]

    static let values: [(value: JSONValue, text: String)] = [
        (nil, "null"),
        (true, "true"),
        (.bigInteger("100000000000000000000000"), "100000000000000000000000"),
        (1e16, "1e+16"),
        (0.1, "0.1"),
        (3.0, "3.0"),
        (.double(.nan), "NaN"),
        ("什么是 \"BM25\"?\n\u{1F600}\u{7F}", "\"什么是 \\\"BM25\\\"?\\n\u{1F600}\u{7F}\""),
        ([], "[]"),
        ([1, [2, [:]]], "[1, [2, {}]]"),
        (["b": 1, "a": ["é": nil]], "{\"b\": 1, \"a\": {\"é\": null}}"),
    ]

    @Test func `values are stored byte for byte as Python stores them`() async throws {
        try await withCache { _, redis, cache in
            for (value, text) in Self.values {
                try await cache.set("key", value)
                #expect(try await redis.send(["GET", "key"]).string == text)
            }
        }
    }

    @Test(.enabled(if: python != nil))
    func `Python reads what Swift stores`() async throws {
        try await withCache { server, _, cache in
            for (index, entry) in Self.values.enumerated() {
                try await cache.set("swift:\(index)", entry.value, ttl: .seconds(60))
            }
            let double = cache.caching(prefix: "expensive_function") { (x: Int) in x * 2 }
            #expect(try await double(21) == 42)
            try await runPython(
                """
                for index in range(\(Self.values.count)):
                    text = client.get(f"swift:{index}")
                    assert json.dumps(json.loads(text), ensure_ascii=False) == text, index
                    assert 0 < client.ttl(f"swift:{index}") <= 60

                calls = []

                @cached(ttl=60)
                def expensive_function(x):
                    calls.append(x)
                    return x * 2

                assert expensive_function(21) == 42
                assert calls == []
                assert expensive_function(22) == 44
                assert calls == [22]
                """,
                server
            )
            // And the other way round: Python's result is a hit here.
            let never = cache.caching(prefix: "expensive_function") { (x: Int) in -x }
            #expect(try await never(22) == 44)
        }
    }

    @Test(.enabled(if: python != nil))
    func `Swift reads what Python stores`() async throws {
        try await withCache { server, _, cache in
            try await runPython(
                """
                value = {
                    "text": "什么是 BM25?\\u2028", "numbers": [1, 2.5, 10**30, -0.0, 1e300, float("inf")],
                    "nothing": None, "nested": {"z": [], "a": {}}, "yes": True, "broken": "\\ud800",
                }
                client.setex("python", 60, json.dumps(value))
                del value["broken"]
                client.set("unicode", json.dumps(value, ensure_ascii=False))
                """,
                server
            )
            var expected: JSONObject = [
                "text": "什么是 BM25?\u{2028}",
                "numbers": [
                    1, 2.5, .bigInteger("1000000000000000000000000000000"), -0.0, 1e300, .double(.infinity),
                ],
                "nothing": nil, "nested": ["z": [], "a": [:]], "yes": true,
            ]
            #expect(try await cache.get("unicode") == .object(expected))
            expected["broken"] = .brokenString([0xD800])
            #expect(try await cache.get("python") == .object(expected))
        }
    }

    @Test(.enabled(if: python != nil), arguments: ["client.delete('key')", "client.set('key', '2')"])
    func `what Python changes is not answered from memory`(change: String) async throws {
        try await withCache(memory: .patient) { server, _, cache in
            try await cache.set("key", 1)
            try await eventually {
                _ = try await cache.get("key")
                return cache.memoryStatistics?.hits != 0
            }
            try await runPython(change, server)
            let expected: JSONValue? = change.contains("delete") ? nil : 2
            try await eventually { try await cache.get("key") == expected }
        }
    }

    // `cached` is the service's own decorator.
    private func runPython(_ script: String, _ server: RedisServer) async throws {
        let prelude = """
            import functools, hashlib, json, redis
            client = redis.Redis(host="\(server.host)", port=\(server.port), db=0, decode_responses=True)

            def cached(ttl=300, key_prefix=""):
                def decorator(func):
                    @functools.wraps(func)
                    def wrapper(*args, **kwargs):
                        text = json.dumps([args, kwargs], sort_keys=True, ensure_ascii=False)
                        key = f"{key_prefix or func.__name__}:{hashlib.md5(text.encode()).hexdigest()[:12]}"
                        value = client.get(key)
                        if value is not None:
                            return json.loads(value)
                        result = func(*args, **kwargs)
                        client.setex(key, ttl, json.dumps(result, ensure_ascii=False))
                        return result
                    return wrapper
                return decorator

            """
        let python = try #require(Self.python)
        let code = prelude + script + "\nprint('all is well')\n"
        let process = try RunningProcess(executable: python, arguments: ["-X", "utf8", "-c", code])
        #expect(await process.says("all is well"), "\(process.output)")
        await process.waitUntilEnded()
    }
}
