import Testing

@testable import Celery

/// What does not need the package trait `YAML`.
@Suite struct YAMLScalarTests {
    @Test func `without the trait YAML is refused by name`() throws {
        guard !Serializer.yaml.isAvailable else { return }
        let reading = #expect(throws: ContentError.self) { try Serializer.yaml.decode([0x61]) }
        let writing = #expect(throws: ContentError.self) { try Serializer.yaml.encode("a") }
        for error in [reading, writing] {
            #expect(error?.code == .notAvailable)
            #expect(error?.problem.hasSuffix("this program was built without the package trait YAML") == true)
        }
    }

    @Test(
        arguments: [
            ("yes", .bool(true)), ("OFF", .bool(false)), ("yEs", .text), ("~", .null), ("", .null), ("1", .int),
            ("010", .int),
            ("08", .text), ("0x1F", .int), ("0o7", .text), ("1:30", .int), ("1:60", .text), ("1e5", .text),
            ("1.0e5", .text),
            ("1.0e+5", .float), (".5", .float), ("+.5", .text), ("1.", .float), (".", .text), ("-.inf", .float),
            ("2026-01-02", .timestamp), ("2026-1-2", .text), ("2026-1-2 3:04:05", .timestamp), ("<<", .merge),
            ("=", .value),
        ] as [(String, YAMLScalar.Kind)]
    )
    func `plain scalars have the types of YAML 1.1`(text: String, kind: YAMLScalar.Kind) {
        #expect(YAMLScalar.kind(of: text) == kind)
    }
}

@Suite(.enabled(if: Serializer.yaml.isAvailable, "needs the package trait YAML"))
struct YAMLTests {
    private static func decode(_ text: String) throws -> JSONValue {
        try Serializer.yaml.decode(Array(text.utf8))
    }

    @Test func `documents are read as Python's safe_load reads them`() throws {
        let cases = try #require(try Fixture.json("yaml-reads.json").arrayValue)
        #expect(cases.count > 250)
        for testCase in cases {
            let text = try #require(testCase[0]?.stringValue)
            let expected = testCase[1]?[0].map { [$0] }
            let read = try? [Self.decode(text)]
            #expect(read?.first?.isNaN == expected?.first?.isNaN, "\(testCase)")
            if expected?.first?.isNaN != true { #expect(read == expected, "\(testCase)") }
        }
    }

    @Test func `values are written as Python's safe_dump writes them, and read again`() throws {
        let cases = try #require(try Fixture.json("yaml-dumps.json").arrayValue)
        #expect(cases.count > 200)
        for testCase in cases {
            let value = try #require(testCase[0])
            let text = try #require(testCase[1]?.stringValue)
            #expect(String(decoding: try Serializer.yaml.encode(value), as: UTF8.self) == text)
            #expect(try Self.decode(text) == value, "\(text)")
        }
    }

    @Test func `bytes and times survive`() throws {
        let value: JSONValue = [
            ["__type__": "bytes", "__value__": "a\n"], ["__type__": "base64", "__value__": "AP8="],
            ["__type__": "datetime", "__value__": "2026-01-02T03:04:05.000006+05:30"],
            ["__type__": "datetime", "__value__": "2026-01-02T00:00:00"],
            ["__type__": "date", "__value__": "2026-01-02"],
            ["k": ["__type__": "bytes", "__value__": ""]],
        ]
        #expect(try Serializer.yaml.decode(Serializer.yaml.encode(value)) == value)
    }

    @Test(arguments: ["uuid", "decimal", "time"])
    func `what safe_dump refuses is refused`(type: String) {
        let value: JSONValue = ["__type__": .string(type), "__value__": "01:02:03"]
        let error = #expect(throws: ContentError.self) { try Serializer.yaml.encode([value]) }
        #expect(error?.code == .notEncodable)
        #expect(throws: ContentError.self) { try Serializer.yaml.encode(.brokenString([0xD800])) }
    }

    @Test func `aliases cannot stand for more than there is room for`() throws {
        var text = "- &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "- &a\(level) [\(aliases)]\n"
        }
        let error = #expect(throws: ContentError.self) { try Self.decode(text) }
        #expect(error?.code == .tooLarge)
        let keys = text.replacing("[", with: "{").replacing("]", with: ": 1}").replacing(", ", with: ": 1, ")
        #expect(throws: ContentError.self) { try Self.decode(keys) }
        let merges = "- &a0 {x: 1}\n" + (1...60).map { "- &a\($0) {<<: [*a\($0 - 1), *a\($0 - 1)]}\n" }.joined()
        #expect(throws: ContentError.self) { try Self.decode(merges) }
    }

    @Test func `nesting is bounded`() throws {
        let deep = JSONValue.maximumDepth
        #expect(throws: Never.self) {
            try Self.decode(String(repeating: "[", count: deep) + String(repeating: "]", count: deep))
        }
        #expect(throws: ContentError.self) {
            try Self.decode(String(repeating: "[", count: deep + 1) + String(repeating: "]", count: deep + 1))
        }
        #expect(throws: ContentError.self) { try Self.decode(String(repeating: "[", count: 200_000)) }
        #expect(throws: ContentError.self) { try Self.decode(String(repeating: "- ", count: 200_000)) }
        var chain = "- &a0 [x]\n"
        for level in 1...600 { chain += "- &a\(level) [*a\(level - 1)]\n" }
        #expect(throws: ContentError.self) { try Self.decode(chain) }
    }

    @Test func `errors show the place and nothing of the document`() throws {
        for text in ["secret: secret: secret", "!secret secret", "secret: !<secret> secret", "&secret [*hidden]"] {
            let error = #expect(throws: ContentError.self) { try Self.decode(text) }
            #expect(error?.problem.contains("secret") == false, "\(error?.problem ?? "")")
        }
        let error = #expect(throws: ContentError.self) { try Self.decode("a: 1\nb: [1\n") }
        #expect(error?.problem.contains("line 3") == true, "\(error?.problem ?? "")")
    }

    @Test func `random documents are an error or a value`() throws {
        var generator = SeededGenerator(state: 59)
        let characters = Array("ab1 \n\t-?:,[]{}#&*!|>'\"%@`~=<.0\u{85}\u{FEFF}é")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 1...30, using: &generator)).map { _ in
                    characters.randomElement(using: &generator) ?? " "
                }
            )
            _ = try? Self.decode(text)
        }
        for _ in 0..<5_000 {
            let length = Int.random(in: 0...40, using: &generator)
            _ = try? Serializer.yaml.decode((0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
    }
}

extension JSONValue {
    /// Whether this is, or is a list of, what is unlike itself.
    fileprivate var isNaN: Bool {
        switch self {
        case .double(let number): number.isNaN
        case .array(let elements): elements.contains { $0.isNaN }
        default: false
        }
    }
}
