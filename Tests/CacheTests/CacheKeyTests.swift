import Cache
import Celery
import Testing

@Suite struct CacheKeyTests {
    struct Call: Sendable, CustomTestStringConvertible {
        var prefix = "f"
        var args: [JSONValue] = []
        var kwargs: JSONObject = [:]
        var key: String

        var testDescription: String { key }
    }

    // Each key was printed by CPython 3.11 for the call `prefix(*args, **kwargs)` with the service's own expression.
    static let calls: [Call] = [
        Call(prefix: "expensive_function", args: [21], key: "expensive_function:e5be9de9f7e8"),
        Call(key: "f:0850379b1071"),
        Call(args: [nil, true, false, 0, 1, -1], key: "f:830a2f9e2630"),
        Call(args: [1, 1.0, true], key: "f:10d0d2efeab0"),
        Call(prefix: "qa", args: ["什么是 BM25?"], kwargs: ["top_k": 5], key: "qa:29668b7e7a4c"),
        Call(
            prefix: "qa",
            args: ["caf\u{E9}", "cafe\u{301}", "😀", "\u{2028}", "\u{7F}", "\0\u{1F}\t\n\r\u{8}\u{C}\"\\/"],
            key: "qa:d101f8d0f695"
        ),
        Call(
            args: [
                0.1, 1e16, 1e15, 123456789012345680.0, 1e-5, 0.0001, -0.0, .double(.leastNonzeroMagnitude),
                1.7976931348623157e308, 3.0, 1e22, 1.5e300,
            ],
            key: "f:27dbf78f5740"
        ),
        Call(args: [.double(.nan), .double(.infinity), .double(-.infinity)], key: "f:84e8e1c02e0c"),
        Call(
            args: [
                9_223_372_036_854_775_807, -9_223_372_036_854_775_808, .bigInteger("9223372036854775808"),
                .bigInteger("-9223372036854775809"), .bigInteger("1000000000000000000000000000000"),
                .bigInteger("-10000000000000000000000000000000000000000"),
            ],
            key: "f:57d970e97cd6"
        ),
        Call(
            args: [["b": 1, "a": ["z": [], "y": [:]], "B": nil, "_": 2, "": 3]],
            kwargs: ["zeta": 1, "alpha": [["d": 1, "c": 2]]],
            key: "f:8f0e0c597993"
        ),
        // Sorted by code points: U+FFFF comes before U+1F600, unlike in UTF-16.
        Call(
            args: [["é": 1, "z": 2, "中": 3, "\u{FFFF}": 4, "😀": 5, "a": 6, "ａ": 7]],
            key: "f:59f3a6393603"
        ),
        Call(args: [[1, [2, [3]]], [], [[]]], key: "f:108e91867399"),
        Call(kwargs: ["pdf_id": "a", "max_tokens": 512, "overlap": 50], key: "f:e5debfc4cba1"),
        Call(prefix: "pdf:a:b", args: ["x"], key: "pdf:a:b:ea45b399b9aa"),
    ]

    @Test(arguments: calls)
    func `a call has the key that Python gives it`(_ call: Call) {
        #expect(CacheKey(prefix: call.prefix, args: call.args, kwargs: call.kwargs).rawValue == call.key)
    }

    @Test func `the order of keyword arguments does not matter and everything else does`() {
        let key = CacheKey(prefix: "f", args: [1], kwargs: ["a": 1, "b": 2])
        #expect(key == CacheKey(prefix: "f", args: [1], kwargs: ["b": 2, "a": 1]))
        #expect(key != CacheKey(prefix: "g", args: [1], kwargs: ["a": 1, "b": 2]))
        #expect(key != CacheKey(prefix: "f", args: [1.0], kwargs: ["a": 1, "b": 2]))
        #expect(key != CacheKey(prefix: "f", args: ["1"], kwargs: ["a": 1, "b": 2]))
        #expect(key != CacheKey(prefix: "f", args: [1, ["a": 1, "b": 2]]))
    }

    @Test func `an escaped text has a backslash before each character with a meaning`() {
        #expect(CacheKey.escapedForPattern("报告-1[a]*?^\\") == "报告\\-1\\[a\\]\\*\\?\\^\\\\")
        #expect(CacheKey.escapedForPattern("pdf:123:x_y") == "pdf:123:x_y")
    }
}
