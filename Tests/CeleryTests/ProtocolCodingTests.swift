import Celery
import Foundation
import Testing

@Suite struct ProtocolCodingTests {
    private struct Page: Codable, Hashable {
        enum Kind: String, Codable { case text, image }
        var number: Int
        var text: String
        var kind: Kind?
        var boxes: [[Double]]
    }

    private struct Everything: Codable, Equatable {
        var bool = true
        var int8 = Int8.min
        var uint64 = UInt64.max
        var int128 = Int128.min
        var float: Float = 0.1
        var double = 1e16
        var text = "中文 \u{1F600}"
        var some: Int? = 5
        var none: Int?
        var optionals: [Int?] = [1, nil, 3]
        var map = ["a": [1, 2]]
        var pages = [Page(number: 1, text: "x", kind: .image, boxes: [[1, 2.5], []])]
        var date = Timestamp(microseconds: 1_795_459_665_538_412).date
        var uuid = UUID(uuid: (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
        var decimal = Decimal(sign: .minus, exponent: -2, significand: 150)
        var data = Data([0x00, 0xFF])
        var textData = Data("txt".utf8)
        var url = URL(string: "https://example.org/a?b=c")
        var json: JSONValue = ["k": [1, 1.0, nil, .bigInteger("99999999999999999999")]]
        var object: JSONObject = ["z": 1, "a": 2]
        var result: Result = .value(3)
        enum Result: Codable, Equatable { case value(Int), nothing }
    }

    private func encode(_ value: some Encodable) throws -> JSONValue { try JSONValueEncoder().encode(value) }

    private func decode<T: Decodable>(_ type: T.Type, _ value: JSONValue) throws -> T {
        try JSONValueDecoder().decode(type, from: value)
    }

    @Test func `all kinds of values survive the way there and back`() throws {
        let value = Everything()
        let json = try encode(value)
        #expect(try decode(Everything.self, json) == value)
        #expect(try decode(Everything.self, JSONValue(parsing: json.serialized())) == value)
        #expect(json["uint64"] == .bigInteger("18446744073709551615"))
        #expect(json["float"] == 0.1)
        #expect(json["none"] == nil)
        #expect(json["optionals"] == [1, nil, 3])
        #expect(json["json"] == value.json)
        #expect(json["object"]?.objectValue?.keys == ["z", "a"])
        #expect(json["result"] == ["value": ["_0": 3]])
        #expect(json["url"] == "https://example.org/a?b=c")
        #expect(json["pages"]?[0]?.objectValue?.keys == ["number", "text", "kind", "boxes"])
    }

    @Test func `kombu's tags are written`() throws {
        let json = try encode(Everything())
        #expect(json["date"] == ["__type__": "datetime", "__value__": "2026-11-23T18:47:45.538412+00:00"])
        #expect(json["uuid"] == ["__type__": "uuid", "__value__": ["hex": "000102030405060708090a0b0c0d0e0f"]])
        #expect(json["decimal"] == ["__type__": "decimal", "__value__": "-1.5"])
        #expect(json["data"] == ["__type__": "base64", "__value__": "AP8="])
        #expect(json["textData"] == ["__type__": "bytes", "__value__": "txt"])
    }

    @Test func `kombu's tags are read from a captured message`() throws {
        struct Arguments: Decodable {
            var d: Decimal
            var date: Date
            var b: Data
            var bt: Data
            var t: [Int]
        }
        let envelopes = try #require(try Fixture.json("envelopes.json").arrayValue)
        let raw = try #require(envelopes.first { $0[0]?.stringValue == "publish-json-types" }?[1]?.stringValue)
        let task = try TaskMessage(Message(envelope: Array(raw.utf8)))
        #expect(try decode(UUID.self, task.args[0]).uuidString == "00000000-0000-0000-0000-000000000005")
        #expect(Timestamp(try decode(Date.self, task.args[1])).isoFormat == "2026-01-02T03:04:05.000006+00:00")
        #expect(Timestamp(try decode(Date.self, task.args[2])).isoFormat == "2026-01-02T00:00:00+00:00")
        let arguments = try decode(Arguments.self, .object(task.kwargs))
        #expect(arguments.d == Decimal(string: "1.50"))
        #expect(Timestamp(arguments.date).isoFormat == "2026-01-02T00:00:00+00:00")
        #expect(arguments.b == Data([0, 0xFF]))
        #expect(arguments.bt == Data("txt".utf8))
        #expect(arguments.t == [1, 2])
        // Untouched values keep their tags.
        #expect(try decode(JSONValue.self, task.args[0]) == task.args[0])
    }

    @Test func `plain texts and numbers stand for tagged values`() throws {
        #expect(try decode(Date.self, "1970-01-01T00:00:01Z") == Date(timeIntervalSince1970: 1))
        #expect(try decode(UUID.self, "000102030405060708090a0b0c0d0e0f") == Everything().uuid)
        #expect(try decode(UUID.self, .string(Everything().uuid.uuidString)) == Everything().uuid)
        #expect(try decode(Decimal.self, 3) == 3)
        #expect(try decode(Decimal.self, 0.1) == Decimal(string: "0.1"))
        #expect(
            try decode(Decimal.self, .bigInteger("99999999999999999999")) == Decimal(string: "99999999999999999999")
        )
        #expect(try decode(Double.self, 3) == 3.0)
        #expect(try decode(Double.self, .bigInteger("99999999999999999999")) == 1e20)
        #expect(try decode(UInt64.self, .bigInteger("18446744073709551615")) == UInt64.max)
    }

