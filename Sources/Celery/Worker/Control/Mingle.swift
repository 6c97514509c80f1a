import Foundation
import Logging

/// Asks the other workers which tasks are revoked, and what time it is (celery/worker/consumer/mingle.py): at the start, and
/// whenever requests may have been missed.
///
/// The broker says how many workers heard the question, so nobody is waited for who is not there.
struct Mingle: Sendable {
    let node: WorkerNode

    /// How long the others may take (celery/worker/consumer/mingle.py).
    private static let timeout = Duration.seconds(1)

    /// Asks, and takes over what the others and the broker know.
    func run() async {
        do {
            if node.settings.remembersRevoked {
                node.state.revoke(try await node.broker.revokedTasks())
                let clock = try await node.broker.rememberedClock()
                if clock > 0 { node.clock.adjust(to: clock) }
            }
            guard node.settings.isEnabled, node.settings.mingles else { return }
            node.logger.info("mingle: searching for neighbors")
            let arguments: JSONObject = [
                "from_node": .string(node.name),
                "revoked": .array(node.state.revoked.map { .string($0.rawValue) }),
            ]
            let content = node.configuration.content
            let mailbox = ControlMailbox(broker: node.broker, clock: node.clock, content: content)
            let replies = try await mailbox.ask("hello", arguments, timeout: Self.timeout)
            await take(replies.filter { $0.node != node.name && !$0.answer.isNull })
        } catch is CancellationError {
            // The worker stops.
        } catch {
            node.logger.warning("mingle: the others cannot be asked", metadata: ["error": "\(error)"])
        }
    }

    private func take(_ replies: [ControlReply]) async {
        guard !replies.isEmpty else {
            node.logger.info("mingle: all alone")
            return
        }
        node.logger.info("mingle: sync with \(replies.count) nodes")
        for reply in replies {
            node.party.greet(reply.node)
            if let clock = reply.answer["clock"]?.intValue, clock > 0 {
                node.clock.adjust(to: clock)
            } else {
                node.clock.forward()
            }
            await node.mergeRevoked(Self.revoked(reply.answer["revoked"] ?? .null))
        }
        node.logger.info("mingle: sync complete")
    }

    /// The ids in what another worker says: a list since 5.7, a mapping from id to time before.
    static func revoked(_ value: JSONValue) -> [TaskID] {
        switch value {
        case .array(let ids): ids.compactMap(\.stringValue).map { TaskID($0) }
        case .object(let times): times.keys.map { TaskID($0) }
        default: []
        }
    }
}
