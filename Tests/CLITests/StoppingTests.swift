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

    @Test func `a cold stop gives tasks some time if that is set, and no more when asked again`() {
        var stops = StopSignals(environment: [:], softTimeout: .seconds(3))
        #expect(stops.receive(.sigquit) == .soft(.seconds(3)))
        #expect(stops.receive(.sigquit) == .cold)
        #expect(stops.receive(.sigquit) == nil)
        var interrupted = StopSignals(environment: [:], softTimeout: .seconds(3))
        #expect(interrupted.receive(.sigint) == .warm)
        #expect(interrupted.receive(.sigint) == .soft(.seconds(3)))
        #expect(interrupted.receive(.sigint) == .cold)
    }

    @Test func `a hangup is a warm stop before a new start, unless somebody asks to stop meanwhile`() {
        var stops = StopSignals(environment: [:])
        #expect(stops.receive(.sighup) == .warm)
        #expect(stops.isRestart)
        #expect(stops.receive(.sighup) == nil)
        #expect(stops.receive(.sigterm) == nil)
        #expect(!stops.isRestart)
        #expect(stops.receive(.sigterm) == .cold)
        var stopping = StopSignals(environment: [:])
        #expect(stopping.receive(.sigterm) == .warm)
        #expect(stopping.receive(.sighup) == nil)
        #expect(!stopping.isRestart)
    }

    @Test func `USR1 asks for a report at any time and changes nothing`() {
        var stops = StopSignals(environment: [:])
        #expect(stops.receive(.sigusr1) == .report)
        #expect(stops.receive(.sigterm) == .warm)
        #expect(stops.receive(.sigusr1) == .report)
        #expect(stops.receive(.sigterm) == .cold)
    }

    @Test func `a soft stop lets a task end`() async throws {
        let journal = Journal()
        let worker = TestService {
            kill(getpid(), SIGQUIT)
            try await gracefulShutdown()
            journal.note("worker ended")
        }
        let rules = StopRules(softTimeout: .seconds(3600))
        try await run(worker, journal, rules) { journal.note("last resort after \($0)") }
        #expect(
            journal.entries == ["last resort after 3610.0 seconds", "worker ended", "foundation ended gracefully"]
        )
    }

    @Test func `a soft stop ends in a cold one`() async throws {
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
        try await run(worker, journal, StopRules(softTimeout: .milliseconds(20)))
        #expect(journal.entries == ["worker cancelled", "foundation ended gracefully"])
    }

    @Test func `a soft stop takes its time although nothing runs, if that is set`() async throws {
        let journal = Journal()
        let worker = TestService {
            kill(getpid(), SIGQUIT)
            try await gracefulShutdown()
            journal.note("worker ended")
        }
        let time = Duration.milliseconds(200)
        let begin = ContinuousClock.now
        try await run(worker, journal, StopRules(softTimeout: time, isSoftOnIdle: true))
        #expect(ContinuousClock.now - begin >= time)
        #expect(journal.entries == ["worker ended", "foundation ended gracefully"])
    }

    @Test func `a hangup asks for a new start, USR1 for a report`() async throws {
        let journal = Journal()
        let (reported, signal) = AsyncStream.makeStream(of: Void.self)
        let worker = TestService {
            kill(getpid(), SIGUSR1)
            for await _ in reported { break }
            kill(getpid(), SIGHUP)
            try await gracefulShutdown()
        }
        let rules = StopRules(restartsOnHangup: true) {
            journal.note("report")
            signal.yield()
        }
        #expect(try await run(worker, journal, rules) == .restart)
        #expect(journal.entries == ["report", "foundation ended gracefully"])
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

    @discardableResult
    private func run(
        _ service: TestService,
        _ journal: Journal,
        _ rules: StopRules = StopRules(),
        lastResort: @escaping @Sendable (Duration) -> Void = { _ in }
    ) async throws -> SignalledRun.Ending {
        let foundation = TestService {
            do {
                try await gracefulShutdown()
                journal.note("foundation ended gracefully")
            } catch {
                journal.note("foundation cancelled")
            }
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var run = SignalledRun(foundation: [foundation], services: [service], rules: rules, logger: logger)
        run.lastResort = lastResort
        return try await run.run()
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