    private func problem<T: Decodable>(_ type: T.Type, _ value: JSONValue) -> String? {
        do {
            _ = try decode(type, value)
            return nil
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.keyNotFound(_, let context), DecodingError.dataCorrupted(let context)
        {
            let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
            return path.joined(separator: ".") + ": " + context.debugDescription
        } catch {
            return "\(error)"
        }
    }

    @Test func `values of the wrong kind are refused with their path`() {
        #expect(problem(Int.self, 1.0) == ": must be int, not float")
        #expect(problem(Int.self, true) == ": must be int, not bool")
        #expect(problem(Int.self, "1") == ": must be int, not str")
        #expect(problem(Int.self, nil) == ": must be int, not NoneType")
        #expect(problem(Int8.self, 200) == ": must be between -128 and 127")
        #expect(problem(UInt.self, -1) == ": must be between 0 and 18446744073709551615")
        #expect(problem(Int.self, .bigInteger("99999999999999999999"))?.hasPrefix(": must be between") == true)
        #expect(problem(Bool.self, 1) == ": must be bool, not int")
        #expect(problem(Double.self, "1") == ": must be float, not str")
        #expect(problem(String.self, 1) == ": must be str, not int")
        #expect(problem(String.self, .brokenString([0xD83D])) == ": must not hold lone surrogates")
        #expect(problem([Int].self, ["a": 1]) == ": must be list, not dict")
        #expect(problem([Int].self, [1, "secret"]) == "[1]: must be int, not str")
        #expect(problem([String: Int].self, [1]) == ": must be dict, not list")
        #expect(problem(Date.self, 5) == ": must be datetime, not int")
        #expect(problem(Date.self, "soon") == ": must be an ISO 8601 time")
        #expect(problem(UUID.self, "x") == ": must be a UUID")
        #expect(problem(Decimal.self, "1 apple") == ": must be a decimal number")
        #expect(problem(Data.self, "plain") == ": must be bytes, not str")
        #expect(problem(Data.self, ["__type__": "base64", "__value__": "?"]) == ": must be Base64")
        let page: JSONValue = ["number": 1, "text": "t", "boxes": [[1, 2], [3, nil]]]
        #expect(problem([Page].self, [page]) == "[0].boxes.[1].[1]: must be float, not NoneType")
        #expect(problem([Page].self, [["number": 1]]) == "[0]: lacks 'text'")
    }

    @Test func `inheritance and nested containers are served`() throws {
        class Base: Codable {
            var name = "base"
        }
        final class Derived: Base {
            var extra = 1
            enum CodingKeys: String, CodingKey { case extra, inner, list }
            enum Inner: String, CodingKey { case value }
            override init() { super.init() }
            required init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                extra = try container.decode(Int.self, forKey: .extra)
                let inner = try container.nestedContainer(keyedBy: Inner.self, forKey: .inner)
                #expect(try inner.decode(String.self, forKey: .value) == "v")
                var list = try container.nestedUnkeyedContainer(forKey: .list)
                #expect(list.count == 4)
                #expect(try list.decode(Int.self) == 1)
                #expect(try list.decodeNil())
                var nested = try list.nestedUnkeyedContainer()
                #expect(try nested.decode(String.self) == "n")
                #expect(nested.isAtEnd)
                #expect(throws: DecodingError.self) { try nested.decode(String.self) }
                #expect(try list.nestedContainer(keyedBy: Inner.self).decode(Bool.self, forKey: .value))
                try super.init(from: container.superDecoder())
            }
            override func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(extra, forKey: .extra)
                var inner = container.nestedContainer(keyedBy: Inner.self, forKey: .inner)
                try inner.encode("v", forKey: .value)
                var list = container.nestedUnkeyedContainer(forKey: .list)
                try list.encode(1)
                try list.encodeNil()
                var nested = list.nestedUnkeyedContainer()
                try nested.encode("n")
                var keyed = list.nestedContainer(keyedBy: Inner.self)
                try keyed.encode(true, forKey: .value)
                try super.encode(to: container.superEncoder())
            }
        }
        let value = Derived()
        value.extra = 7
        value.name = "changed"
        let json = try encode(value)
        let expected: JSONValue = [
            "extra": 7, "inner": ["value": "v"], "list": [1, nil, ["n"], ["value": true]], "super": ["name": "changed"],
        ]
        #expect(json == expected)
        let copy = try decode(Derived.self, json)
        #expect(copy.extra == 7)
        #expect(copy.name == "changed")
    }

    @Test func `values that write nothing or one thing`() throws {
        struct Empty: Codable {}
        #expect(try encode(Empty()) == [:])
        #expect(try encode([Int]()) == [])
        #expect(try encode([String: Int]()) == [:])
        #expect(try encode(Int?.none) == nil)
        #expect(try encode("text") == "text")
        #expect(try encode(UInt8(3)) == 3)
        #expect(try encode(TaskID("i")) == "i")
        #expect(try decode(TaskState.self, "SUCCESS") == .success)
        #expect(try decode(Int?.self, nil) == nil)
        #expect(try decode(Int?.self, 3) == 3)
        #expect(try decode(JSONValue?.self, "x") == "x")
        #expect(try decode([String?].self, ["a", nil]) == ["a", nil])
        #expect(try decode([Int: String].self, encode([1: "a"])) == [1: "a"])
    }

    @Test func `JSON values pass through Foundation's coders`() throws {
        let value: JSONValue = ["a": [1, 2.5, "x", nil, true], "b": ["c": -1]]
        let data = try JSONEncoder().encode(value)
        #expect(try JSONDecoder().decode(JSONValue.self, from: data) == value)
        #expect(try JSONValue(parsing: Array(data)) == value)
    }
}
