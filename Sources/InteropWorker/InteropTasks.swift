import Celery

/// The task `interop.add(x, y)`.
struct Add: TaskParameters {
    static let taskName = "interop.add"
    typealias Output = Int
    var x: Int
    var y: Int
}

/// The task `interop.echo(value)`.
struct Echo: TaskParameters {
    static let taskName = "interop.echo"
    typealias Output = JSONValue
    var value: JSONValue
}

/// The task `interop.progress(n)`.
struct Report: TaskParameters {
    static let taskName = "interop.progress"
    typealias Output = Int
    var n: Int
}

/// The task `interop.sleep(seconds)`, which gives up its thread meanwhile.
struct Sleep: TaskParameters {
    static let taskName = "interop.sleep"
    typealias Output = Double
    var seconds: Double
}

/// The task `interop.early(seconds)`, which is acknowledged before it runs.
struct SleepEarly: TaskParameters {
    static let taskName = "interop.early"
    typealias Output = Double
    var seconds: Double
}

/// The task `interop.block(seconds)`, which holds its thread.
struct Block: TaskParameters {
    static let taskName = "interop.block"
    typealias Output = Double
    var seconds: Double
}

/// The task `interop.pid()`.
struct ShowPID: TaskParameters {
    static let taskName = "interop.pid"
    typealias Output = Int
}

/// The task `interop.die()`.
struct Die: TaskParameters {
    static let taskName = "interop.die"
    typealias Output = JSONValue
}

/// The task `interop.die_requeue()`.
struct DieRequeue: TaskParameters {
    static let taskName = "interop.die_requeue"
    typealias Output = JSONValue
}

/// The task `interop.fail(message)`.
struct Fail: TaskParameters {
    static let taskName = "interop.fail"
    typealias Output = JSONValue
    var message: String
}

/// The task `interop.fail_swift()`.
struct FailSwift: TaskParameters {
    static let taskName = "interop.fail_swift"
    typealias Output = JSONValue
}

/// The task `interop.retry(times)`.
struct RetryTimes: TaskParameters {
    static let taskName = "interop.retry"
    typealias Output = Int
    var times: Int
}

/// The task `interop.sum(numbers)`.
struct Sum: TaskParameters {
    static let taskName = "interop.sum"
    typealias Output = Int
    var numbers: [Int]
}

/// The task `interop.event()`, which sends an event of its own.
struct SendEvent: TaskParameters {
    static let taskName = "interop.event"
    typealias Output = JSONValue
}
