import Celery
import Foundation
import Logging
import Redis
import Synchronization

/// One worker's hold on the queues of a Redis server.
///
/// Waiting, taking and keeping are three things: ``QueueWatch`` waits without taking anything out, ``ReserveScript`` takes
/// into `unacked` in one step, and ``run()`` renews what is held and recovers what others no longer hold.
final class RedisConsumer: Consumer {
    struct State {
        var nextNumber = 1
        var held: Set<String> = []
        /// Lost before, and running here: what is stored of them counts one more loss.
        var suspects: Set<String> = []
        /// Taken over from dead consumers that had acknowledged them early; nobody has asked for them yet.
        var unended: [Delivery] = []
        /// Numbers of tags that a script is giving out, or may have given out although its reply never came.
        var uncertain: [Range<Int>] = []
        /// Copies of broadcasts that are other workers', and have not been ended yet.
        var foreign: [Delivery] = []
        /// How many connections had been made when it was last compared what the server and this consumer hold.
        var comparedAt: Int?
        var queues: [Queue]
        var isClosed = false
        /// How far the round robin of the queues has come.
        var turn = 0
    }

    let redis: RedisClient
    let keys: KeyNames
    private let routing: MessageRouting
    let configuration: ConsumerConfiguration
    let logger: Logger
    private let id = UUID().uuidString.lowercased()
    let watch: QueueWatch
    let broadcasts: BroadcastInbox
    let recovery: Recovery
    let state: Mutex<State>

    init(
        redis: RedisClient,
        keys: KeyNames,
        routing: MessageRouting,
        configuration: ConsumerConfiguration,
        logger: Logger
    ) {
        self.redis = redis
        self.keys = keys
        self.routing = routing
        self.configuration = configuration
        self.logger = logger
        state = Mutex(State(queues: configuration.queues))
        let lists = Self.lists(configuration.queues, keys).map(\.list.key)
        let watch = QueueWatch(redis.configuration, lists: lists, logger: logger)
        self.watch = watch
        broadcasts = BroadcastInbox(redis: redis, keys: keys, queues: configuration.queues, logger: logger) {
            watch.signal()
        }
        recovery = Recovery(redis: redis, keys: keys, routing: routing, consumer: id, logger: logger)
    }

    var tagPrefix: String { id + "." }
    private var liveness: Int { Int(configuration.livenessTimeout / .milliseconds(1)) }

    // MARK: Queues

    var queues: [Queue] { state.withLock { $0.queues } }

    func add(_ queue: Queue) {
        change { queues in
            if !queues.contains(where: { $0.name == queue.name }) { queues.append(queue) }
        }
    }

    func cancel(_ name: QueueName) {
        change { queues in queues.removeAll { $0.name == name } }
    }

    private func change(_ body: (inout [Queue]) -> Void) {
        let queues = state.withLock { state in
            body(&state.queues)
            return state.queues
        }
        broadcasts.change(to: queues)
        watch.change(to: Self.lists(queues, keys).map(\.list.key))
    }

    // MARK: Waiting and taking

    func reserve(upTo limit: @escaping @Sendable () -> Int) async throws -> [Delivery] {
        while true {
            try Task.checkCancellation()
            // What a script takes must not be lost to a cancellation that comes while it runs.
            let deliveries = try await shielded { try await self.take(min(limit(), ReserveScript.mostAtOnce)) }
            // What waits would end each further wait at once.
            if !deliveries.isEmpty || limit() <= 0 { return deliveries }
            // A sweep signals after it has found something, so nothing is overlooked here.
            try await watch.messages()
        }
    }

    private func take(_ limit: Int) async throws -> [Delivery] {
        let unended = state.withLock { state in
            defer { state.unended = [] }
            return state.unended
        }
        if !unended.isEmpty { return unended }
        try await endForeignCopies()
        let adopted = try await adoptUncertain()
        guard adopted.isEmpty, limit > 0 else { return adopted }
        let heard = broadcasts.take(upTo: limit)
        guard heard.isEmpty else { return heard }
        let (first, lists) = state.withLock { state in
            let first = state.nextNumber
            state.nextNumber += limit
            state.turn += 1
            return (first, Self.lists(configuration.queueOrder.arrange(state.queues, turn: state.turn), keys))
        }
        let script = ReserveScript(
            unacked: keys.unacked,
            unackedIndex: keys.unackedIndex,
            consumers: keys.consumers,
            lists: lists.map(\.list),
            limit: limit,
            tagPrefix: tagPrefix,
            id: id,
            liveness: liveness,
            firstNumber: first
        )
        guard !lists.isEmpty else { return [] }
        state.withLock { $0.uncertain.append(first..<first + limit) }
        let taken = try await mappingErrors { try await redis.evaluate(script) }
        let deliveries = taken.enumerated().map { offset, message in
            let queue = lists[message.list].queue
            var delivery = Delivery(
                tag: "\(tagPrefix)\(first + offset)",
                queue: queue.name,
                envelope: message.envelope
            )
            delivery.isBroadcast = queue.isFanout
            return delivery
        }
        let foreign = deliveries.filter(\.isForeignCopy)
        state.withLock { state in
            state.held.formUnion(deliveries.map(\.tag))
            state.uncertain.removeLast()
            state.foreign += foreign
        }
        guard !foreign.isEmpty else { return deliveries }
        // If that fails it is tried again before more are taken.
        try? await endForeignCopies()
        return deliveries.filter { !foreign.contains($0) }
    }

