import Celery
import Logging
import Testing

let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

struct Add: TaskParameters {
    static let taskName = "add"
    typealias Output = Int

    var x: Int
    var y: Int
}

struct Sum: TaskParameters {
    static let taskName = "sum"
    typealias Output = Int

    var numbers: [Int]
}

/// A task that takes anything and does nothing with it.
struct Note: TaskParameters {
    static let taskName = "audit.note"
    typealias Output = JSONValue

    var any: RawArguments
}

extension Worker {
    /// A worker of the tasks that the snippets send.
    static func forSnippets() -> Worker {
        var worker = Worker(broker: MemoryBroker(), results: MemoryResultBackend(), logger: logger)
        worker.register(Add.self) { call, _ in call.x + call.y }
        worker.register(Sum.self) { call, _ in call.numbers.reduce(0, +) }
        worker.register(Note.self) { _, _ in .null }
        return worker
    }
}

extension Array where Element == Substring {
    /// The elements, so many together.
    func chunked(by size: Int) -> [[Substring]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
