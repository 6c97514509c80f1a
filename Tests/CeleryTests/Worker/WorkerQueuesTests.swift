import Foundation
import Logging
import Testing

@testable import Celery

/// Queues that are added and taken away while a consumer reads, and exchanges, over a broker in memory.
@Suite(.timeLimit(.minutes(1))) struct WorkerQueuesTests {
    private let broker = MemoryBroker()
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func consumer(_ queues: [Queue], order: QueueOrder = .priority) -> any Consumer {
        broker.makeConsumer(ConsumerConfiguration(queues: queues, queueOrder: order), logger: logger)
    }

    private func queues(_ consumer: any Consumer, declared: [Queue] = []) -> WorkerQueues {
        WorkerQueues(broker: broker, consumer: consumer, router: TaskRouter(queues: declared), logger: logger)
    }

    private func send(_ destination: Destination, id: TaskID = .random()) async throws {
        var call = TaskCall(task: "t")
        call.id = id
        call.destination = destination
        try await broker.publish([call.outgoing()])
    }

    @Test func `a queue that is added is read, also by who waits already`() async throws {
        let consumer = consumer(["a"])
        async let deliveries = consumer.reserve { 1 }
        try await send(.queue("b"))
        try await queues(consumer).addConsumer("b", options: [:])
        #expect(try await deliveries.map(\.queue) == ["b"])
        #expect(consumer.queues == ["a", "b"])
    }

    @Test func `a queue that is cancelled is not read`() async throws {
        let consumer = consumer(["a", "b"])
        await queues(consumer).cancelConsumer("a")
        try await send(.queue("a"))
        try await send(.queue("b"))
        #expect(try await consumer.reserve { 5 }.map(\.queue) == ["b"])
        #expect(queues(consumer).activeQueues == ["b"])
    }

    @Test func `a queue is added once, as it is declared or as the options say`() async throws {
        let media = Queue("video", exchange: Exchange("media", type: .topic), routingKey: "video.#")
        let consumer = consumer([])
        let queues = queues(consumer, declared: [media])
        try await queues.addConsumer("video", options: ["exchange": "ignored"])
        try await queues.addConsumer("video", options: [:])
        try await queues.addConsumer("image", options: ["exchange": "media", "exchange_type": "topic"])
        let image = Queue("image", exchange: Exchange("media", type: .topic))
        #expect(queues.activeQueues == [media, image])
        try await send(.exchange("media", type: nil, routingKey: "video.x"))
        #expect(try await consumer.reserve { 5 }.map(\.queue) == ["video"])
    }

    @Test func `each consumer gets its copy of a broadcast`() async throws {
        let news = [Queue.broadcast("news"), Queue.broadcast("news")]
        try await broker.declare(news)
        try await send(.exchange("news", type: .fanout, routingKey: ""), id: "1")
        for queue in news {
            let delivery = try #require(try await consumer([queue]).reserve { 5 }.first)
            #expect(delivery.isBroadcast)
            #expect(try Message(envelope: delivery.envelope).taskID == "1")
        }
    }

    @Test func `a broadcast is retried by the consumer that got it, and by no other`() async throws {
        let news = [Queue.broadcast("news"), Queue.broadcast("news")]
        try await broker.declare(news)
        try await send(.exchange("news", type: .fanout, routingKey: ""))
        let first = consumer([news[0]])
        let delivery = try #require(try await first.reserve { 5 }.first)
        let message = try TaskMessage(Message(envelope: delivery.envelope))
        var request = TaskRequest(message: message, queue: delivery.queue, nodeName: "w@test")
        request.isBroadcast = delivery.isBroadcast
        let again = OutgoingMessage(again: message.retry(at: Date()), of: request)
        let completion = Completion(deliveries: [delivery], effects: [.publish(again)])
        _ = try await first.complete(completion, storingIn: MemoryResultBackend())
        let next = try #require(try await first.reserve { 5 }.first)
        let properties = try Message(envelope: next.envelope).properties
        #expect(next.queue == news[0].name)
        #expect(properties.exchange.isEmpty)
        #expect(properties.routingKey == next.queue.rawValue)
        #expect(try await consumer([news[1]]).reserve { 5 }.count == 1)
        #expect(broker.count(in: news[1].name) == 0)
    }

    @Test func `queues are read in the order that is asked for`() async throws {
        for name in ["c", "b", "a"] as [QueueName] { try await send(.queue(name)) }
        #expect(try await consumer(["b", "c"], order: .priority).reserve { 1 }.map(\.queue) == ["b"])
        #expect(try await consumer(["c", "a"], order: .sorted).reserve { 1 }.map(\.queue) == ["a"])
    }

    @Test func `purging and deleting empty queues`() async throws {
        let queue = Queue("q", exchange: Exchange("x"))
        try await broker.declare([queue])
        try await send(.queue("q"))
        #expect(try await broker.purge(["q", "other"]) == 1)
        try await broker.delete([queue])
        await #expect(throws: CeleryError.self) {
            try await send(.exchange("x", type: .direct, routingKey: "q"))
        }
    }
}
