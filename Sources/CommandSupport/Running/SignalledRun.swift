import Foundation
package import Logging
package import ServiceLifecycle
import UnixSignals

/// Runs services until signals stop them, the way Celery's worker is stopped.
///
/// The first TERM or INT lets running tasks end; a second one, or QUIT, ends them. Either way the process ends normally.
package struct SignalledRun: Sendable {
    /// What is to follow the run.
    package enum Ending: Sendable {
        /// The program ends.
        case stop
        /// The program starts again.
        case restart
    }

    private let foundation: [any Service]
    private let services: [any Service]
    private let rules: StopRules
    private let logger: Logger
    /// Ends the process after a time, whatever it does then.
    var lastResort: @Sendable (Duration) -> Void

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - foundation: What the services need, in the order of need: connections, caches. They end last, and are never
    ///     cancelled before the services have ended, since a worker that stops cold still has messages to hand back.
    ///   - services: What the run is about. All end when one of them does, the last first.
    ///   - rules: How they are stopped.
    ///   - logger: Where it reports.
    package init(
        foundation: [any Service],
        services: [any Service],
        rules: StopRules = StopRules(),
        logger: Logger
    ) {
        self.foundation = foundation
        self.services = services
        self.rules = rules
        self.logger = logger
        lastResort = { LastResort.arm(after: $0, logger: logger) }
    }

    /// Runs until a signal or a service ends it.
    ///
    /// - Returns: What is to follow.
    /// - Throws: What a service throws.
    @discardableResult
    package func run() async throws -> Ending {
        // A log that nobody reads any more must not end the process.
        signal(SIGPIPE, SIG_IGN)
        let signals = await UnixSignalsSequence(trapping: trapped)
        let cold = ColdStop()
        let wait = SoftWait(cold)
        let stoppable = services.map { service in
            ServiceGroupConfiguration.ServiceConfiguration(
                service: StoppableService(service: service, cold: cold),
                successTerminationBehavior: .gracefullyShutdownGroup,
                failureTerminationBehavior: .gracefullyShutdownGroup
            )
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: (foundation + [wait]).map { .init(service: $0) } + stoppable,
                logger: logger
            )
        )
        return try await withThrowingTaskGroup(of: Ending?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            tasks.addTask(executorPreference: rules.executor) { await follow(signals, group, cold, wait) }
            defer { tasks.cancelAll() }
            // Signals are followed until the services have ended.
            _ = try await tasks.next()
            tasks.cancelAll()
            return try await tasks.next().flatMap(\.self) ?? .stop
        }
    }

    private var trapped: [UnixSignal] {
        var trapped: [UnixSignal] = [.sigterm, .sigint, .sigquit]
        if rules.restartsOnHangup { trapped.append(.sighup) }
        if rules.report != nil { trapped.append(.sigusr1) }
        return trapped
    }

    private func follow(
        _ signals: UnixSignalsSequence,
        _ group: ServiceGroup,
        _ cold: ColdStop,
        _ wait: SoftWait
    ) async -> Ending {
        var stops = StopSignals(environment: ProcessInfo.processInfo.environment, softTimeout: rules.softTimeout)
        await withDiscardingTaskGroup { timers in
            for await signal in signals {
                switch stops.receive(signal) {
                case .warm:
                    tell(of: signal, isRestart: stops.isRestart)
                    if let drainTimeout = rules.drainTimeout { lastResort(drainTimeout + LastResort.patience) }
                    await group.triggerGracefulShutdown()
                case .soft(let time):
                    logger.warning("Initiating Soft Shutdown, terminating in \(time.inSeconds) seconds")
                    lastResort(time + LastResort.patience)
                    if rules.isSoftOnIdle { wait.begin() }
                    await group.triggerGracefulShutdown()
                    timers.addTask {
                        // Cancelled when the services have ended sooner.
                        guard (try? await Task.sleep(for: time)) != nil else { return }
                        cold.pull()
                    }
                case .cold:
                    logger.debug("cold stop", metadata: ["signal": "\(signal)"])
                    lastResort(LastResort.patience)
                    // The group follows when the services have ended.
                    cold.pull()
                case .report:
                    rules.report?()
                case nil:
                    break
                }
            }
        }
        return stops.isRestart ? .restart : .stop
    }

    /// What follows from a signal, as far as the worker itself does not say so.
    ///
    /// celery/apps/worker.py, `on_SIGINT` and `install_worker_restart_handler`.
    private func tell(of signal: UnixSignal, isRestart: Bool) {
        if isRestart {
            // Without its arguments, which may hold a password.
            logger.warning("Restarting celery worker (\(Restart.programName))")
        } else if signal == .sigint {
            let consequence = "initiate cold shutdown, terminating all running tasks!"
            logger.info("worker: Hitting Ctrl+C again will \(consequence)")
        } else {
            logger.debug("warm stop", metadata: ["signal": "\(signal)"])
        }
    }
}

extension Duration {
    /// The seconds as Python writes them: `3.0`, `0.25`.
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
