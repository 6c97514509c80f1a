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

    private static let functions: [String: any TaskParameters.Type] = [
        "none": None.self, "one": One.self, "two": Two.self, "three": Three.self, "optional": Optional.self,
        "mixed": Mixed.self, "pair": Pair.self,
    ]

    @Test func `calls are bound and refused as by CPython`() throws {
        let cases = try #require(try Fixture.json("argument-cases.json").arrayValue)
        #expect(cases.count > 1000)
        var compared = 0
        for testCase in cases {
            let type = try #require(Self.functions[testCase[0]?.stringValue ?? ""])
            let args = try #require(testCase[1]?.arrayValue)
            let kwargs = try #require(testCase[2]?.objectValue)
            let faults = try #require(testCase[3]?.intValue)
            let expected = testCase[4]?.stringValue
            let actual = message { try type.init(args: args, kwargs: kwargs) }
            // A call that is wrong in two ways is refused for one of them, not always for CPython's.
            if faults <= 1 {
                compared += 1
                #expect(actual == expected, "\(testCase)")
            } else {
                #expect(actual != nil && expected != nil, "\(testCase)")
            }
            guard expected == nil else { continue }
            let parameters = try type.init(args: args, kwargs: kwargs)
            var bound = kwargs
            for (name, value) in zip(["a", "b", "c"], args) {
                bound[name] = value
            }
            #expect(try parameters.arguments() == RawArguments(kwargs: bound))
        }
        #expect(compared > 200)
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
