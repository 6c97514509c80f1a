import Foundation
import Logging

/// One life of a worker: start, consume, stop in three steps.
struct WorkerSession: Sendable {
    private let broker: any Broker
    private let configuration: WorkerConfiguration
    private let registry: TaskRegistry
    private let stop: StopControl
    private let logger: Logger
    private let consumer: any Consumer
    private let pool: any WorkerPool
    private let gate: PrefetchGate
    /// What remote control changes of the pool.
    let poolControl: PoolManager
    /// What remote control changes of the queues.
    let consumerControl: WorkerQueues
    private let schedule = Schedule()
    private let rates: RateLimits
    private let handler: DeliveryHandler
    /// What the worker is, for those who look at it.
    let node: WorkerNode
    private let connection: AsyncStream<BrokerConnectionUpdate>
    private let remote: RemoteControl
    /// Where deliveries are dealt with; nil for Swift's cooperative pool, which runs the tasks as well.
    ///
    /// Where child processes run the tasks, this process only passes messages on. It does so on the event loop that the
    /// broker's replies and the children's outcomes come in on, so that none of them has to wake another thread.
    private let executor: (any TaskExecutor)?

    init(
        broker: any Broker,
        results: any ResultBackend,
        configuration: WorkerConfiguration,
        middleware: [any TaskMiddleware],
        registry: TaskRegistry,
        panel: ControlPanel,
        stop: StopControl,
        logger: Logger
    ) {
        self.broker = broker
        self.configuration = configuration
        self.registry = registry
        self.stop = stop
        self.logger = logger
        connection = broker.connectionUpdates()
        consumer = broker.makeConsumer(
            ConsumerConfiguration(
                queues: configuration.queues,
                queueOrder: configuration.queueOrder,
                visibilityTimeout: configuration.visibilityTimeout,
                livenessTimeout: configuration.livenessTimeout
            ),
            logger: logger
        )
        pool = Self.makePool(configuration, registry: registry, logger: logger)
        gate = PrefetchGate(
            PrefetchWindow(
                concurrency: configuration.autoscale?.max ?? pool.concurrency,
                multiplier: configuration.prefetchMultiplier
            )
        )
        poolControl = PoolManager(pool: pool, gate: gate, configuration: configuration, logger: logger)
        consumerControl = WorkerQueues(
            broker: broker,
            consumer: consumer,
            router: configuration.router,
            logger: logger
        )
        let canvas = CanvasSender.Environment(
            router: configuration.router,
            content: configuration.content,
            options: { registry[$0]?.options },
            replyTo: TaskID.random().rawValue
        )
        rates = RateLimits(of: registry, configuration)
        node = WorkerNode(
            configuration,
            registry: registry,
            broker: broker,
            results: results,
            rates: rates,
            consumer: consumer,
            pool: pool,
            poolControl: poolControl,
            consumerControl: consumerControl,
            gate: gate,
            stop: stop,
            canvas: canvas,
            logger: logger
        )
        remote = RemoteControl(node, panel: panel)
        executor = if case .processes = configuration.pool { broker.taskExecutor } else { nil }
        handler = DeliveryHandler(
            broker: broker,
            consumer: consumer,
            results: results,
            configuration: configuration,
            middleware: middleware,
            executor: executor,
            registry: registry,
            pool: pool,
            gate: gate,
            schedule: schedule,
            rates: rates,
            stop: stop,
            node: node,
            logger: logger,
            canvas: canvas
        )
    }

    private static func makePool(
        _ configuration: WorkerConfiguration,
        registry: TaskRegistry,
        logger: Logger
    ) -> any WorkerPool {
        switch configuration.pool {
        case .processes(let concurrency, let children):
            ProcessPool(
                // celery/worker/components.py, Pool: an autoscaled one begins with the fewest.
                concurrency: configuration.autoscale?.min ?? concurrency,
                nodeName: configuration.nodeName,
                configuration: children,
                logger: logger
            )
        case .async(let concurrency):
            InProcessPool(
                concurrency: configuration.autoscale?.min ?? concurrency,
                runner: TaskRunner(registry: registry, logger: logger)
            )
        case .solo:
            InProcessPool(
                concurrency: 1,
                isResizable: false,
                runner: TaskRunner(registry: registry, logger: logger)
            )
        }
    }

