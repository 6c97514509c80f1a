import Cache
import Celery

/// Operations on the cache by several callers at once.
struct CacheLoad {
    enum Operation: String, CaseIterable {
        case write
        case read
    }

    /// The keys are used in turn.
    static let keys = 1000

    let cache: CacheService
    let callers: Int

    private let value: JSONValue = ["data": .string(String(repeating: "x", count: 1000))]

    /// Performs so many operations, divided among the callers.
    func run(_ operation: Operation, count: Int) async throws -> Measured {
        let cpu = ProcessorTime.now
        let begin = ContinuousClock.now
        let times = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for caller in 0..<callers {
                group.addTask { try await call(operation, numbers: stride(from: caller, to: count, by: callers)) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return Measured(times: times, elapsed: ContinuousClock.now - begin, cpu: ProcessorTime.now - cpu)
    }

    private func call(_ operation: Operation, numbers: StrideTo<Int>) async throws -> [Duration] {
        var times: [Duration] = []
        for number in numbers {
            let begin = ContinuousClock.now
            try await perform(operation, key: "bench:cache:\(number % Self.keys)")
            times.append(ContinuousClock.now - begin)
        }
        return times
    }

    private func perform(_ operation: Operation, key: String) async throws {
        switch operation {
        case .write:
            try await cache.set(key, value, ttl: .seconds(3600))
        case .read:
            guard try await cache.get(key) == value else { throw WrongValue() }
        }
    }
}

struct WrongValue: Error, CustomStringConvertible {
    let description = "the cache returns something else than was stored"
}
