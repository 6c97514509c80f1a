import Celery
import Foundation

/// The task `interop.mul(x, y)`.
struct Multiply: TaskParameters {
    static let taskName = "interop.mul"
    typealias Output = Int
    var x: Int
    var y: Int
}

/// The task `interop.raise(type, module, arguments)`, which fails with any exception.
struct RaiseAny: TaskParameters {
    static let taskName = "interop.raise"
    typealias Output = JSONValue
    var type: String
    var module: String
    var arguments: [JSONValue]
}

/// The task `interop.raise_from()`, whose exception in Python has another one for its cause.
struct RaiseFrom: TaskParameters {
    static let taskName = "interop.raise_from"
    typealias Output = JSONValue
}

/// The task `interop.raise_unstored()`, whose failures are stored although its results are not.
struct RaiseUnstored: TaskParameters {
    static let taskName = "interop.raise_unstored"
    typealias Output = JSONValue
}

/// The task `interop.flaky(seconds)`, which fails at its first run and asks for another one.
struct Flaky: TaskParameters {
    static let taskName = "interop.flaky"
    typealias Output = String
    var seconds: Double
}

/// The task `interop.autoretry()`, which always fails with an error that is worth a retry.
struct AutoRetry: TaskParameters {
    static let taskName = "interop.autoretry"
    typealias Output = JSONValue
}

/// The task `interop.ignore()`.
struct RaiseIgnore: TaskParameters {
    static let taskName = "interop.ignore"
    typealias Output = JSONValue
}

/// The task `interop.reject()`.
struct RaiseReject: TaskParameters {
    static let taskName = "interop.reject"
    typealias Output = JSONValue
}

/// The task `interop.reject_late()`, which is acknowledged when it has ended.
struct RaiseRejectLate: TaskParameters {
    static let taskName = "interop.reject_late"
    typealias Output = JSONValue
}

/// The task `interop.late(seconds)`, which is acknowledged when it has ended.
struct BlockLate: TaskParameters {
    static let taskName = "interop.late"
    typealias Output = Double
    var seconds: Double
}

/// The task `interop.exit(code)`, which ends its process.
struct Exit: TaskParameters {
    static let taskName = "interop.exit"
    typealias Output = JSONValue
    var code: Int32
}

/// The task `interop.exit_retry(code)`, which ends its process and may be run once more.
struct ExitRetry: TaskParameters {
    static let taskName = "interop.exit_retry"
    typealias Output = JSONValue
    var code: Int32
}

/// The task `interop.limited(value)`, which starts at most five times a second.
struct Limited: TaskParameters {
    static let taskName = "interop.limited"
    typealias Output = JSONValue
    var value: JSONValue
}

/// The task `interop.note(failed, about)`, an error callback that is sent as a message.
struct Note: TaskParameters {
    static let taskName = "interop.note"
    typealias Output = JSONValue
    var failed: String
    var about: JSONValue?
}

/// The task `interop.note_id(failed)`, an error callback of one argument.
struct NoteID: TaskParameters {
    static let taskName = "interop.note_id"
    typealias Output = String
    var failed: String
}

extension Worker {
    /// Registers the tasks of the runs that are compared with those of Celery's worker.
    mutating func registerDifferentialTasks() {
        register(Multiply.self) { call, _ in call.x * call.y }
        register(Note.self) { call, _ in [.string(call.failed), call.about ?? .null] }
        register(NoteID.self) { call, _ in call.failed }
        register(Limited.self, options: TaskOptions(rateLimit: RateLimit(5, per: .seconds(1)))) { call, _ in call.value
        }
        registerRaisingTasks()
        registerRejectingTasks()
        register(Exit.self) { call, _ in _exit(call.code) }
        register(
            ExitRetry.self,
            options: TaskOptions(retryOnWorkerLost: true, maxRetries: 1, retryDelay: .seconds(1))
        ) { call, _ in _exit(call.code) }
    }

    private mutating func registerRaisingTasks() {
        register(RaiseAny.self) { call, _ in
            throw PythonException(call.type, module: call.module, arguments: call.arguments)
        }
        register(RaiseFrom.self) { _, _ in throw PythonException("KeyError", message: "k") }
        register(
            RaiseUnstored.self,
            options: TaskOptions(ignoreResult: true, storeErrorsEvenIfIgnored: true)
        ) { _, _ in throw PythonException.valueError("e") }
        register(Flaky.self) { call, context in
            guard context.request.retries > 0 else {
                throw Retry(
                    after: .seconds(call.seconds),
                    cause: PythonException("ConnectionError", message: "temp")
                )
            }
            return "ok"
        }
        register(
            AutoRetry.self,
            options: TaskOptions(
                maxRetries: 1,
                autoRetry: RetryPolicy(for: PythonException.self, backoff: 1, jitter: false)
            )
        ) { _, _ in throw PythonException("OSError", message: "disk") }
    }

    private mutating func registerRejectingTasks() {
        register(RaiseIgnore.self) { _, _ in throw Ignore() }
        register(RaiseReject.self) { _, _ in throw Reject("no") }
        register(RaiseRejectLate.self, options: TaskOptions(acknowledgement: .late)) { _, _ in throw Reject("no") }
        register(BlockLate.self, options: TaskOptions(acknowledgement: .late)) { call, context in
            await context.reportPID()
            blockThread(seconds: call.seconds)
            return call.seconds
        }
    }
}