    /// Works until it is stopped.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await consumer.run() }
            group.addTask(executorPreference: executor) {
                defer { stop.advance(to: .cold) }
                try await pool.run()
            }
            group.addTask { try await ConnectionWatch(node: node, updates: connection).run() }
            group.addTask { await stopInSteps() }
            group.addTask { await poolControl.run() }
            await declareQueues()
            if configuration.purgesQueues { await purgeQueues() }
            await unlessStopped { await Mingle(node: node).run() }
            group.addTask { await remote.run() }
            await unlessStopped { await remote.started() }
            await withTaskExecutorPreference(executor) { await consume() }
            // Whatever is still held, and the word that this consumer is gone.
            await closeConsumer()
            await limited(to: .seconds(1)) { await remote.close() }
            stop.advance(to: .ended)
            group.cancelAll()
            do {
                while try await group.next() != nil {}
            } catch is CancellationError {
                // What was cancelled above.
            }
        }
        logger.info("\(configuration.nodeName) stopped.")
    }

    /// Declares the queues, as soon as the broker is there or not at all.
    private func declareQueues() async {
        await unlessStopped {
            await retrying("the queues cannot be declared") {
                try await broker.declare(configuration.queues)
            }
        }
    }

    /// Throws away what waits (celery/apps/worker.py, `purge_messages`), as soon as the broker is there or not at all.
    private func purgeQueues() async {
        await unlessStopped {
            await retrying("the queues cannot be purged") {
                let count = try await broker.purge(configuration.queues.map(\.name))
                logger.warning("purge: Erased \(count) \(count == 1 ? "message" : "messages") from the queue.")
            }
        }
    }

    /// Does something as long as the worker is not to stop.
    private func unlessStopped(_ action: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await action() }
            group.addTask { await stop.reached(.warm) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Does something for so long at most: with a broker that is away there is not much waiting.
    private func limited(to time: Duration, _ action: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await action() }
            group.addTask {
                // Cancelled when the action is through.
                try? await Task.sleep(for: time)
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Reads batches and gives each message a task of its own, until fetching ends and all of them have.
    private func consume() async {
        let (batches, continuation) = AsyncStream.makeStream(of: [Delivery].self)
        await withDiscardingTaskGroup { group in
            group.addTask {
                await fetchUntilStopped { continuation.yield($0) }
                continuation.finish()
            }
            for await batch in batches {
                for delivery in batch {
                    // The place in the line is taken here, where deliveries still are in order.
                    let ticket = pool.ticket()
                    group.addTask { await handler.handle(delivery, ticket: ticket) }
                }
            }
        }
    }

    private func fetchUntilStopped(_ yield: @escaping @Sendable ([Delivery]) -> Void) async {
        guard stop.phase == .none else { return }
        logger.info("\(configuration.nodeName) ready.")
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await fetch(yield) }
            group.addTask { await stop.reached(.warm) }
            await group.next()
            group.cancelAll()
        }
    }

    private func fetch(_ yield: @Sendable ([Delivery]) -> Void) async {
        var backoff = Backoff()
        while !Task.isCancelled {
            await gate.opened()
            do {
                let deliveries = try await consumer.reserve { gate.credit }
                guard !deliveries.isEmpty else { continue }
                gate.take(deliveries.count)
                poolControl.received()
                yield(deliveries)
                backoff = Backoff()
            } catch is CancellationError {
                return
            } catch {
                logger.warning("consumer: no messages can be fetched", metadata: ["error": "\(error)"])
                // Cancellation ends the pause and the loop.
                try? await Task.sleep(for: backoff.next())
            }
        }
    }

    /// Stop fetching and let tasks end; then hand back what has not ended, and only then end it.
    private func stopInSteps() async {
        await stop.reached(.warm)
        schedule.close()
        rates.close()
        pool.close()
        if stop.phase == .warm {
            logger.info("worker: Warm shutdown (MainProcess)")
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await stop.reached(.cold) }
                if let limit = configuration.drainTimeout {
                    group.addTask {
                        // Cancelled when the worker is through sooner.
                        guard (try? await Task.sleep(for: limit)) != nil else { return }
                        stop.advance(to: .cold)
                    }
                }
                await group.next()
                group.cancelAll()
            }
        }
        guard stop.phase == .cold else { return }
        logger.info("worker: Cold shutdown (MainProcess)")
        await closeConsumer()
        await pool.terminate()
    }

    /// Hands everything back.
    ///
    /// With a broker that is away there is not much waiting: leases run out by themselves.
    private func closeConsumer() async {
        await limited(to: .seconds(3)) {
            await retrying("messages cannot be handed back") { _ = try await consumer.close() }
        }
    }

    /// Tries again until it works, or until cancelled.
    private func retrying(_ complaint: String, _ action: () async throws -> Void) async {
        var backoff = Backoff()
        while !Task.isCancelled, stop.phase < .ended {
            do {
                return try await action()
            } catch {
                guard !Task.isCancelled else { return }
                logger.warning("\(complaint)", metadata: ["error": "\(error)"])
                // Ends early only by cancellation.
                try? await Task.sleep(for: backoff.next())
            }
        }
    }
}
