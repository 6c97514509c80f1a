/// Decides what follows from what becomes of the broker's connection (celery/worker/consumer/consumer.py).
struct ConnectionState {
    /// What is to be done.
    enum Step: Equatable {
        /// Tell the log that it is there.
        case tellConnected
        /// Tell the log that it broke.
        case tellLoss(reason: String)
        /// Tell the log that a try has failed, and which one it was.
        case tellFailure(reason: String, again: String)
        /// End the tasks that run and hand them back.
        case cancelTasks
        /// Stop the worker.
        case giveUp(reason: String)
    }

    private let rules: ConnectionRules
    private var wasConnected = false
    private var failures = 0

    /// The first failure is told, and each of so many, which are half a minute with the pauses of ``RedisClient``.
    private static let toldEach = 10

    init(_ rules: ConnectionRules) {
        self.rules = rules
    }

    /// Takes note of what has become of the connection.
    mutating func receive(_ update: BrokerConnectionUpdate) -> [Step] {
        switch update {
        case .connected:
            wasConnected = true
            failures = 0
            return [.tellConnected]
        case .lost(let reason):
            guard rules.retries else { return [.tellLoss(reason: reason), .giveUp(reason: refusal)] }
            return [.tellLoss(reason: reason)] + (rules.cancelsTasksOnLoss ? [.cancelTasks] : [])
        case .failed(let reason, let pause):
            return failed(reason, pause)
        }
    }

    private mutating func failed(_ reason: String, _ pause: Duration) -> [Step] {
        guard wasConnected ? rules.retries : rules.retriesOnStartup ?? rules.retries else {
            return [.tellFailure(reason: reason, again: ""), .giveUp(reason: refusal)]
        }
        failures += 1
        if let most = rules.maxRetries, failures > most {
            let words = "The broker could not be reached in \(failures) tries (broker_connection_max_retries=\(most))."
            return [.tellFailure(reason: reason, again: ""), .giveUp(reason: words + " Shutting down...")]
        }
        guard failures == 1 || failures.isMultiple(of: Self.toldEach) else { return [] }
        let hundredths = Int((pause.seconds * 100).rounded())
        let seconds = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
        let count = rules.maxRetries.map { "\(failures)/\($0)" } ?? "\(failures)"
        return [.tellFailure(reason: reason, again: "Trying again in \(seconds) seconds... (\(count))")]
    }

    /// Why there is no further try, in Celery's words.
    private var refusal: String {
        let setting =
            !wasConnected && rules.retriesOnStartup != nil
            ? "broker_connection_retry_on_startup" : "broker_connection_retry"
        return """
            Retrying to \(wasConnected ? "re-establish" : "establish") a connection to the message broker after a \
            connection loss has been disabled (app.conf.\(setting)=False). Shutting down...
            """
    }
}
