import Celery

/// `ids(i)`.
struct ShowIDs: TaskParameters {
    static let taskName = SuiteName.of("ids")
    typealias Output = JSONValue
    var i: JSONValue
}

/// `collect_ids(res, i)`.
struct CollectIDs: TaskParameters {
    static let taskName = SuiteName.of("collect_ids")
    typealias Output = JSONValue
    var res: JSONValue
    var i: JSONValue
}

/// A task that shows something of its request, whatever its arguments: `return_priority(*_)`.
struct ShowRequest: TaskParameters {
    static let taskName = SuiteName.of("return_priority")
    typealias Output = JSONValue
    var others: RawArguments
}

extension Worker {
    mutating func registerRequestTasks() {
        register(ShowIDs.self) { parameters, context in context.request.message.ids(and: parameters.i) }
        register(CollectIDs.self) { parameters, context in
            [parameters.res, context.request.message.ids(and: parameters.i)]
        }
        register(ShowRequest.self) { _, context in .string("Priority: \(context.request.message.priority)") }
        register(ShowRequest.self, as: SuiteName.of("return_request_eta")) { _, context in
            context.request.message.headers["eta"] ?? .null
        }
        register(ShowRequest.self, as: SuiteName.of("return_properties")) { _, context in
            .object(context.request.message.properties.members)
        }
        register(ShowRequest.self, as: SuiteName.of("return_request_time_limits")) { _, context in
            context.request.message.timeLimits
        }
        register(
            ShowRequest.self,
            as: SuiteName.of("task_with_declared_time_limits"),
            options: TaskOptions(timeLimit: .seconds(60), softTimeLimit: .seconds(45))
        ) { _, context in
            context.request.message.timeLimits
        }
    }
}

extension TaskMessage {
    fileprivate func ids(and value: JSONValue) -> JSONValue {
        [.string(rootID.rawValue), parentID.map { .string($0.rawValue) } ?? .null, value]
    }

    fileprivate var timeLimits: JSONValue {
        let limits = headers["timelimit"]
        return ["time_limit": limits?[0] ?? .null, "soft_time_limit": limits?[1] ?? .null]
    }
}