    /// Takes on what a script gave to this consumer while its reply got lost with the connection.
    private func adoptUncertain() async throws -> [Delivery] {
        let uncertain = state.withLock { $0.uncertain }
        guard !uncertain.isEmpty else { return [] }
        let tags = uncertain.joined().map { "\(tagPrefix)\($0)" }
        let deliveries = try await mappingErrors { try await recovery.deliveries(tags: tags) }
        state.withLock { state in
            state.uncertain.removeFirst(uncertain.count)
            state.held.formUnion(deliveries.map(\.tag))
        }
        return deliveries
    }

    /// The lists in the order in which they are read: for each priority step, all queues (kombu, `_brpop_start`).
    private static func lists(
        _ queues: [Queue],
        _ keys: KeyNames
    ) -> [(queue: Queue, list: ReserveScript.List)] {
        keys.transport.prioritySteps.flatMap { step in
            queues.map { queue in
                (queue, ReserveScript.List(key: keys.list(queue.name, step: step), queue: queue.name))
            }
        }
    }

    /// Runs work to its end even when the surrounding task is cancelled, and waits for it.
    ///
    /// It runs where the replies come in: a worker with child processes wakes no other thread for it.
    func shielded<R: Sendable>(_ work: @escaping @Sendable () async throws -> R) async throws -> R {
        try await Task(executorPreference: redis.taskExecutor) { try await work() }.value
    }

    // MARK: Ending

    func acknowledge(_ deliveries: [Delivery]) async throws -> Bool {
        // A broadcast that was heard is nobody else's from the start.
        let tags = deliveries.filter(\.isHeld).map(\.tag)
        guard !tags.isEmpty else { return true }
        let script = AcknowledgeScript(
            unacked: keys.unacked,
            unackedIndex: keys.unackedIndex,
            running: keys.running(id),
            tags: tags
        )
        return try await mappingErrors { try await redis.evaluate(script) }
    }

    func complete(
        _ completion: Completion,
        storingIn results: any ResultBackend
    ) async throws -> Completion.Outcome {
        if let backend = results as? RedisResultBackend, backend.redis === redis {
            return try await apply(completion, backend: backend)
        }
        return try await completion.applyInSteps(to: results) { messages in
            var completion = completion
            completion.effects = messages.map { .publish($0) }
            if case .notHeld = try await apply(completion, backend: nil) { return false }
            return true
        }
    }

    private func apply(
        _ completion: Completion,
        backend: RedisResultBackend?
    ) async throws -> Completion.Outcome {
        let effects = try await mappingErrors {
            try await routing.resolve(completion.effects) { outgoing in
                logger.error("a message is lost: \(CeleryError.unroutable(outgoing.destination))")
            }
        }
        var operations = EffectOperations(effects, broker: routing, backend: backend)
        if case .deadLetter(let reason) = completion.disposition {
            for delivery in completion.deliveries {
                let letter = DeadLetter(delivery: delivery, reason: reason, date: Date())
                operations.push(letter.serialized(), to: keys.deadLetters)
            }
        }
        let script = CompleteScript(
            unacked: keys.unacked,
            unackedIndex: keys.unackedIndex,
            running: keys.running(id),
            tags: completion.deliveries.filter(\.isHeld).map(\.tag),
            operations: operations
        )
        let outcome = try await mappingErrors { try await redis.complete(script, reading: backend) }
        if case .claimed = outcome { return outcome }
        forget(completion.deliveries)
        if case .deadLetter = completion.disposition {
            _ = try await mappingErrors {
                try await redis.send(RawCommand("LTRIM", keys.deadLetters, 0, DeadLetter.mostKept - 1))
            }
        }
        return outcome
    }

