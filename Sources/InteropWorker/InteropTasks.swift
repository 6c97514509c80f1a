import Celery

/// `interop.add(x, y)`
struct Add: TaskParameters {
    static let taskName = "interop.add"
    typealias Output = Int
    var x: Int
    var y: Int
}

/// `interop.echo(value)`
struct Echo: TaskParameters {
    static let taskName = "interop.echo"
    typealias Output = JSONValue
    var value: JSONValue
}

/// `interop.progress(n)`
struct Report: TaskParameters {
    static let taskName = "interop.progress"
    typealias Output = Int
    var n: Int
}

/// `interop.sleep(seconds)`: gives up its thread meanwhile.
struct Sleep: TaskParameters {
    static let taskName = "interop.sleep"
    typealias Output = Double
    var seconds: Double
}

/// `interop.early(seconds)`: acknowledged before it runs.
struct SleepEarly: TaskParameters {
    static let taskName = "interop.early"
    typealias Output = Double
    var seconds: Double
}

/// `interop.block(seconds)`: holds its thread.
struct Block: TaskParameters {
    static let taskName = "interop.block"
    typealias Output = Double
    var seconds: Double
}

/// `interop.pid()`
struct ShowPID: TaskParameters {
    static let taskName = "interop.pid"
    typealias Output = Int
}

/// `interop.die()`
struct Die: TaskParameters {
    static let taskName = "interop.die"
    typealias Output = JSONValue
}

/// `interop.die_requeue()`
struct DieRequeue: TaskParameters {
    static let taskName = "interop.die_requeue"
    typealias Output = JSONValue
}

/// `interop.fail(message)`
struct Fail: TaskParameters {
    static let taskName = "interop.fail"
    typealias Output = JSONValue
    var message: String
}

/// `interop.fail_swift()`
struct FailSwift: TaskParameters {
    static let taskName = "interop.fail_swift"
    typealias Output = JSONValue
}

/// `interop.retry(times)`
struct RetryTimes: TaskParameters {
    static let taskName = "interop.retry"
    typealias Output = Int
    var times: Int
}
