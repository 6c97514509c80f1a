import Celery
import Foundation
import Testing

@Suite struct ProtocolJSONTests {
    @Test func `every text is read and written as by Python`() throws {
        let cases = try #require(try Fixture.json("json-cases.json").arrayValue)
        #expect(cases.count > 1000)
        for testCase in cases {
            let source = try #require(testCase[0]?.hexadecimalBytes)
            let shown = String(decoding: source.prefix(200), as: UTF8.self)
            guard let expected = testCase[1]?.stringValue else {
                #expect(throws: JSONError.self, "\(shown)") { try JSONValue(parsing: source) }
                continue
            }
            guard let value = try? JSONValue(parsing: source) else {
                Issue.record("refused: \(shown)")
                continue
            }
            #expect(value.jsonText(.python) == expected)
            #expect(value.jsonText(.python.sorted) == testCase[3]?.stringValue)
            if let unicode = testCase[2]?.hexadecimalBytes {
                #expect(value.serialized(.pythonUnicode) == unicode)
            }
        }
    }

    @Test func `what is written reads back equal`() throws {
        var generator = SeededGenerator(state: 7)
        for _ in 0..<2_000 {
            let value = JSONValue.random(using: &generator, depth: 0)
            for style in [JSONStyle.python, .pythonUnicode, .compact, .python.sorted] {
                #expect(try JSONValue(parsing: value.serialized(style)) == value)
            }
        }
    }

