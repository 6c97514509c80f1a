import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import UnixSignals

@testable import CommandSupport

// One after another: signals belong to the whole process.
@Suite(.serialized, .timeLimit(.minutes(1))) struct StoppingTests {
    @Test func `the first signal is warm, the second cold, more change nothing`() {
        var stops = StopSignals(environment: [:])
        #expect(stops.receive(.sigterm) == .warm)
        #expect(stops.receive(.sigint) == .cold)
        #expect(stops.receive(.sigquit) == nil)
    }

    @Test func `QUIT is cold at once, and TERM when it is remapped`() {
        var quit = StopSignals(environment: [:])
        #expect(quit.receive(.sigquit) == .cold)
        var remapped = StopSignals(environment: ["REMAP_SIGTERM": "SIGQUIT"])
        #expect(remapped.receive(.sigterm) == .cold)
        var interrupted = StopSignals(environment: ["REMAP_SIGTERM": "SIGQUIT"])
        #expect(interrupted.receive(.sigint) == .warm)
    }

    @Test func `a warm stop ends services before what they need`() async throws {
        let journal = Journal()
        let worker = TestService {
            kill(getpid(), SIGTERM)
            try await gracefulShutdown()
            journal.note("worker ended")
        }
        try await run(worker, journal, lastResort: { _ in })
        #expect(journal.entries == ["worker ended", "foundation ended gracefully"])
    }

    @Test func `a cold stop cancels services but not what they need`() async throws {
        let journal = Journal()
        let worker = TestService {
            kill(getpid(), SIGQUIT)
            do {
                // Ends by its cancellation, which is what is tested.
                try await Task.sleep(for: .seconds(3600))
            } catch {
                journal.note("worker cancelled")
            }
        }
        try await run(worker, journal, lastResort: { journal.note("last resort after \($0)") })
        #expect(
            journal.entries == ["last resort after 10.0 seconds", "worker cancelled", "foundation ended gracefully"]
        )
    }

    @Test func `a service that fails ends the run with its error`() async throws {
        let journal = Journal()
        let worker = TestService { throw CommandError("broken") }
        await #expect { try await run(worker, journal, lastResort: { _ in }) } throws: { "\($0)" == "broken" }
        #expect(journal.entries == ["foundation ended gracefully"])
    }

    private func run(
        _ service: TestService,
        _ journal: Journal,
        lastResort: @escaping @Sendable (Duration) -> Void
    ) async throws {
        let foundation = TestService {
            do {
                try await gracefulShutdown()
                journal.note("foundation ended gracefully")
            } catch {
                journal.note("foundation cancelled")
            }
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var run = SignalledRun(foundation: [foundation], services: [service], logger: logger)
        run.lastResort = lastResort
        try await run.run()
    }
}

private struct TestService: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws { try await body() }
}

private final class Journal: Sendable {
    private let state = Mutex<[String]>([])

    var entries: [String] { state.withLock { $0 } }

    func note(_ entry: String) {
        state.withLock { $0.append(entry) }
    }
}
