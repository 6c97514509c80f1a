import Foundation
import Testing

@testable import Celery

/// Signatures come from messages, and messages from anybody: whatever they hold, a worker goes on.
@Suite struct CanvasFuzzTests {
    private static let junk: [JSONValue] = [
        nil, true, -1, 0, 1.5, "", "chord", [], [nil], [[]], [:], ["task": 1], ["task": "t"], ["tasks": [[:]]],
        ["task": "t", "subtask_type": "chord"], ["task": "t", "subtask_type": "group", "kwargs": ["tasks": "no"]],
        ["task": "t", "subtask_type": "chain", "kwargs": ["tasks": []]],
    ]

    /// A value with some of its parts replaced by junk.
    private static func damaged(_ value: JSONValue, _ random: inout SeededGenerator) -> JSONValue {
        if Int.random(in: 0..<12, using: &random) == 0, let other = junk.randomElement(using: &random) { return other }
        switch value {
        case .array(let elements): return .array(elements.map { damaged($0, &random) })
        case .object(let object):
            return .object(JSONObject(pairs: object.map { ($0.key, damaged($0.value, &random)) }))
        default: return value
        }
    }

    @Test func `no damaged signature stops the sender`() throws {
        var random = SeededGenerator(state: 7)
        var sent = 0
        for example in CanvasSenderTests.cases {
            for _ in 0..<10 {
                guard let node = try? CanvasNode(json: Self.damaged(example.signature, &random)) else { continue }
                var sender = CanvasSender(.init())
                // A refusal is as good as a message.
                _ = try? sender.send(node, args: [1])
                sent += sender.effects.count
            }
        }
        #expect(sent > 1000)
    }

    @Test func `no damaged successors keep a task from ending`() throws {
        var random = SeededGenerator(state: 8)
        let signatures = CanvasSenderTests.cases.map(\.signature)
        for round in 0..<2000 {
            let pick = { (random: inout SeededGenerator) in
                Self.damaged(signatures.randomElement(using: &random) ?? .null, &random)
            }
            var call = TaskCall(task: "t")
            call.group = "g"
            call.embed = TaskEmbed(
                callbacks: [pick(&random)],
                errbacks: [pick(&random)],
                chain: [pick(&random), pick(&random)],
                chord: pick(&random)
            )
            guard let message = try? TaskMessage(call.message()) else { continue }
            let request = TaskRequest(message: message, queue: "q", nodeName: "w")
            let failure = TaskOutcome.failure(.valueError("x"), traceback: nil)
            let outcome = round.isMultiple(of: 2) ? TaskOutcome.success(1) : failure
            var plan = CompletionPlan(outcome, of: request, options: .init())
            #expect(plan.disposition == .acknowledge)
            let stored = plan.effects.contains { effect in
                if case .store(let document) = effect { document.taskID == message.id } else { false }
            }
            #expect(stored)
            let parts: [JSONValue] = [pick(&random), [1, "id", "SUCCESS", 1], [1, "id", "FAILURE", "no"]]
            plan.settle([ChordClaim(group: "g", parts: parts, savedResult: pick(&random))])
        }
    }

    @Test func `a signature that nests without end is cut and not followed into the ground`() throws {
        var json: JSONValue = ["task": "t", "args": [], "kwargs": [:], "options": [:]]
        for _ in 0..<400 {
            json = ["task": "celery.chain", "subtask_type": "chain", "kwargs": ["tasks": [json]], "options": [:]]
        }
        var sender = CanvasSender(.init())
        _ = try? sender.send(CanvasNode(json: json))
        #expect(sender.effects.count <= 1)
    }
}
