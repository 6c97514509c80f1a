import Synchronization
import Testing

@testable import Cache

@Suite(.timeLimit(.minutes(1))) struct SingleFlightTests {
    struct Failure: Error {}

    let flights = SingleFlight<String, Int>()

    /// Work that goes on until it is told to end or cancelled, and counts how often it began.
    final class Work: Sendable {
        private struct State {
            var count = 0
            var hasEnded = false
            var enders: [AsyncStream<Void>.Continuation] = []
        }

        private let state = Mutex(State())

        var count: Int { state.withLock { $0.count } }

        func end() {
            let enders = state.withLock { state in
                state.hasEnded = true
                return state.enders
            }
            for ender in enders { ender.finish() }
        }

        func run() async throws -> Int {
            // One for each run: a stream whose reader is cancelled is at its end for all.
            let (ends, ender) = AsyncStream<Void>.makeStream()
            let number = state.withLock { state in
                state.count += 1
                state.enders.append(ender)
                if state.hasEnded { ender.finish() }
                return state.count
            }
            for await _ in ends {}
            try Task.checkCancellation()
            return number
        }
    }

    func waitUntil(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }

    @Test func `callers at the same time share one work and its result`() async throws {
        let work = Work()
        let callers = (0..<5).map { _ in
            Task { try await flights.value(for: "key") { try await work.run() } }
        }
        await waitUntil { flights.waiterCount(for: "key") == 4 }
        work.end()
        for caller in callers { #expect(try await caller.value == 1) }
        #expect(work.count == 1)
    }

    @Test func `callers after each other each do their work`() async throws {
        let first = try await flights.value(for: "key") { 1 }
        let second = try await flights.value(for: "key") { 2 }
        #expect(first == 1)
        #expect(second == 2)
    }

    @Test func `different keys do not wait for each other`() async throws {
        let work = Work()
        let caller = Task { try await flights.value(for: "one") { try await work.run() } }
        await waitUntil { work.count == 1 }
        #expect(try await flights.value(for: "two") { 2 } == 2)
        work.end()
        #expect(try await caller.value == 1)
    }

    @Test func `an error reaches all who wait and is not kept`() async throws {
        let work = Work()
        let callers = (0..<3).map { _ in
            Task {
                try await flights.value(for: "key") { () async throws -> Int in
                    _ = try await work.run()
                    throw Failure()
                }
            }
        }
        await waitUntil { flights.waiterCount(for: "key") == 2 }
        work.end()
        for caller in callers {
            await #expect(throws: Failure.self) { try await caller.value }
        }
        #expect(work.count == 1)
        #expect(try await flights.value(for: "key") { 7 } == 7)
    }

    @Test func `one who waits can be cancelled alone`() async throws {
        let work = Work()
        let worker = Task { try await flights.value(for: "key") { try await work.run() } }
        await waitUntil { work.count == 1 }
        let patient = Task { try await flights.value(for: "key") { 8 } }
        await waitUntil { flights.waiterCount(for: "key") == 1 }
        let impatient = Task { try await flights.value(for: "key") { 9 } }
        await waitUntil { flights.waiterCount(for: "key") == 2 }
        impatient.cancel()
        await #expect(throws: CancellationError.self) { try await impatient.value }
        #expect(flights.waiterCount(for: "key") == 1)
        work.end()
        #expect(try await worker.value == 1)
        #expect(try await patient.value == 1)
    }

    @Test func `when the one at work is cancelled the next one works for the others`() async throws {
        let work = Work()
        let worker = Task { try await flights.value(for: "key") { try await work.run() } }
        await waitUntil { work.count == 1 }
        let others = (0..<3).map { _ in
            Task { try await flights.value(for: "key") { try await work.run() } }
        }
        await waitUntil { flights.waiterCount(for: "key") == 3 }
        worker.cancel()
        await #expect(throws: CancellationError.self) { try await worker.value }
        await waitUntil { work.count == 2 }
        #expect(flights.waiterCount(for: "key") == 2)
        work.end()
        for other in others { #expect(try await other.value == 2) }
        #expect(work.count == 2)
    }

    @Test func `a cancelled work without others leaves nothing behind`() async throws {
        let work = Work()
        let worker = Task { try await flights.value(for: "key") { try await work.run() } }
        await waitUntil { work.count == 1 }
        worker.cancel()
        await #expect(throws: CancellationError.self) { try await worker.value }
        #expect(try await flights.value(for: "key") { 7 } == 7)
    }

    @Test func `a caller who is cancelled already gets no turn`() async throws {
        let caller = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await flights.value(for: "key") { 1 }
        }
        await #expect(throws: CancellationError.self) { try await caller.value }
        #expect(try await flights.value(for: "key") { 7 } == 7)
    }
}
