import Celery

/// `sleeping(i, **_)`.
struct Sleeping: TaskParameters {
    static let taskName = SuiteName.of("sleeping")
    var i: Double
    var others: RawArguments
}

/// `delayed_sum(numbers, pause_time=1)`, which also stands for the one with a guard.
struct DelayedSum: TaskParameters {
    static let taskName = SuiteName.of("delayed_sum")
    typealias Output = JSONValue
    var numbers: [JSONValue]
    var pauseTime: Double?

    enum CodingKeys: String, CodingKey {
        case numbers
        case pauseTime = "pause_time"
    }
}

extension Worker {
    mutating func registerWaitingTasks() {
        register(Sleeping.self) { parameters, _ in
            try await Task.sleep(for: .seconds(parameters.i))
            return nil
        }
        register(DelayedSum.self) { parameters, _ in
            try await Task.sleep(for: .seconds(parameters.pauseTime ?? 1))
            return try Sums.of(parameters.numbers)
        }
        register(DelayedSum.self, as: SuiteName.of("delayed_sum_with_soft_guard")) { parameters, _ in
            do {
                try await Task.sleep(for: .seconds(parameters.pauseTime ?? 1))
            } catch is CancellationError {
                return 0
            }
            return try Sums.of(parameters.numbers)
        }
    }
}