    func close() async throws -> Int {
        let passing = state.withLock { state in
            state.isClosed = true
            return state.queues.filter(\.isAutoDeleted)
        }
        broadcasts.close()
        let restored = try await mappingErrors {
            try await endForeignCopies()
            let restored = try await recovery.restoreAll(tagPrefix: tagPrefix, counting: losses)
            try await redis.evaluate(
                FarewellScript(consumers: keys.consumers, running: keys.running(id), id: id)
            )
            try await routing.tables.delete(passing)
            return restored
        }
        state.withLock { $0.held = [] }
        if restored > 0 {
            // kombu/transport/virtual/base.py, restore_unacked_once.
            logger.info("Restoring \(restored) unacknowledged message(s)")
        }
        return restored
    }

    func forget(_ deliveries: [Delivery]) {
        state.withLock { state in
            for delivery in deliveries {
                state.held.remove(delivery.tag)
                state.suspects.remove(delivery.tag)
            }
        }
    }

    // MARK: Keeping

    func run() async {
        await withDiscardingTaskGroup { group in
            // On Redis' own event loop: leases must be kept while tasks occupy all threads of the cooperative pool.
            group.addTask(executorPreference: redis.taskExecutor) { await self.beat() }
            group.addTask(executorPreference: redis.taskExecutor) { await self.renewLeases() }
            group.addTask { await self.watch.run() }
            group.addTask { await self.broadcasts.run() }
            group.addTask { await self.keepQueues() }
        }
    }

    private func beat() async {
        let script = BeatScript(
            consumers: keys.consumers,
            unackedIndex: keys.unackedIndex,
            running: keys.running(id),
            parked: keys.parked,
            id: id,
            liveness: liveness,
            visibilityTimeout: Int(configuration.visibilityTimeout.components.seconds),
            limit: 100,
            lead: Int(Self.parkingLead / .milliseconds(1))
        )
        await repeating(every: configuration.sweepInterval) {
            let found = try await self.redis.evaluate(script)
            try await self.compareAfterReconnecting()
            // They were named to this consumer alone: a stop must not come in between.
            if !found.dueTags.isEmpty { try await self.shielded { try await self.recovery.bringBack(found.dueTags) } }
            for consumer in found.deadConsumers {
                let (restored, unended) = try await self.recovery.takeOver(consumer)
                self.adopt(unended)
                guard restored > 0 else { continue }
                self.logger.notice("restored the messages of a lost worker", metadata: ["count": "\(restored)"])
            }
            // Ours are only overdue if we could not renew them; then they are as good as anybody's.
            let overdue = found.overdueTags.filter { tag in !self.state.withLock { $0.held.contains(tag) } }
            // Not to be cancelled once it may have taken the lock: Python's workers would wait for minutes.
            if !overdue.isEmpty { try await self.shielded { try await self.recovery.restoreOverdue(overdue) } }
            guard let next = found.nextDue else { return self.configuration.sweepInterval }
            return min(self.configuration.sweepInterval, max(next - Self.parkingLead, .zero))
        }
    }

    private func adopt(_ unended: [Delivery]) {
        let isNews = state.withLock { state in
            let new = unended.filter { state.held.insert($0.tag).inserted }
            state.unended += new
            return !new.isEmpty
        }
        if isNews { watch.signal() }
    }

    private func renewLeases() async {
        await repeating(every: configuration.visibilityTimeout / 3) {
            let held = Array(self.state.withLock { $0.held })
            for start in stride(from: 0, to: held.count, by: 500) {
                let tags = Array(held[start..<min(start + 500, held.count)])
                try await self.redis.evaluate(RenewScript(unackedIndex: self.keys.unackedIndex, tags: tags))
            }
            try await self.restoreForgotten()
            return self.configuration.visibilityTimeout / 3
        }
    }

    /// Keeps the queues declared, also on a server that has lost them, and those that expire alive.
    private func keepQueues() async {
        while !Task.isCancelled {
            let shortest = queues.compactMap(\.expires).min() ?? .seconds(180)
            // Ends early only by cancellation.
            guard (try? await Task.sleep(for: min(shortest / 3, .seconds(60)))) != nil else { return }
            let queues = state.withLock { $0.isClosed ? [] : $0.queues }
            do {
                try await routing.keep(queues)
            } catch {
                if Task.isCancelled { return }
                logger.debug("consumer: queues cannot be declared now", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Repeats an action that says how long to pause after it; after an error the pause is an interval.
    private func repeating(every interval: Duration, _ action: @Sendable () async throws -> Duration) async {
        while !Task.isCancelled {
            var pause = interval
            do {
                pause = try await action()
            } catch {
                if Task.isCancelled { return }
                logger.warning("consumer: leases cannot be renewed now", metadata: ["error": "\(error)"])
            }
            // Ends early only by cancellation.
            try? await Task.sleep(for: pause)
        }
    }
}
