import Celery
import Foundation
import Testing

@Suite struct ProtocolArgumentTests {
    private struct SplitText: TaskParameters, Equatable {
        static let taskName = "pdf.split_text"
        typealias Output = [String]

        var pages: [String]
        var maxWords: Int?

        enum CodingKeys: String, CodingKey {
            case pages
            case maxWords = "max_words"
        }
    }

    /// `process(path, size=150, tags=None)` with a default other than None.
    private struct Process: TaskParameters {
        static let taskName = "process"
        var path: String
        var size: Int
        var tags: [String]?

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            path = try container.decode(String.self, forKey: .path)
            size = try container.decodeIfPresent(Int.self, forKey: .size) ?? 150
            tags = try container.decodeIfPresent([String].self, forKey: .tags)
        }
    }

    private func message(_ body: () throws -> some Any) -> String? {
        do {
            _ = try body()
            return nil
        } catch let error as ArgumentError {
            #expect(PythonException(error).message == error.description)
            return error.description
        } catch {
            return "not an argument error: \(error)"
        }
    }

    // The functions of make_python_cases.py.
    private struct None: TaskParameters { static let taskName = "tasks.none" }
    private struct One: TaskParameters {
        static let taskName = "tasks.one"
        var a: JSONValue
    }
    private struct Two: TaskParameters {
        static let taskName = "tasks.two"
        var a: JSONValue
        var b: JSONValue
    }
    private struct Three: TaskParameters {
        static let taskName = "tasks.three"
        var a: JSONValue
        var b: JSONValue
        var c: JSONValue
    }
    private struct Optional: TaskParameters {
        static let taskName = "optional"
        var a: JSONValue?
    }
    private struct Mixed: TaskParameters {
        static let taskName = "some.tasks.mixed"
        var a: JSONValue
        var b: JSONValue?
        var c: JSONValue?
    }
    private struct Pair: TaskParameters {
        static let taskName = "pair"
        var a: JSONValue
        var b: JSONValue
        var c: JSONValue?
    }

    private struct Four: TaskParameters {
        static let taskName = "four"
        var a: JSONValue
        var b: JSONValue
        var c: JSONValue
        var d: JSONValue
    }
    private struct Many: TaskParameters {
        static let taskName = "many"
        var a: JSONValue
        var b: JSONValue
        var c: JSONValue
        var d: JSONValue?
        var e: JSONValue?
    }
    private struct Rest: TaskParameters {
        static let taskName = "rest"
        var a: JSONValue
        var b: JSONValue
        var c: JSONValue?
        var rest: RawArguments
    }

    private static let functions: [String: any TaskParameters.Type] = [
        "none": None.self, "one": One.self, "two": Two.self, "three": Three.self, "optional": Optional.self,
        "mixed": Mixed.self, "pair": Pair.self, "four": Four.self, "many": Many.self, "rest": Rest.self,
    ]

    @Test func `calls are bound and refused as by CPython`() throws {
        let cases = try #require(try Fixture.json("argument-cases.json").arrayValue)
        #expect(cases.count > 3000)
        var doublyWrong = 0
        var severalMissing = 0
        for testCase in cases {
            let type = try #require(Self.functions[testCase[0]?.stringValue ?? ""])
            let args = try #require(testCase[1]?.arrayValue)
            let kwargs = try #require(testCase[2]?.objectValue)
            let faults = try #require(testCase[3]?.intValue)
            let expected = testCase[4]?.stringValue
            let actual = message { try type.init(args: args, kwargs: kwargs) }
            #expect(actual == expected, "\(testCase)")
            doublyWrong += faults > 1 ? 1 : 0
            severalMissing += expected?.contains("arguments: '") == true ? 1 : 0
            // What `*args` took has no name.
            guard expected == nil, type != Rest.self else { continue }
            let parameters = try type.init(args: args, kwargs: kwargs)
            var bound = kwargs
            for (name, value) in zip(["a", "b", "c", "d", "e"], args) {
                bound[name] = value
            }
            #expect(try parameters.arguments() == RawArguments(kwargs: bound))
        }
        #expect(doublyWrong > 2000)
        #expect(severalMissing > 30)
    }

    @Test func `all missing arguments are named whatever their types are`() {
        struct Part: Codable {
            var name: String
            var next: [Part]
            var position: (Int, Int) { (0, 0) }
        }
        enum Color: String, Codable, CaseIterable { case red, green }
        struct All: TaskParameters {
            static let taskName = "all"
            var flag: Bool
            var small: Int8
            var wide: Int128
            var widest: UInt128
            var float: Float
            var text: String
            var list: [[Int]]
            var named: [String: Part]
            var set: Set<String>
            var part: Part
            var id: TaskID
            var date: Date
            var uuid: UUID
            var decimal: Decimal
            var data: Data
            var url: URL
            var color: Color
            var required: Int?
            var object: JSONObject
            var last: JSONValue
        }
        let names = [
            "flag", "small", "wide", "widest", "float", "text", "list", "named", "set", "part", "id", "date", "uuid",
            "decimal", "data", "url", "color", "object",
        ]
        let quoted = names.map { "'\($0)'" }.joined(separator: ", ")
        #expect(
            message { try All(args: []) } == "all() missing 19 required positional arguments: \(quoted), and 'last'"
        )
        #expect(
            message { try All(args: [], kwargs: ["last": 1, "x": 2]) } == "all() got an unexpected keyword argument 'x'"
        )
    }

    @Test func `a value that does not fit behind a missing argument does not hide others`() {
        struct Three: TaskParameters {
            static let taskName = "three"
            var a: Int
            var b: Int
            var c: [Int128]?
            var d: Int
        }
        #expect(
            message { try Three(args: [], kwargs: ["b": "wrong", "c": "wrong"]) }
                == "three() missing 2 required positional arguments: 'a' and 'd'"
        )
        #expect(
            message { try Three(args: ["wrong"], kwargs: ["a": 2]) } == "three() got multiple values for argument 'a'"
        )
        // In front of it, it is found first.
        #expect(message { try Three(args: ["wrong"]) } == "three() argument 'a' must be int, not str")
    }

    @Test func `a type without a dummy hides what is behind it`() {
        enum Color: String, Codable { case red, green }
        struct Paint: TaskParameters {
            static let taskName = "paint"
            var a: Int
            var color: Color
            var b: Int
        }
        #expect(message { try Paint(args: []) } == "paint() missing 2 required positional arguments: 'a' and 'color'")
        // The color that was given is taken.
        #expect(
            message { try Paint(args: [], kwargs: ["color": "red"]) }
                == "paint() missing 2 required positional arguments: 'a' and 'b'"
        )
        // Whether there is a parameter of this name is not known.
        #expect(
            message { try Paint(args: [], kwargs: ["x": 1]) }
                == "paint() missing 2 required positional arguments: 'a' and 'color'"
        )
        #expect(
            message { try Paint(args: [1], kwargs: ["x": 1, "a": 1]) }
                == "paint() got multiple values for argument 'a'"
        )
    }

    /// A type that never has enough.
    private final class Endless: Codable, Sendable {
        let others: [Endless]

        init(from decoder: any Decoder) throws {
            if let container = try? decoder.container(keyedBy: AnyKey.self) {
                _ = try Endless(from: container.superDecoder())
            }
            var elements = try decoder.unkeyedContainer()
            var others: [Endless] = []
            while let other = try? elements.decode(Endless.self) {
                others.append(other)
            }
            self.others = others
        }
    }

    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    @Test func `types without an end end the search`() {
        struct Holder: TaskParameters {
            static let taskName = "hold"
            var a: Int
            var endless: Endless
            var b: Int
        }
        #expect(message { try Holder(args: []) } == "hold() missing 2 required positional arguments: 'a' and 'endless'")
    }

    @Test func `a written initializer tells its parameters by what it does`() {
        struct Written: TaskParameters {
            static let taskName = "written"
            var size: Int

            enum CodingKeys: CodingKey { case kind, size, parts, pair, note, unit }
            enum PartKeys: CodingKey { case name }
            struct Refused: Error {}

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                let isNone = try container.decodeNil(forKey: .kind)
                size = try container.decodeIfPresent(Int.self, forKey: .size) ?? 150
                let part = try container.nestedContainer(keyedBy: PartKeys.self, forKey: .parts)
                _ = try part.decode(String.self, forKey: .name)
                var pair = try container.nestedUnkeyedContainer(forKey: .pair)
                _ = (try pair.decode(Int.self), try pair.decode(Int128.self))
                // Need not be given although it is asked for like one that must.
                _ = try? container.decode(String.self, forKey: .note)
                if size == 0 { throw Refused() }
                if !isNone { _ = try container.decode(Int.self, forKey: .unit) }
            }

            func encode(to encoder: any Encoder) throws {}
        }
        #expect(
            message { try Written(args: []) }
                == "written() missing 4 required positional arguments: 'kind', 'parts', 'pair', and 'note'"
        )
        let full: JSONObject = ["parts": ["name": "n"], "pair": [1, 2]]
        #expect(message { try Written(args: [nil], kwargs: full) } == nil)
        #expect(
            message { try Written(args: [nil, 0], kwargs: full) }?.hasPrefix("not an argument error: Refused") == true
        )
        var other = full
        other["kind"] = 1
        #expect(
            message { try Written(args: [], kwargs: other) }
                == "written() missing 2 required positional arguments: 'note' and 'unit'"
        )
    }

    @Test func `properties are asked for in the order of declaration`() throws {
        // The compiler does so without promising it; everything about positional arguments rests on it.
        struct Many: TaskParameters {
            static let taskName = "many"
            var zulu: Int
            var alpha: String
            var mike: [Int]
            var bravo: Bool?
            var yankee: Double?
            var charlie: JSONValue
            var xray: String?
        }
        let many = try Many(args: [1, "two", [3], true, 5.5, nil, "seven"])
        #expect(many.zulu == 1)
        #expect(many.alpha == "two")
        #expect(many.mike == [3])
        #expect(many.bravo == true)
        #expect(many.yankee == 5.5)
        #expect(many.charlie == nil)
        #expect(many.xray == "seven")
        let keys = try many.positionalArguments().args
        #expect(keys == [1, "two", [3], true, 5.5, nil, "seven"])
    }

    @Test func `names are those of the coding keys`() throws {
        #expect(try SplitText(args: [["a"]], kwargs: ["max_words": 3]) == SplitText(pages: ["a"], maxWords: 3))
        #expect(try SplitText(args: [["a"], nil]).maxWords == nil)
        #expect(try SplitText(args: [["a"]], kwargs: ["max_words": nil]).maxWords == nil)
        #expect(
            message { try SplitText(args: [["a"]], kwargs: ["maxWords": 3]) }
                == "split_text() got an unexpected keyword argument 'maxWords'"
        )
        #expect(
            message { try SplitText(args: [["a"], 3], kwargs: ["max_words": 3]) }
                == "split_text() got multiple values for argument 'max_words'"
        )
        #expect(message { try SplitText(args: []) } == "split_text() missing 1 required positional argument: 'pages'")
        #expect(
            message { try SplitText(args: [["a"], 3, 4]) }
                == "split_text() takes from 1 to 2 positional arguments but 3 were given"
        )
    }

    @Test func `a written initializer gives other defaults`() throws {
        #expect(try Process(args: ["p"]).size == 150)
        #expect(try Process(args: ["p", 3]).size == 3)
        #expect(try Process(args: ["p"], kwargs: ["tags": ["t"]]).tags == ["t"])
        #expect(
            message { try Process(args: ["p", 1, [], 4]) }
                == "process() takes from 1 to 3 positional arguments but 4 were given"
        )
    }

    @Test func `values of the wrong type are named by argument and place`() {
        #expect(message { try Process(args: [1]) } == "process() argument 'path' must be str, not int")
        #expect(
            message { try Process(args: ["p"], kwargs: ["size": 1.0]) }
                == "process() argument 'size' must be int, not float"
        )
        #expect(message { try Process(args: [nil]) } == "process() argument 'path' must be str, not NoneType")
        #expect(
            message { try Process(args: ["p", 1, ["a", 2]]) } == "process() argument 'tags[1]' must be str, not int"
        )
        struct Nested: TaskParameters {
            static let taskName = "nested"
            struct Part: Codable { var name: String }
            var parts: [Part]
        }
        #expect(
            message { try Nested(args: [[["name": 1]]]) } == "nested() argument 'parts[0].name' must be str, not int"
        )
        #expect(message { try Nested(args: [[["other": 1]]]) } == "nested() argument 'parts[0]' lacks 'name'")
        let huge = message { try Process(args: ["p", .bigInteger("99999999999999999999")]) }
        #expect(huge == "process() argument 'size' must be between -9223372036854775808 and 9223372036854775807")
    }

    @Test func `unknown cases of an enumeration are not shown`() {
        struct Colored: TaskParameters {
            static let taskName = "paint"
            enum Color: String, Codable { case red, green }
            var colors: [Color]
        }
        #expect(throws: Never.self) { try Colored(args: [["red", "green"]]) }
        let problem = message { try Colored(args: [["red", "secret"]]) }
        #expect(problem == "paint() argument 'colors[1]' is none of the values it can have")
    }

    @Test func `wrong types are TypeError and wrong values ValueError`() throws {
        let type = #expect(throws: ArgumentError.self) { try Process(args: [1]) }
        #expect(type?.pythonException.type == "TypeError")
        #expect(type?.pythonException.module == "builtins")
        let value = #expect(throws: ArgumentError.self) {
            try Process(args: ["p", .bigInteger("99999999999999999999")])
        }
        #expect(value?.pythonException.type == "ValueError")
    }

    @Test func `raw arguments take what is left`() throws {
        struct Call: TaskParameters {
            static let taskName = "call"
            var function: String
            var rest: RawArguments
        }
        let call = try Call(args: ["f", 1, 2.0], kwargs: ["x": "y"])
        #expect(call.function == "f")
        #expect(call.rest == RawArguments(args: [1, 2.0], kwargs: ["x": "y"]))
        #expect(try Call(args: [], kwargs: ["function": "g", "z": 1]).rest == RawArguments(kwargs: ["z": 1]))
        #expect(message { try Call(args: []) } == "call() missing 1 required positional argument: 'function'")
        #expect(try call.positionalArguments() == RawArguments(args: ["f", 1, 2.0], kwargs: ["x": "y"]))
    }

    @Test func `parameters become arguments`() throws {
        let full = SplitText(pages: ["a"], maxWords: 3)
        #expect(try full.arguments() == RawArguments(kwargs: ["pages": ["a"], "max_words": 3]))
        #expect(try full.arguments().kwargs.keys == ["pages", "max_words"])
        #expect(try full.positionalArguments() == RawArguments(args: [["a"], 3]))
        let short = SplitText(pages: [], maxWords: nil)
        #expect(try short.arguments() == RawArguments(kwargs: ["pages": []]))
        #expect(try short.positionalArguments() == RawArguments(args: [[]]))
        struct Gap: TaskParameters {
            static let taskName = "gap"
            var a: Int?
            var b: [Int]?
            var c: String?
            var d: Int
        }
        let gap = Gap(a: 1, b: nil, c: "c", d: 4)
        #expect(try gap.positionalArguments() == RawArguments(args: [1], kwargs: ["c": "c", "d": 4]))
        #expect(try Gap(args: [1], kwargs: ["c": "c", "d": 4]).b == nil)
    }

    @Test func `integers of every width are parameters`() throws {
        struct Wide: TaskParameters, Equatable {
            static let taskName = "wide"
            var small: Int8
            var unsigned: UInt64
            var wide: Int128
            var widest: UInt128?
            var list: [Int128]
        }
        let value = Wide(small: -1, unsigned: .max, wide: .min, widest: .max, list: [.max])
        let arguments = try value.positionalArguments()
        #expect(arguments.args.count == 5)
        #expect(try Wide(args: arguments.args) == value)
        #expect(try Wide(args: [], kwargs: value.arguments().kwargs) == value)
        let absent = Wide(small: 0, unsigned: 0, wide: 0, widest: nil, list: [])
        #expect(try absent.arguments().kwargs.keys == ["small", "unsigned", "wide", "list"])
        #expect(try Wide(args: [0, 0, 0], kwargs: ["list": []]) == absent)
    }

    @Test func `a call has the default output of any JSON`() {
        #expect(Optional.Output.self == JSONValue?.self)
        #expect(SplitText.Output.self == [String].self)
    }
}
