import Testing

@testable import Celery

@Suite struct MessagePackTests {
    @Test func `values are written as Python writes them, and read again`() throws {
        let cases = try #require(try Fixture.json("msgpack-cases.json").arrayValue)
        #expect(cases.count > 400)
        for testCase in cases {
            let value = try #require(testCase[0])
            guard let bytes = testCase[1]?.hexadecimalBytes else {
                let error = #expect(throws: ContentError.self, "\(value)") { try Serializer.msgpack.encode(value) }
                #expect(error?.code == .notEncodable)
                continue
            }
            #expect(try Serializer.msgpack.encode(value) == bytes, "\(value)")
            #expect(try Serializer.msgpack.decode(bytes) == value)
        }
    }

    @Test func `what Python refuses is refused`() throws {
        for testCase in try #require(try Fixture.json("msgpack-refusals.json").arrayValue) {
            let bytes = try #require(testCase.hexadecimalBytes)
            #expect(throws: ContentError.self, "\(testCase)") { try Serializer.msgpack.decode(bytes) }
        }
        // Extensions that are no time stamps.
        #expect(throws: ContentError.self) { try Serializer.msgpack.decode([0xD4, 0x05, 0x00]) }
        #expect(throws: ContentError.self) { try Serializer.msgpack.decode([0xC7, 0x02, 0xFF, 0x00, 0x00]) }
        #expect(throws: ContentError.self) {
            try Serializer.msgpack.decode([0xC7, 12, 0xFF] + [UInt8](repeating: 127, count: 12))
        }
    }

    @Test(
        arguments: [
            ([0xCA, 0x3F, 0x80, 0, 0], 1.0), ([0xCC, 0x07], 7), ([0xD3, 0, 0, 0, 0, 0, 0, 0, 5], 5),
            ([0xDC, 0, 1, 0xC0], [nil]), ([0xDF, 0, 0, 0, 1, 0xA1, 0x61, 1], ["a": 1]), ([0xD9, 1, 0x61], "a"),
        ] as [([UInt8], JSONValue)]
    )
    func `longer forms than needed are read`(bytes: [UInt8], value: JSONValue) throws {
        #expect(try Serializer.msgpack.decode(bytes) == value)
    }

    @Test(arguments: [0xFFFF, 0x1_0000])
    func `large collections have larger counts`(count: Int) throws {
        let array = JSONValue.array(Array(repeating: .null, count: count))
        let object = JSONValue.object(JSONObject(pairs: (0..<count).map { (String($0), .integer($0)) }))
        let text = JSONValue.string(String(repeating: "x", count: count))
        let data = JSONValue.tagged(bytes: [UInt8](repeating: 0xFF, count: count))
        let long = count > 0xFFFF
        let kinds: [(JSONValue, UInt8)] = [
            (array, long ? 0xDD : 0xDC), (object, long ? 0xDF : 0xDE), (text, long ? 0xDB : 0xDA),
            (data, long ? 0xC6 : 0xC5),
        ]
        for (value, kind) in kinds {
            let bytes = try Serializer.msgpack.encode(value)
            #expect(bytes.first == kind)
            #expect(try Serializer.msgpack.decode(bytes) == value)
        }
    }

    @Test func `nesting is bounded`() throws {
        let depth = JSONValue.maximumDepth
        #expect(throws: Never.self) {
            try Serializer.msgpack.decode([UInt8](repeating: 0x91, count: depth) + [0xC0])
        }
        #expect(throws: ContentError.self) {
            try Serializer.msgpack.decode([UInt8](repeating: 0x91, count: depth + 1) + [0xC0])
        }
        #expect(throws: ContentError.self) {
            try Serializer.msgpack.decode([UInt8](repeating: 0x91, count: 1 << 20))
        }
    }

    @Test func `random bytes are an error or a value`() throws {
        var generator = SeededGenerator(state: 47)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...40, using: &generator)
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            guard let value = try? Serializer.msgpack.decode(bytes) else { continue }
            // What was read can be written, but for a text that looks like one of kombu's tags.
            _ = try? Serializer.msgpack.encode(value)
        }
    }

    @Test func `damaged values are an error or a value`() throws {
        let cases = try #require(try Fixture.json("msgpack-cases.json").arrayValue)
        var generator = SeededGenerator(state: 53)
        for testCase in cases {
            guard var bytes = testCase[1]?.hexadecimalBytes, !bytes.isEmpty else { continue }
            for _ in 0..<20 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
                _ = try? Serializer.msgpack.decode(bytes)
            }
        }
    }
}
