import Celery
import Logging

/// What a worker says of itself when it starts, as a banner for people or as one line for programs.
struct StartReport {
    let configuration: WorkerConfiguration
    /// The program's name.
    let app: String
    /// Where the broker and the results are, and what else the program is set to; no passwords.
    let places: [(name: String, value: String)]
    /// The names of the tasks, those of Celery included.
    let tasks: [String]

    /// The banner.
    ///
    /// - Parameters:
    ///   - level: Celery's own tasks are shown at level debug only.
    ///   - time: What time it is.
    /// - Returns: What to print.
    func banner(level: Logger.Level, time: String) -> Banner {
        Banner(
            nodeName: configuration.nodeName,
            version: "\(Release.version) (swift-celery)",
            platform: Banner.currentPlatform,
            time: time,
            settings: [("app", app)] + places + [
                ("concurrency", "\(concurrency) (\(configuration.pool.name))"),
                (
                    "task events",
                    configuration.control.sendsTaskEvents
                        ? "ON" : "OFF (enable -E to monitor tasks in this worker)"
                ),
            ],
            queues: configuration.queues.sorted { $0.name.rawValue < $1.name.rawValue }.map(Self.line),
            tasks: tasks.filter { level <= .debug || !$0.hasPrefix("celery.") }.sorted()
        )
    }

    /// The same for a structured line of the log.
    var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = [
            "node": "\(configuration.nodeName)", "version": "\(Release.version)", "concurrency": "\(concurrency)",
            "pool": "\(configuration.pool.name)", "tasks": "\(tasks.joined(separator: ","))",
            "queues": "\(configuration.queues.map(\.name.rawValue).joined(separator: ","))",
        ]
        for (name, value) in places { metadata[name] = "\(value)" }
        return metadata
    }

    private var concurrency: String {
        guard let limits = configuration.autoscale else { return "\(configuration.pool.concurrency)" }
        return "{min=\(limits.min), max=\(limits.max)}"
    }

    /// celery/app/amqp.py, QUEUE_FORMAT.
    private static func line(of queue: Queue) -> String {
        let name = queue.name.rawValue
        let padding = String(repeating: " ", count: max(0, 16 - name.count))
        let exchange = "\(queue.exchange.name)(\(queue.exchange.type.rawValue))"
        return "\(name)\(padding) exchange=\(exchange) key=\(queue.routingKey)"
    }
}

extension WorkerConfiguration.Pool {
    /// The pool's name as `--pool` has it.
    fileprivate var name: String {
        switch self {
        case .processes: "prefork"
        case .async: "async"
        case .solo: "solo"
        }
    }
}
