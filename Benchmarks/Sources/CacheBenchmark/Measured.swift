import Celery
import Foundation

/// What a number of operations took.
struct Measured {
    let times: [Duration]
    let elapsed: Duration
    let cpu: Duration

    /// The line that the runner reads.
    func line(for operation: CacheLoad.Operation) -> JSONValue {
        let sorted = times.sorted()
        return [
            "operation": .string(operation.rawValue),
            "operations/s": .double(Double(sorted.count) / (elapsed / .seconds(1))),
            "cpu µs": .double(cpu / .microseconds(1) / Double(sorted.count)),
            "p50 µs": .double(percentile(50, of: sorted) / .microseconds(1)),
            "p99 µs": .double(percentile(99, of: sorted) / .microseconds(1)),
        ]
    }

    // The nearest rank, as in bench/spread.py.
    private func percentile(_ percent: Int, of sorted: [Duration]) -> Duration {
        sorted.isEmpty ? .zero : sorted[(sorted.count * percent + 99) / 100 - 1]
    }
}

/// The processor time of this process.
enum ProcessorTime {
    static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(Int(time.tv_sec)) + .nanoseconds(Int(time.tv_nsec))
    }
}
