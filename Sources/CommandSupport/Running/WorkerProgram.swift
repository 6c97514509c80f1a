package import Celery
import CeleryRedis
import Foundation
package import Logging
package import ServiceLifecycle

/// A program that is a worker: what each does around its tasks, from its settings to its end.
package struct WorkerProgram {
    /// Where the servers are, and how to log.
    package let settings: Settings
    /// Where it reports.
    package let logger: Logger
    /// How its worker works; to be changed before the worker is made.
    package var configuration: WorkerConfiguration
    /// How it is stopped.
    package var rules: StopRules
    /// The Redis clients, to which those of its tasks may be added.
    package var connections: Connections
    /// What else is shown of how it is set, beside broker and results.
    package var places: [(name: String, value: String)] = []

    private let app: String
    private let isQuiet: Bool
    private let pidFile: PidFile?
    private let restart: Restart

    /// Reads the settings of a worker and begins to log.
    ///
    /// - Parameters:
    ///   - app: The program's name.
    ///   - settings: The settings of every program; those of a worker are read from the same sources.
    ///   - childSettings: What the pool's children need to know of the program's own settings.
    /// - Throws: ``SettingsError`` when one is not usable.
    package init(_ app: String, _ settings: Settings, childSettings: [SettingKey: JSONValue] = [:]) async throws {
        restart = Restart()
        self.app = app
        self.settings = settings
        let children = PoolChildEnvironment.prepare(childSettings, logging: settings.logging)
        let worker = try await WorkerSettings(from: settings.source, children: children)
        configuration = worker.configuration
        rules = worker.stopRules
        isQuiet = try await settings.source.isOn(.quiet)
        pidFile = try await settings.source.path(.pidFile).map(PidFile.init)
        try settings.logging.bootstrap()
        logger = Logger(label: app)
        for remark in worker.remarks { logger.warning("\(remark)") }
        connections = Connections(settings, logger: logger)
    }

    /// Makes the worker, without tasks.
    package mutating func makeWorker(middleware: [any TaskMiddleware] = []) -> Worker {
        Worker(
            broker: connections.broker(),
            results: connections.results(),
            configuration: configuration,
            middleware: middleware,
            logger: logger
        )
    }

    /// Runs the worker until a signal stops it, and starts the program again if that is what the signal was for.
    ///
    /// - Parameters:
    ///   - worker: The worker.
    ///   - foundation: What it needs beside the connections, in the order of need.
    ///   - others: What runs beside it, and ends before it does.
    /// - Throws: What a service throws, and ``CommandError`` when another process holds the pid file.
    package mutating func run(
        _ worker: Worker,
        on foundation: [any Service] = [],
        with others: [any Service] = []
    ) async throws {
        try pidFile?.acquire()
        defer { pidFile?.release() }
        announce(worker)
        var rules = rules
        rules.report = { worker.logReport() }
        rules.executor = connections.broker().taskExecutor
        let run = SignalledRun(
            foundation: connections.all + foundation,
            services: [worker] + others,
            rules: rules,
            logger: logger
        )
        guard case .restart = try await run.run() else { return }
        pidFile?.release()
        try restart.perform()
    }

    /// Shows how the worker is set (celery/apps/worker.py, `emit_banner`).
    private mutating func announce(_ worker: Worker) {
        let report = StartReport(
            configuration: configuration,
            app: app,
            places: [
                ("transport", connections.broker().connectionInfo.url),
                ("results", connections.results().address ?? "disabled"),
            ] + places,
            tasks: worker.taskNames
        )
        if settings.logging.format == .json {
            logger.info("starting", metadata: report.metadata)
        } else if !isQuiet, StandardOutput.isTerminal || settings.logging.level <= .info {
            // A banner that nobody reads any more must not end the process.
            signal(SIGPIPE, SIG_IGN)
            var time: [UInt8] = []
            LogTime(LogTime.now, isLocal: true).append(to: &time)
            let now = String(decoding: time.prefix { $0 != UInt8(ascii: ",") }, as: UTF8.self)
            StandardOutput.write(Array(report.banner(level: settings.logging.level, time: now).text.utf8))
        }
    }

    /// Runs tasks for the worker that started this process.
    ///
    /// What reads the broker and stores results is the worker, so there is nothing to connect to here.
    ///
    /// - Parameters:
    ///   - app: The program's name.
    ///   - source: The settings of this process.
    ///   - register: Registers the tasks.
    /// - Throws: ``SettingsError`` when the settings are not usable.
    package static func runChild(
        _ app: String,
        _ source: SettingsSource,
        register: (inout Worker, Logger) throws -> Void
    ) async throws {
        let logger = try await PoolChildEnvironment.enter(label: app, source: source)
        var worker = Worker(broker: MemoryBroker(), results: MemoryResultBackend(), logger: logger)
        try register(&worker, logger)
        try await worker.run()
    }
}
