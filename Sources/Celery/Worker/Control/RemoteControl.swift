import Foundation
import Logging
import Synchronization

/// Makes a worker seen and obedient: answers control requests, sends events and heartbeats, listens to other workers.
///
/// All of it goes on while the worker drains, and ends after everything else.
final class RemoteControl: Sendable {
    private let node: WorkerNode
    private let panel: ControlPanel
    private let ready = AsyncStream.makeStream(of: Void.self)
    /// Told when requests may have been missed; several before anybody looks are one.
    private let gaps = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    init(_ node: WorkerNode, panel: ControlPanel) {
        self.node = node
        self.panel = panel
    }

    private var gossip: Gossip { Gossip(node: node) }

    /// Waits until requests are heard, or nobody can hear them.
    func started() async {
        for await _ in ready.stream {}
    }

    /// Works until cancelled.
    func run() async {
        // Not among the tasks, which may occupy all threads: whoever asks for an answer shall have it.
        let executor = node.broker.taskExecutor
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: executor) { await self.node.events.run() }
            group.addTask(executorPreference: executor) { await self.listen() }
            group.addTask { await self.catchUp() }
            group.addTask { await self.keepQueues() }
            if node.settings.sendsHeartbeats {
                group.addTask(executorPreference: executor) {
                    await self.started()
                    await self.node.heartbeat.online()
                    await self.node.heartbeat.run()
                }
            }
            if node.settings.gossips { group.addTask { await self.gossip.run() } }
        }
    }

    /// Says goodbye: the last events, and the word that the worker goes.
    func close() async {
        await node.events.flush()
        if node.settings.sendsHeartbeats { await node.heartbeat.offline() }
        if node.settings.remembersRevoked {
            // Without it the clock of a whole new fleet begins at zero, as Celery's does without --statedb.
            try? await node.broker.rememberClock(node.clock.value)
        }
        for queue in queues {
            // Queues that stay behind expire by themselves.
            try? await node.broker.delete([queue])
        }
    }

    // MARK: Listening

    private var topics: [BroadcastTopic] {
        var topics: [BroadcastTopic] = []
        if node.settings.isEnabled { topics.append(BroadcastTopic(exchange: ControlRequest.exchange)) }
        if node.settings.gossips {
            topics.append(BroadcastTopic(exchange: EventDispatcher.exchange, routingKey: "worker.*"))
        }
        return topics
    }

    private func listen() async {
        let topics = topics
        defer { ready.continuation.finish() }
        guard !topics.isEmpty else { return }
        while !Task.isCancelled {
            do {
                try await node.broker.withBroadcasts(of: topics) { events in
                    self.ready.continuation.finish()
                    for try await event in events {
                        switch event {
                        case .message(let broadcast): await self.receive(broadcast)
                        case .gap: self.gaps.continuation.yield()
                        }
                    }
                }
            } catch {
                if Task.isCancelled { return }
                ready.continuation.finish()
                node.logger.warning("control requests are not heard", metadata: ["error": "\(error)"])
            }
            // Ends early only by cancellation.
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Asks the others what was missed, each time the connection is back (celery/worker/consumer/consumer.py restarts all its
    /// steps, the mingle among them).
    private func catchUp() async {
        for await _ in gaps.stream { await Mingle(node: node).run() }
    }

    private func receive(_ broadcast: Broadcast) async {
        if broadcast.exchange == EventDispatcher.exchange {
            await gossip.receive(broadcast)
        } else {
            await answer(broadcast)
        }
    }

    private func answer(_ broadcast: Broadcast) async {
        node.clock.forward()
        let request: ControlRequest
        do {
            request = try ControlRequest(envelope: broadcast.envelope, content: node.configuration.content)
            node.clock.adjust(to: request.clock)
            guard try request.concerns(node.name), !request.isStale(at: Date()) else { return }
        } catch {
            node.logger.error("Cannot decode message", metadata: ["error": "\(error)"])
            return
        }
        node.logger.debug("pidbox received method \(request.method)")
        let answer = await panel.answer(request, node)
        // celery/worker/control.py, shutdown: an exception that nobody answers.
        guard let address = request.replyAddress, request.method != "shutdown" else { return }
        let message = request.reply(
            answer,
            from: node.name,
            to: address,
            clock: node.clock.forward(),
            content: node.configuration.content
        )
        do {
            try await node.broker.reply(message, exchange: address.exchange, routingKey: address.routingKey)
        } catch {
            node.logger.warning("a control request stays unanswered", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Queues

    /// The queues that Celery's worker declares for both exchanges; on Redis nothing is ever in them.
    private var queues: [Queue] {
        var queues: [Queue] = []
        if node.settings.isEnabled {
            let name = QueueName("\(node.name).\(ControlRequest.exchange)")
            queues.append(queue(name, of: ControlRequest.exchange, routingKey: "", expires: .seconds(10)))
        }
        if node.settings.gossips {
            let exchange = EventDispatcher.exchange
            queues.append(queue(eventQueue, of: exchange, routingKey: "worker.#", expires: .seconds(60)))
        }
        return queues
    }

    private let eventQueue = QueueName("celeryev.\(randomUUIDText())")

    private func queue(_ name: QueueName, of exchange: String, routingKey: String, expires: Duration) -> Queue {
        let exchange = Exchange(exchange, type: .fanout, isDurable: false)
        return Queue(
            name,
            exchange: exchange,
            routingKey: routingKey,
            expires: expires,
            isDurable: false,
            isAutoDeleted: true
        )
    }

    private func keepQueues() async {
        while !Task.isCancelled {
            do {
                try await node.broker.declare(queues)
                // kombu/transport/redis.py: a table lives for an hour at least and is refreshed each third of it.
                try await Task.sleep(for: .seconds(1200))
            } catch {
                if Task.isCancelled { return }
                node.logger.debug("queues of the worker cannot be declared", metadata: ["error": "\(error)"])
                // Ends early only by cancellation.
                try? await Task.sleep(for: .seconds(5))
            }
        }
    }
}
