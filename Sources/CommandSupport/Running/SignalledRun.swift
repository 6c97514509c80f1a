import Foundation
package import Logging
package import ServiceLifecycle
import UnixSignals

/// Runs services until signals stop them, the way Celery's worker is stopped.
///
/// The first TERM or INT lets running tasks end; a second one, or QUIT, ends them. Either way the process ends normally.
package struct SignalledRun: Sendable {
    private let foundation: [any Service]
    private let services: [any Service]
    private let drainTimeout: Duration?
    private let logger: Logger
    /// Ends the process after a time, whatever it does then.
    var lastResort: @Sendable (Duration) -> Void

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - foundation: What the services need, in the order of need: connections, caches. They end last, and are never
    ///     cancelled before the services have ended, since a worker that stops cold still has messages to hand back.
    ///   - services: What the run is about. All end when one of them does, the last first.
    ///   - drainTimeout: How long the services take at most for a warm stop; nil if nobody knows.
    ///   - logger: Where it reports.
    package init(
        foundation: [any Service],
        services: [any Service],
        drainTimeout: Duration? = nil,
        logger: Logger
    ) {
        self.foundation = foundation
        self.services = services
        self.drainTimeout = drainTimeout
        self.logger = logger
        lastResort = { LastResort.arm(after: $0, logger: logger) }
    }

    /// Runs until a signal or a service ends it.
    ///
    /// - Throws: What a service throws.
    package func run() async throws {
        // A log that nobody reads any more must not end the process.
        signal(SIGPIPE, SIG_IGN)
        let signals = await UnixSignalsSequence(trapping: StopSignals.all)
        let cold = ColdStop()
        let stoppable = services.map { service in
            ServiceGroupConfiguration.ServiceConfiguration(
                service: StoppableService(service: service, cold: cold),
                successTerminationBehavior: .gracefullyShutdownGroup,
                failureTerminationBehavior: .gracefullyShutdownGroup
            )
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: foundation.map { .init(service: $0) } + stoppable,
                logger: logger
            )
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask { await follow(signals, group, cold) }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }

    private func follow(_ signals: UnixSignalsSequence, _ group: ServiceGroup, _ cold: ColdStop) async {
        var stops = StopSignals(environment: ProcessInfo.processInfo.environment)
        for await signal in signals {
            switch stops.receive(signal) {
            case .warm:
                logger.info("\(signal): warm stop; once more for a cold one")
                if let drainTimeout { lastResort(drainTimeout + LastResort.patience) }
                await group.triggerGracefulShutdown()
            case .cold:
                logger.info("\(signal): cold stop")
                lastResort(LastResort.patience)
                // The group follows when the services have ended.
                cold.pull()
            case nil:
                break
            }
        }
    }
}
