import Celery

/// The sum of two numbers.
struct Add: TaskParameters {
    static let taskName = "add"
    typealias Output = Int
    var x: Int
    var y: Int
}

/// The sum of many.
struct Sum: TaskParameters {
    static let taskName = "sum"
    typealias Output = Int
    var numbers: [Int]
}
