import Celery

/// `add_to_all(nums, val)`, which also stands for the tasks that add to a chord.
struct AddToAll: TaskParameters {
    static let taskName = SuiteName.of("add_to_all")
    typealias Output = JSONValue
    var nums: [JSONValue]
    var val: JSONValue

    /// `add(num, val)` for each number.
    var sums: [Signature] { nums.map { Signature(suite: "add", $0, val) } }
}

/// `record_replaced_task_nesting(replacements, nesting=None)`.
struct RecordNesting: TaskParameters {
    static let taskName = SuiteName.of("record_replaced_task_nesting")
    typealias Output = JSONValue
    var replacements: Int
    var nesting: [JSONValue]?
}

/// `replace_with_stamped_task(replace_with=None)`.
struct ReplaceWithStamped: TaskParameters {
    static let taskName = SuiteName.of("replace_with_stamped_task")
    typealias Output = JSONValue
    var replaceWith: JSONValue?

    enum CodingKeys: String, CodingKey {
        case replaceWith = "replace_with"
    }
}

extension Worker {
    mutating func registerReplacingTasks() {
        register(Operands.self, as: SuiteName.of("add_replaced")) { parameters, context in
            try context.replace(with: Signature(suite: "add", parameters.x, parameters.y))
        }
        register(Fail.self, as: SuiteName.of("fail_replaced")) { parameters, context in
            try context.replace(with: Signature(SuiteName.of("fail"), args: parameters.others.args, immutable: true))
        }
        register(AddToAll.self) { parameters, context in try context.replace(with: .group(parameters.sums)) }
        register(RecordNesting.self) { parameters, context in
            let message = context.request.message
            let nesting = (parameters.nesting ?? []) + [.integer(message.replacedTaskNesting)]
            guard parameters.replacements > 0 else { return .array(nesting) }
            let next = Signature(
                suite: "record_replaced_task_nesting",
                .integer(parameters.replacements - 1),
                .array(nesting)
            )
            try context.replace(with: next.setting(["reply_to": message.replyTo.map { .string($0) } ?? .null]))
        }
        register(ReplaceWithStamped.self) { parameters, context in
            let replacement = try parameters.replaceWith.map { try Signature(json: $0) }
            try context.replace(
                with: (replacement ?? Signature(suite: "replaced_with_me")).stamped([
                    "StampOnReplace": "This is the replaced task"
                ])
            )
        }
    }
}
