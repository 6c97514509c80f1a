import Foundation
import Testing

@testable import Celery

@Suite struct ProtocolMessageTests {
    private static func envelope(_ scenario: String) throws -> [UInt8] {
        let envelopes = try #require(try Fixture.json("envelopes.json").arrayValue)
        let found = envelopes.first { $0[0]?.stringValue == scenario }
        return Array(try #require(found?[1]?.stringValue).utf8)
    }

    private static func task(_ scenario: String) throws -> TaskMessage {
        try TaskMessage(Message(envelope: envelope(scenario)))
    }

    @Test func `every captured envelope is written again byte for byte`() throws {
        let envelopes = try #require(try Fixture.json("envelopes.json").arrayValue)
        #expect(envelopes.count > 100)
        for entry in envelopes {
            let raw = Array(try #require(entry[1]?.stringValue).utf8)
            #expect(try Message(envelope: raw).envelope() == raw, "\(entry[0] ?? .null)")
        }
    }

    @Test func `every captured task is understood or refused for its content`() throws {
        let envelopes = try #require(try Fixture.json("envelopes.json").arrayValue)
        var tasks = 0
        for entry in envelopes {
            let scenario = try #require(entry[0]?.stringValue)
            let message = try Message(envelope: Array(try #require(entry[1]?.stringValue).utf8))
            let compression = message.compression.flatMap(Compression.init(named:))
            let isForeign = compression?.isAvailable == false || message.contentType != "application/json"
            guard message.taskName != nil || scenario == "publish-protocol-1" else {
                let error = #expect(throws: MessageError.self) { try TaskMessage(message) }
                #expect(error?.code == .unknownMessage, "\(scenario)")
                continue
            }
            guard !isForeign else {
                let error = #expect(throws: MessageError.self) { try TaskMessage(message) }
                #expect(error?.code == (message.compression == nil ? .contentDisallowed : .unsupportedCompression))
                #expect(error?.taskID == message.taskID)
                continue
            }
            tasks += 1
            let task = try TaskMessage(message)
            #expect(task.message() == message)
            guard task.protocolVersion == 2 else { continue }
            // Its parts are all that there is: a call built from them is the same message.
            var call = task.call()
            call.deliveryTag = try #require(message.properties.deliveryTag)
            if message.headers["redelivered"] != nil || message.properties.members["origin"] != nil
                || message.properties.members["expiration"] != nil
            {
                continue
            }
            guard message.compression == nil else { continue }
            call.additionalHeaders = message.headers
            var copy = call.message()
            copy.headers["lang"] = "py"
            copy.properties.members["body_encoding"] = message.properties.members["body_encoding"]
            // A naive time and one with another offset are written in UTC.
            for name in ["eta", "expires"] where message.headers[name]?.isNull == false {
                let text = try #require(message.headers[name]?.stringValue)
                let copied = try #require(copy.headers[name]?.stringValue)
                #expect(Timestamp(iso: text) == Timestamp(iso: copied))
                copy.headers[name] = message.headers[name]
            }
            // What a Swift text cannot hold is shown by its escape.
            for name in ["argsrepr", "kwargsrepr", "shadow"] {
                guard case .brokenString(let units) = message.headers[name] else { continue }
                #expect(copy.headers[name]?.stringValue == String(showing: units))
                copy.headers[name] = message.headers[name]
            }
            #expect(
                String(decoding: copy.envelope(), as: UTF8.self) == String(decoding: message.envelope(), as: UTF8.self),
                "\(scenario)"
            )
        }
        #expect(tasks > 100)
    }

    @Test func `a task's members are read`() throws {
        let task = try Self.task("task-headers-priority-shadow")
        #expect(task.task == "labapp.dumpreq")
        #expect(task.priority == 5)
        #expect(task.shadow == task.displayName)
        #expect(task.headers["x-my"] != nil)
        let chord = try Self.task("canvas-chord")
        #expect(chord.embed.chord?["task"]?.stringValue == "labapp.xsum")
        #expect(chord.group != nil)
        #expect(chord.groupIndex == 0)
        let simple = try Self.task("task-success")
        #expect(simple.args == [2, 3])
        #expect(simple.kwargs == [:])
        #expect(simple.ignoreResult == false)
        #expect(simple.rootID == simple.id)
        #expect(simple.parentID == nil)
        #expect(simple.argsRepr == "(2, 3)")
        #expect(simple.origin == "gen8137@host")
        #expect(simple.properties.routingKey == "celery")
        let eta = try Self.task("task-eta-naive")
        #expect(eta.eta.map { Timestamp($0).isoFormat } == eta.headers["eta"]?.stringValue.map { $0 + "+00:00" })
        let body = try Self.task("variant-publish-only-json-body-encoding")
        #expect(body.args == [1, 2])
    }

    @Test func `protocol 1 is read`() throws {
        let task = try Self.task("publish-protocol-1")
        #expect(task.protocolVersion == 1)
        #expect(task.task == "labapp.add")
        #expect(task.args == [1, 2])
        #expect(task.retries == 0)
        let again = try TaskMessage(task.retry(at: Date(timeIntervalSince1970: 0)))
        #expect(again.protocolVersion == 2)
        #expect(again.id == task.id)
        #expect(again.args == task.args)
        #expect(again.retries == 1)
        #expect(again.properties.routingKey == "celery")
    }

    @Test func `headers beside a protocol 1 body are a hybrid`() throws {
        let body: JSONValue = ["args": [1], "kwargs": ["a": 2], "callbacks": nil]
        let message = Message(
            body: body.serialized(),
            headers: ["task": "t", "id": "i", "retries": 3],
            properties: MessageProperties(routingKey: "q")
        )
        let task = try TaskMessage(message)
        #expect(task.args == [1])
        #expect(task.kwargs == ["a": 2])
        #expect(task.retries == 3)
    }

    @Test func `a retry is the message that Celery publishes`() throws {
        let envelopes = try #require(try Fixture.json("envelopes.json").arrayValue)
        for scenario in ["task-retry", "task-autoretry"] {
            let raw = envelopes.filter { $0[0]?.stringValue == scenario }.compactMap { $0[1]?.stringValue }
            let messages = try raw.map { try Message(envelope: Array($0.utf8)) }.filter { $0.taskName != nil }
            #expect(messages.count > 1)
            for (first, second) in zip(messages, messages.dropFirst()) where first.taskID == second.taskID {
                let eta = try #require(try TaskMessage(second).eta)
                let tag = try #require(second.properties.deliveryTag)
                let retry = try TaskMessage(first).retry(at: eta, deliveryTag: tag)
                #expect(
                    String(decoding: retry.envelope(), as: UTF8.self)
                        == String(decoding: second.envelope(), as: UTF8.self)
                )
            }
        }
    }

    @Test func `a retry keeps the body and what it does not know`() throws {
        var message = try Message(envelope: Self.envelope("task-success"))
        message.body = Array(#"[ [1.0,123456789012345678901234567890,"\ud83d"],{"k" : 1e5},{"chain":[]} ]"#.utf8)
        message.headers["x-unknown"] = ["a": 1]
        message.headers["timelimit"] = [10, 5.5]
        message.properties.members["x-property"] = true
        let delivered = message.markedRedelivered(deliveryCount: 3)
        let task = try TaskMessage(delivered)
        #expect(task.isRedelivered)
        #expect(delivered.deliveryCount == 3)
        #expect(task.timeLimit == .seconds(10))
        #expect(task.softTimeLimit == .milliseconds(5500))
        let retry = task.retry(at: Date(timeIntervalSince1970: 1))
        #expect(retry.body == message.body)
        #expect(retry.headers["x-unknown"] == ["a": 1])
        #expect(retry.headers["eta"] == "1970-01-01T00:00:01+00:00")
        #expect(retry.headers["redelivered"] == nil)
        #expect(retry.headers["x-delivery-count"] == nil)
        #expect(retry.properties.members["delivery_info"] == ["exchange": "", "routing_key": "celery"])
        #expect(retry.properties.members["x-property"] == true)
        #expect(retry.properties.deliveryTag != message.properties.deliveryTag)
        let changed = try TaskMessage(task.retry(at: Date(), retries: 9, args: ["new"]))
        #expect(changed.args == ["new"])
        #expect(changed.kwargs == task.kwargs)
        #expect(changed.retries == 9)
        #expect(changed.argsRepr == "('new',)")
    }

    @Test(arguments: [Int.max, Int.min])
    func `whatever a sender says of deliveries, one more can be counted`(number: Int) throws {
        var message = TaskCall(task: "t").message()
        message.headers["x-delivery-count"] = .integer(number)
        let again = message.markedRedelivered(deliveryCount: message.deliveryCount + 1)
        #expect(again.deliveryCount > 0)
    }

    @Test func `a restored message carries kombu's marks`() throws {
        let envelopes = try #require(try Fixture.json("envelopes.json").arrayValue)
        let raw = envelopes.filter { $0[0]?.stringValue == "redelivery-visibility-timeout" }
            .compactMap { $0[1]?.stringValue }
        let messages = try raw.map { try Message(envelope: Array($0.utf8)) }
        let first = try #require(messages.first { $0.taskName != nil && !$0.properties.isRedelivered })
        let restored = try #require(messages.first { $0.taskID == first.taskID && $0.properties.isRedelivered })
        var ours = first.markedRedelivered(deliveryCount: 1)
        #expect(ours.headers["x-delivery-count"] == 1)
        ours.headers["x-delivery-count"] = nil
        #expect(ours.envelope() == restored.envelope())
    }

    @Test func `a new call has Celery's headers in Celery's order`() throws {
        let sample = try Message(envelope: Self.envelope("task-countdown-expires"))
        var call = TaskCall(task: "pdf.split", args: ["a"], kwargs: ["n": 1])
        call.eta = Date(timeIntervalSince1970: 1_795_459_665.538412)
        call.expires = Date(timeIntervalSince1970: 1_795_459_666)
        call.timeLimit = .seconds(30)
        call.softTimeLimit = .milliseconds(2500)
        call.stampedHeaders = ["job"]
        call.stamps = ["job": "x"]
        call.additionalHeaders = ["x-mine": 1, "task": "ignored"]
        call.destination = .queue("pdf")
        let message = call.message(now: Date(timeIntervalSince1970: 1_795_459_665))
        #expect(message.headers.keys == sample.headers.keys + ["x-mine"])
        #expect(message.properties.members.keys == sample.properties.members.keys)
        #expect(message.properties.members["expiration"] == "1000")
        #expect(message.headers["timelimit"] == [30, 2.5])
        #expect(message.headers["eta"] == "2026-11-23T18:47:45.538412+00:00")
        #expect(message.headers["task"] == "pdf.split")
        #expect(message.headers["root_id"]?.stringValue == call.id.rawValue)
        #expect(message.headers["kwargsrepr"] == "{'n': 1}")
        #expect(message.headers["origin"]?.stringValue?.hasPrefix("gen") == true)
        #expect(message.properties.correlationID == call.id.rawValue)
        #expect(message.properties.replyTo == nil)
        #expect(
            String(decoding: message.body, as: UTF8.self)
                == #"[["a"], {"n": 1}, {"callbacks": null, "errbacks": null, "chain": null, "chord": null}]"#
        )
    }

    @Test(
        arguments: [
            ("task", 1, "headers.task must be str, not int"),
            ("id", nil, "headers.id is missing"),
            ("id", 5, "headers.id must be str, not int"),
            ("task", .brokenString([0xD800]), "headers.task must not hold lone surrogates"),
            ("id", .brokenString([0xD800]), "headers.id must not hold lone surrogates"),
            ("root_id", .brokenString([0xD800]), "headers.root_id must not hold lone surrogates"),
            ("parent_id", .brokenString([0xD800]), "headers.parent_id must not hold lone surrogates"),
            ("group", .brokenString([0xD800]), "headers.group must not hold lone surrogates"),
            ("retries", "3", "headers.retries must be int, not str"),
            ("retries", 1.5, "headers.retries must be int, not float"),
            ("retries", -1, "headers.retries is out of range"),
            ("retries", .bigInteger("99999999999999999999"), "headers.retries is out of range"),
            ("eta", "soon", "headers.eta is not an ISO 8601 time"),
            ("eta", 5, "headers.eta must be str, not int"),
            ("expires", [], "headers.expires must be str, not list"),
            ("timelimit", [1], "headers.timelimit must have 2 elements, not 1"),
            ("timelimit", ["a", nil], "headers.timelimit must be a pair of numbers, not str"),
            ("timelimit", [.double(.infinity), nil], "headers.timelimit is out of range"),
            ("group", 1, "headers.group must be str, not int"),
            ("group_index", "0", "headers.group_index must be int, not str"),
            ("ignore_result", 0, "headers.ignore_result must be bool, not int"),
            ("stamps", [], "headers.stamps must be dict, not list"),
            ("stamped_headers", "a", "headers.stamped_headers must be list, not str"),
        ] as [(String, JSONValue, String)]
    )
    func `a malformed header is named`(header: String, value: JSONValue, expected: String) throws {
        var message = try Message(envelope: Self.envelope("task-success"))
        message.headers[header] = value
        let error = #expect(throws: MessageError.self) { try TaskMessage(message) }
        #expect(error?.description == expected)
        #expect(error?.code == .malformed)
        #expect(error?.taskID == message.taskID)
    }

    /// A captured envelope with other headers, given as they stand on the wire.
    private static func envelope(_ headers: [(name: String, text: String)]) throws -> [UInt8] {
        var message = try Message(envelope: envelope("task-success"))
        message.body = Array(#"[["\ud800"], {"k": "\udfff"}, {}]"#.utf8)
        for (name, _) in headers { message.headers[name] = .string("<\(name)>") }
        return headers.reduce(into: message.envelope()) { envelope, header in
            envelope.replace(Array("\"<\(header.name)>\"".utf8), with: Array(header.text.utf8))
        }
    }

    @Test func `headers that are only shown may hold lone surrogates`() throws {
        let raw = try Self.envelope([
            ("argsrepr", #""('\ud800',)""#), ("kwargsrepr", #""{'k': '\udfff'}""#), ("shadow", #""\udbff shadow""#),
            ("origin", #""gen1@\udc00""#),
        ])
        let message = try Message(envelope: raw)
        #expect(message.envelope() == raw)
        let task = try TaskMessage(message)
        #expect(task.args == [.brokenString([0xD800])])
        #expect(task.kwargs == ["k": .brokenString([0xDFFF])])
        #expect(task.argsRepr == #"('\ud800',)"#)
        #expect(task.kwargsRepr == #"{'k': '\udfff'}"#)
        #expect(task.shadow == #"\udbff shadow"#)
        #expect(task.displayName == #"\udbff shadow"#)
        #expect(task.origin == #"gen1@\udc00"#)
        #expect(task.message().envelope() == raw)

        let retry = task.retry(at: Date(timeIntervalSince1970: 1))
        #expect(retry.body == message.body)
        let text = String(decoding: retry.envelope(), as: UTF8.self)
        #expect(text.contains(#""argsrepr": "('\ud800',)", "kwargsrepr": "{'k': '\udfff'}", "origin": "gen1@\udc00""#))
        #expect(text.contains(#""shadow": "\udbff shadow""#))
        // The property that Celery makes of the header.
        #expect(text.contains(#""reply_to": "\#(task.replyTo ?? "")", "origin": "gen1@\udc00""#))
        let again = try TaskMessage(Message(envelope: retry.envelope()))
        #expect(again.args == task.args)
        #expect(again.headers["shadow"] == message.headers["shadow"])

        let changed = try TaskMessage(task.retry(at: Date(), args: [.brokenString([0xD801])]))
        #expect(changed.argsRepr == #"('\ud801',)"#)
        #expect(try TaskMessage(task.call().message()).args == task.args)
    }

    @Test(arguments: ["5", "[1]", "{}", "true", "null", "1.5"])
    func `headers that are only shown may be no text`(value: String) throws {
        let names = ["argsrepr", "kwargsrepr", "shadow", "origin"]
        let raw = try Self.envelope(names.map { ($0, value) })
        let task = try TaskMessage(Message(envelope: raw))
        #expect(task.argsRepr == #"('\ud800',)"#)
        #expect(task.kwargsRepr == #"{'k': '\udfff'}"#)
        #expect(task.shadow == nil)
        #expect(task.displayName == task.task)
        #expect(task.origin == nil)
        let retry = task.retry(at: Date())
        let again = try Message(envelope: retry.envelope())
        for name in names {
            #expect(again.headers[name] == (try JSONValue(parsing: Array(value.utf8))))
        }
        // The property that Celery makes of the header.
        #expect(again.properties.members["origin"] == task.headers["origin"].flatMap { $0.isNull ? .none : .some($0) })
    }

    @Test func `a call that Celery sent with a lone surrogate is understood`() throws {
        let task = try Self.task("task-lone-surrogate")
        #expect(task.args == [.brokenString([0xD800])])
        #expect(task.argsRepr == #"['\ud800']"#)
        #expect(task.headers["argsrepr"]?.stringValue == nil)
        let shadowed = try Self.task("task-lone-surrogate-shadow")
        #expect(shadowed.kwargsRepr == #"{'k': '\ud800 \udc00 😀'}"#)
        #expect(shadowed.displayName == #"\udfff"#)
    }

    @Test(arguments: [
        (#"[1]"#, "body must have 3 elements, not 1"),
        (#"{}"#, "body must be list, not dict"),
        (#"[{}, {}, {}]"#, "body.args must be list, not dict"),
        (#"[[], [], {}]"#, "body.kwargs must be dict, not list"),
        (#"[[], {}, 1]"#, "body.embed must be dict, not int"),
        (#"[[], {}, {"chain": 1}]"#, "body.embed.chain must be list, not int"),
        (#"[[], {}, {"chord": []}]"#, "body.embed.chord must be dict, not list"),
        (#"[[], {}"#, "body is not JSON: expected ',' or ']' at byte 7"),
    ])
    func `a malformed body is named`(body: String, expected: String) throws {
        var message = try Message(envelope: Self.envelope("task-success"))
        message.body = Array(body.utf8)
        let error = #expect(throws: MessageError.self) { try TaskMessage(message) }
        #expect(error?.description == expected)
    }

    @Test(arguments: [
        (#"[]"#, "envelope must be dict, not list"),
        (#"{"body": "", "headers": [], "properties": {}}"#, "headers must be dict, not list"),
        (#"{"body": 1, "properties": {}}"#, "body must be str, not int"),
        (#"{"headers": {}, "properties": {}}"#, "body is missing"),
        (#"{"body": "a", "properties": {"body_encoding": "base64"}}"#, "body is not Base64"),
        (
            #"{"body": "", "properties": {"body_encoding": "zip"}}"#,
            "properties.body_encoding is neither base64 nor utf-8"
        ),
        (#"{"body": "", "properties": {"priority": "9"}}"#, "properties.priority must be int, not str"),
        (#"{"body": "", "properties": {"delivery_info": 1}}"#, "properties.delivery_info must be dict, not int"),
        (
            #"{"body": "", "properties": {"delivery_info": {"routing_key": 1}}}"#,
            "properties.delivery_info.routing_key must be str, not int"
        ),
        (#"{"body": "", "content-type": 1}"#, "content-type must be str, not int"),
        (#"nonsense"#, "envelope is not JSON: expected a value at byte 0"),
    ])
    func `a malformed envelope is named`(envelope: String, expected: String) {
        let error = #expect(throws: MessageError.self) { try Message(envelope: Array(envelope.utf8)) }
        #expect(error?.description == expected)
    }

    @Test func `random damage to an envelope is an error or a task`() throws {
        let raw = try Self.envelope("canvas-chord")
        var generator = SeededGenerator(state: 3)
        for _ in 0..<3_000 {
            var damaged = raw
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                damaged[Int.random(in: 0..<damaged.count, using: &generator)] = UInt8.random(
                    in: 0...255,
                    using: &generator
                )
            }
            guard let message = try? Message(envelope: damaged), let task = try? TaskMessage(message) else { continue }
            _ = task.retry(at: Date()).envelope()
        }
    }

    @Test func `errors become the exceptions of Celery and kombu`() throws {
        var message = try Message(envelope: Self.envelope("task-success"))
        message.contentType = "application/x-python-serialize"
        let error = #expect(throws: MessageError.self) { try TaskMessage(message) }
        #expect(error?.pythonException.type == "ContentDisallowed")
        #expect(
            error?.pythonException.message
                == "Refusing to deserialize untrusted content of type pickle (application/x-python-serialize)"
        )
    }

    @Test func `text bodies and binary bodies find their encoding`() throws {
        var message = try Message(envelope: Self.envelope("variant-publish-only-json-body-encoding"))
        message.body = [0xFF, 0x00]
        let copy = try Message(envelope: message.envelope())
        #expect(copy.body == [0xFF, 0x00])
        #expect(copy.properties.bodyEncoding == "base64")
        message.body = Array("[\"é\"]".utf8)
        #expect(try Message(envelope: message.envelope()) == message)
    }

    @Test func `Base64 of all lengths is read as it was written`() throws {
        var generator = SeededGenerator(state: 5)
        var message = try Message(envelope: Self.envelope("task-success"))
        for length in 0..<70 {
            message.body = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let envelope = message.envelope()
            let text = try JSONValue(parsing: envelope)["body"]?.stringValue
            #expect(text == Data(message.body).base64EncodedString())
            #expect(try Message(envelope: envelope).body == message.body)
        }
    }

    private func compressed(_ body: [UInt8]) throws -> Message {
        var message = try Message(envelope: Self.envelope("publish-compression-gzip"))
        message.body = body
        return message
    }

    @Test func `compressed bodies are read`() throws {
        #expect(try Self.task("publish-compression-gzip").args.count == 2)
        #expect(try Self.task("publish-compression-zlib").args.count == 2)
        let cases = try #require(try Fixture.json("zlib-cases.json").arrayValue)
        #expect(cases.count > 50)
        for testCase in cases {
            let stream = try #require(testCase[1]?.hexadecimalBytes)
            #expect(try Compression.zlib.decompress(stream, limit: 4000) == testCase[0]?.hexadecimalBytes)
        }
    }

    @Test func `a damaged body is refused`() throws {
        let error = #expect(throws: MessageError.self) { try TaskMessage(compressed([1, 2, 3])) }
        #expect(error?.description == "body cannot be decompressed as application/x-gzip: it is damaged")
    }

    @Test func `descriptions never show arguments`() throws {
        let task = try TaskMessage(TaskCall(task: "t", args: ["secret"], kwargs: ["k": "secret"]).message())
        let document = ResultDocument(taskID: task.id, state: .success, result: "secret")
        let arguments = RawArguments(args: task.args, kwargs: task.kwargs)
        for text in ["\(task)", "\(task.message())", "\(task.call())", "\(document)", "\(arguments)"] {
            #expect(!text.contains("secret"))
            #expect(!text.contains("argsrepr"))
        }
        #expect("\(task)" == "t[\(task.id)]")
    }

    @Test func `fresh ids are version 4 UUIDs`() throws {
        let ids = (0..<200).map { _ in TaskID.random().rawValue }
        #expect(Set(ids).count == 200)
        for id in ids {
            #expect(id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
            #expect(UUID(uuidString: id) != nil)
        }
    }
}