    @Test func `random bytes are a value or an error`() {
        var generator = SeededGenerator(state: 11)
        let alphabet = Array(#"{}[]",:\u0dDeE.-+ 19ntrufalsNI"#.utf8) + [0, 0x1F, 0x80, 0xC3, 0xA9, 0xF0, 0xFF]
        var values = 0
        for _ in 0..<50_000 {
            let length = Int.random(in: 0...24, using: &generator)
            let bytes = (0..<length).compactMap { _ in alphabet.randomElement(using: &generator) }
            if let value = try? JSONValue(parsing: bytes) {
                values += 1
                #expect((try? JSONValue(parsing: value.serialized())) != nil)
            }
        }
        #expect(values > 0)
    }

    @Test func `every prefix of a text is refused`() throws {
        let text = Array(#"{"a": [1.5e3, "\ud83d\ude00", {"b": null}], "é": -12}"#.utf8)
        _ = try JSONValue(parsing: text)
        for length in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text[..<length])) }
        }
    }

    @Test func `nesting is limited`() throws {
        let allowed = JSONValue.maximumDepth
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(try JSONValue(parsing: nested(allowed)).serialized() == nested(allowed))
        for depth in [allowed + 1, 1_000_000] {
            let error = #expect(throws: JSONError.self) { try JSONValue(parsing: nested(depth)) }
            #expect(error?.code == .tooDeep)
        }
        let unclosed = Array(String(repeating: #"{"a":["#, count: 500_000).utf8)
        #expect(throws: JSONError.self) { try JSONValue(parsing: unclosed) }
    }

    @Test func `the deepest value fits a small stack`() async throws {
        // Optimized code needs less than 128 KB; the smallest stacks (of secondary threads on macOS) have 512 KB.
        let finished = await withCheckedContinuation { continuation in
            let thread = Thread {
                let half = JSONValue.maximumDepth / 2
                let text = String(repeating: #"{"a":["#, count: half) + String(repeating: "]}", count: half)
                let value = try? JSONValue(parsing: text)
                let copy = value.flatMap { try? JSONValue(parsing: $0.serialized(.python.sorted)) }
                continuation.resume(returning: value != nil && value == copy && value?.hashValue == copy?.hashValue)
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        #expect(finished)
    }

    @Test func `errors name the fault and its place`() {
        func failure(_ text: String) -> JSONError? {
            #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        }
        #expect(failure(#"{"a": secret}"#)?.description == "expected a value at byte 6")
        #expect(failure(#"["secret", ]"#)?.description == "expected a value at byte 11")
        #expect(failure(#"1 secret"#)?.description == "extra data behind the value at byte 2")
        #expect(failure(#"{"a\ud83d": 1}"#)?.code == .brokenKey)
        let invalid = #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
        #expect(invalid?.code == .invalidUTF8)
    }

    @Test func `lone surrogates are kept`() throws {
        let value = try JSONValue(parsing: #""a\ud83d\u00e9""#)
        #expect(value == .brokenString([0x61, 0xD83D, 0xE9]))
        #expect(value.stringValue == nil)
        #expect(value.jsonText(.pythonUnicode) == #""a\ud83dé""#)
        #expect(JSONValue.brokenString([0xD83D, 0xDE00]).jsonText(.pythonUnicode) == "\"😀\"")
    }

    @Test func `integers and floats stay apart`() throws {
        #expect(try JSONValue(parsing: "1") == .integer(1))
        #expect(try JSONValue(parsing: "1.0") == .double(1))
        #expect(JSONValue.integer(1) != .double(1))
        #expect(try JSONValue(parsing: "9223372036854775808") == .bigInteger("9223372036854775808"))
    }

    @Test func `keys that Swift calls equal are two keys`() {
        let object: JSONObject = ["\u{E9}": 1, "e\u{301}": 2]
        #expect(object.count == 2)
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
        #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
    }

    @Test(arguments: [3, 40, 500]) func `an object keeps order through changes`(count: Int) throws {
        var object = JSONObject(pairs: (0..<count).map { ("k\($0)", .integer($0)) })
        object["k1"] = nil
        object["k0"] = "changed"
        object["new"] = 1
        object["k1"] = "back"
        object["absent"] = nil
        let expected = ["k0"] + (2..<count).map { "k\($0)" } + ["new", "k1"]
        #expect(object.keys == expected)
        #expect(object["k0"] == "changed")
        #expect(object["k\(count - 1)"] == .integer(count - 1))
        #expect(object["k\(count)"] == nil)
        #expect(try JSONValue(parsing: object.serialized()).objectValue?.keys == expected)
        #expect(JSONObject(pairs: object.reversed().map { ($0.key, $0.value) }) == object)
        #expect(Set([object, JSONObject(pairs: object.reversed().map { ($0.key, $0.value) })]).count == 1)
    }

    @Test func `the interchange style has no NaN`() {
        let value: JSONValue = [.double(.nan), .double(-.infinity), 1.5, "é"]
        #expect(value.jsonText(.interchange) == #"[null,null,1.5,"é"]"#)
        #expect(value.jsonText(.compact) == #"[NaN,-Infinity,1.5,"é"]"#)
    }

    @Test func `accessors give nil for other kinds`() {
        let value: JSONValue = ["list": [1, "two", 3.5], "flag": true, "nothing": nil]
        #expect(value["list"]?[0]?.intValue == 1)
        #expect(value["list"]?[0]?.doubleValue == 1)
        #expect(value["list"]?[1]?.stringValue == "two")
        #expect(value["list"]?[1]?.intValue == nil)
        #expect(value["list"]?[2]?.intValue == nil)
        #expect(value["list"]?[3] == nil)
        #expect(value["list"]?[-1] == nil)
        #expect(value["flag"]?.boolValue == true)
        #expect(value["nothing"]?.isNull == true)
        #expect(value["missing"] == nil)
    }
}

extension JSONValue {
    static func random(using generator: inout SeededGenerator, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth < 4 ? 10 : 7), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(Int(bitPattern: UInt(truncatingIfNeeded: generator.next())))
        case 3:
            let value = Double(bitPattern: generator.next())
            return .double(value.isNaN ? 0.5 : value)
        case 4: return .bigInteger("1" + String(generator.next()) + String(generator.next()))
        case 5, 6:
            let units = (0..<Int.random(in: 0..<20, using: &generator)).map { _ in
                UInt16(truncatingIfNeeded: generator.next() >> (Bool.random(using: &generator) ? 9 : 0))
            }
            return text(units)
        case 7, 8:
            return .array((0..<3).map { _ in random(using: &generator, depth: depth + 1) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<50, using: &generator) {
                let key = String(generator.next() % 60)
                object[key] = random(using: &generator, depth: depth + 2)
            }
            return .object(object)
        }
    }

    private static func text(_ units: [UInt16]) -> JSONValue {
        let text = String(decoding: units, as: UTF16.self)
        return Array(text.utf16) == units ? .string(text) : .brokenString(units)
    }
}
