import Foundation
import Testing

@testable import Celery

/// What is published for a canvas, compared with what Celery's own client publishes for the same signature.
@Suite struct CanvasSenderTests {
    /// One line of `canvas-cases.jsonl`: a signature, how it is applied, and what Celery does.
    struct Case {
        let signature: JSONValue
        let hasParent: Bool
        let expected: JSONValue
    }

    static let cases: [Case] = {
        let lines = (try? Fixture.bytes("canvas-cases.jsonl"))?.split(separator: UInt8(ascii: "\n")) ?? []
        return lines.compactMap { line in
            guard let value = try? JSONValue(parsing: Array(line)), let signature = value["signature"] else {
                return nil
            }
            let expected = Self.sorted(value["effects"]?.arrayValue ?? [], value["result"] ?? .null)
            return Case(signature: signature, hasParent: value["mode"] == "parent", expected: expected)
        }
    }()

    @Test(arguments: cases.indices)
    func `a canvas is sent as Celery sends it`(index: Int) throws {
        let example = Self.cases[index]
        var sender = CanvasSender(.init())
        let options: JSONObject = example.hasParent ? ["parent_id": "P", "root_id": "R"] : [:]
        let args: [JSONValue] = example.hasParent ? [7] : []
        let result = try sender.send(CanvasNode(json: example.signature), args: args, options: options)
        let actual = Self.sorted(sender.effects.compactMap(Self.json), result?.json ?? .null)
        let difference = Self.difference(actual, example.expected)
        #expect(difference == nil)
    }

    // A Python worker that replaces a task by a group writes such options into the body of the chord.
    @Test func `options that are null leave those of the parts alone`() throws {
        let body: JSONValue = ["task": "body"]
        let last: JSONValue = ["task": "b", "options": ["task_id": "B", "group_id": "G", "chord": body]]
        let chain: JSONValue = [
            "task": "celery.chain", "kwargs": ["tasks": [["task": "a"], last]], "subtask_type": "chain",
            "options": ["chord": nil, "group_id": nil, "group_index": nil, "task_id": "B"],
        ]
        var sender = CanvasSender(.init())
        try sender.send(CanvasNode(json: chain), args: [[1, 2]])
        guard case .publish(let outgoing)? = sender.effects.first else {
            Issue.record("nothing was sent")
            return
        }
        let next = try TaskMessage(outgoing.message).embed.chain?.first
        #expect(next?["options"]?["chord"]?["task"] == "body")
        #expect(next?["options"]?["group_id"] == "G")
    }

    @Test(
        arguments: [
            ("known", [:], 3), ("unknown", [:], 6), ("known", ["priority": 9], 9), ("unknown", ["priority": 9], 9),
            ("unknown", ["root_id": "R"], 6), ("unknown", ["root_id": "R", "parent_id": "P"], 0),
            ("known", ["root_id": "R", "parent_id": "P"], 3),
        ] as [(String, JSONObject, Int)]
    )
    func `a priority is the call's, or by default a registered task's, or inherited`(
        task: String,
        options: JSONObject,
        priority: Int
    ) throws {
        let environment = CanvasSender.Environment(
            router: TaskRouter(defaultPriority: 3),
            options: { $0 == "known" ? TaskOptions() : nil }
        )
        var sender = CanvasSender(environment, parent: .init(id: "P", root: "R", priority: 6))
        try sender.send(CanvasNode(Signature(task)), options: options)
        let message = try #require(sender.effects.first?.message?.message)
        #expect(try TaskMessage(message).priority == priority)
    }

    @Test func `a client has no registry, so its default priority is for all tasks`() throws {
        var sender = CanvasSender(.init(router: TaskRouter(defaultPriority: 3)))
        try sender.send(CanvasNode(Signature("any")))
        let message = try #require(sender.effects.first?.message?.message)
        #expect(try TaskMessage(message).priority == 3)
    }

    @Test func `what is not to be added to its parent is none of its children`() throws {
        var sender = CanvasSender(.init(), parent: .init(id: "P", root: "R"))
        for (id, isAdded) in [("a", true), ("b", false)] {
            let task = Signature("t", options: ["task_id": .string(id), "add_to_parent": .bool(isAdded)])
            try sender.send(CanvasNode(task))
        }
        #expect(sender.children.map(\.id) == ["a"])
        #expect(sender.effects.count == 2)
    }

