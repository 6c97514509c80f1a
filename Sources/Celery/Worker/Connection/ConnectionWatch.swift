import Logging

/// Follows the broker's connection and does what is to be done about it.
struct ConnectionWatch: Sendable {
    let node: WorkerNode
    let updates: AsyncStream<BrokerConnectionUpdate>

    /// Follows it until cancelled.
    ///
    /// - Throws: ``CeleryError`` with the code `unavailable` when the worker is not to try again; it is stopping then.
    func run() async throws {
        var state = ConnectionState(node.configuration.connection)
        for await update in updates {
            for step in state.receive(update) {
                switch step {
                case .tellConnected:
                    node.logger.info("Connected to \(url)")
                case .tellLoss(let reason):
                    node.logger.warning(
                        "consumer: Connection to broker lost. Trying to re-establish the connection...",
                        metadata: ["error": "\(reason)"]
                    )
                case .tellFailure(let reason, let again):
                    node.logger.error("consumer: Cannot connect to \(url): \(reason). \(again)")
                case .cancelTasks where node.stop.phase == .none:
                    cancelTasks()
                case .giveUp(let reason) where node.stop.phase == .none:
                    node.logger.critical("\(reason)")
                    node.stop.advance(to: .warm)
                    throw CeleryError(.unavailable, reason)
                case .cancelTasks, .giveUp:
                    // The worker is stopping anyway.
                    break
                }
            }
        }
    }

    private var url: String { node.broker.connectionInfo.url }

    private func cancelTasks() {
        for task in node.state.tasks where task.phase == .active && !task.isAcknowledged {
            node.logger.warning(
                """
                Task \(task.request.message.displayName)[\(task.id)] cannot be acknowledged after a connection loss \
                since late acknowledgement is enabled for it. Terminating it instead.
                """
            )
            task.control.cancel()
        }
    }
}