    @Test func `all cases were read`() {
        #expect(Self.cases.count >= 100)
    }

    /// Tasks first: Celery sets the size of a chord between them, and here all of it happens in one step.
    private static func sorted(_ effects: [JSONValue], _ result: JSONValue) -> JSONValue {
        let tasks = effects.filter { $0[0] == "task" }
        let others = effects.filter { $0[0] != "task" }.sorted { $0[1]?.stringValue ?? "" < $1[1]?.stringValue ?? "" }
        var names = Names()
        let tasksNamed = names.replaced(in: .array(tasks))
        names.isClosed = true
        return [
            "tasks": tasksNamed, "chords": .array(inOrder(names.replaced(in: .array(others)))),
            "result": names.replaced(in: result),
        ]
    }

    private static func inOrder(_ effects: JSONValue) -> [JSONValue] {
        (effects.arrayValue ?? []).sorted { "\($0.serialized())" < "\($1.serialized())" }
    }

    /// The first place where two values differ, and what is there.
    private static func difference(_ actual: JSONValue, _ expected: JSONValue, at path: String = "") -> String? {
        switch (actual, expected) {
        case (.array(let left), .array(let right)) where left.count == right.count:
            return zip(left, right).enumerated().lazy
                .compactMap { difference($0.element.0, $0.element.1, at: "\(path)[\($0.offset)]") }.first
        case (.object(let left), .object(let right)) where left.keys == right.keys:
            return left.lazy.compactMap { difference($0.value, right[$0.key] ?? .null, at: "\(path).\($0.key)") }.first
        default:
            guard actual != expected, expected != Names.unused else { return nil }
            let texts = [actual, expected].map { String(decoding: $0.serialized(.compact), as: UTF8.self).prefix(400) }
            return "\(path): \(texts[0]) instead of \(texts[1])"
        }
    }

    private static func json(_ effect: Effect) -> JSONValue? {
        switch effect {
        case .publish(let outgoing):
            guard let message = try? TaskMessage(outgoing.message) else { return nil }
            let names = [
                "task", "id", "group", "group_index", "root_id", "parent_id", "replaced_task_nesting", "timelimit",
                "stamped_headers", "stamps",
            ]
            let headers = JSONObject(pairs: names.map { ($0, message.headers[$0] ?? .null) })
            return ["task", .object(headers), .array(message.args), .object(message.kwargs), message.embed.jsonValue]
        case .startChord(let group, let size):
            return ["size", .string(group), .integer(size)]
        case .saveGroup(let id, let result):
            return ["save", .string("celery-taskset-meta-\(id)"), result]
        case .store, .endChordPart, .settleChord, .extendChord, .once:
            return nil
        }
    }

    /// Ids replaced by the order in which they first appear, so that two runs can be compared.
    struct Names {
        /// An id in a result that no task has: Celery names some that it never uses.
        static let unused: JSONValue = "?"

        private var known: [String: String] = [:]
        /// Whether all ids that are used have been seen.
        var isClosed = false

        mutating func replaced(in value: JSONValue) -> JSONValue {
            switch value {
            case .string(let text): return .string(self.text(text))
            case .array(let elements): return .array(elements.map { replaced(in: $0) })
            case .object(let object):
                let ignored: Set<String> = ["reply_to", "add_to_parent"]
                let members = object.filter { !ignored.contains($0.key) && !$0.value.isNull }.sorted { $0.key < $1.key }
                return .object(JSONObject(pairs: members.map { ($0.key, replaced(in: $0.value)) }))
            default: return value
            }
        }

        private mutating func text(_ text: String) -> String {
            let id = text.suffix(36)
            guard id.count == 36, UUID(uuidString: String(id)) != nil else { return text }
            if isClosed, known[String(id)] == nil { return "?" }
            let name = known[String(id)] ?? "id\(known.count)"
            known[String(id)] = name
            return text.dropLast(36) + name
        }
    }
}
