internal import Logging
internal import NIOCore
internal import Synchronization

/// Makes connections to sentinels: to whichever of them answers first, the last one that did before all others.
final class SentinelConnector: ConnectionSource {
    typealias Host = RedisClientConfiguration.Sentinels.Host

    let configuration: RedisClientConfiguration
    let eventLoop: any EventLoop
    let logger: Logger
    let server: String
    private let metrics: RedisMetrics
    private let question: SentinelAnswer
    private let hosts: Mutex<[Host]>

    /// - Parameters:
    ///   - sentinels: The sentinels.
    ///   - master: How connections to the master are made.
    init(_ sentinels: RedisClientConfiguration.Sentinels, _ master: Connector) {
        configuration = sentinels.configuration(of: sentinels.hosts.first ?? Host("localhost"))
        eventLoop = master.eventLoop
        logger = master.logger
        metrics = master.metrics
        server = "\(sentinels)"
        question = SentinelAnswer(sentinels: sentinels)
        hosts = Mutex(sentinels.hosts)
    }

    func connect(onPush: (@Sendable ([RedisValue]) -> Void)?) -> EventLoopFuture<Wire> {
        firstOf(hosts.withLock { $0 }[...]) { host in self.connect(to: host, onPush: onPush) }
    }

    /// Asks for the master.
    ///
    /// - Returns: Where it is, or a ``RedisError`` that says of each sentinel why it did not help.
    func master() -> EventLoopFuture<Host> {
        firstOf(hosts.withLock { $0 }[...]) { host in
            self.connect(to: host, onPush: nil).flatMap { self.ask($0) }
        }
    }

    /// Tries one after another, and puts the one that succeeds first.
    private func firstOf<Value: Sendable>(
        _ hosts: ArraySlice<Host>,
        after errors: [RedisError] = [],
        _ attempt: @escaping @Sendable (Host) -> EventLoopFuture<Value>
    ) -> EventLoopFuture<Value> {
        guard let host = hosts.first else {
            return eventLoop.makeFailedFuture(question.failure(errors, server: server))
        }
        return attempt(host).map { value in
            self.prefer(host)
            return value
        }.flatMapError { error in
            let error = ConnectionFailure.error(error, server: "\(host)")
            return self.firstOf(hosts.dropFirst(), after: errors + [error.at("\(host)")], attempt)
        }
    }

    private func connect(to host: Host, onPush: (@Sendable ([RedisValue]) -> Void)?) -> EventLoopFuture<Wire> {
        let configuration = question.sentinels.configuration(of: host)
        return Connector(configuration: configuration, eventLoop: eventLoop, logger: logger, metrics: metrics)
            .connect(onPush: onPush)
    }

    private func ask(_ wire: Wire) -> EventLoopFuture<Host> {
        let promise = eventLoop.makePromise(of: Host.self)
        let waiter = ReplyWaiter()
        let (question, commands) = (question, question.commands)
        waiter.whenComplete { replies in
            promise.completeWith(Result { () throws(RedisError) in try question.master(replies, from: wire.server) })
            wire.close(RedisError(.clientClosed, message: "the question is answered", server: wire.server))
        }
        let deadline = NIODeadline.after(configuration.commandTimeout)
        let refusal = wire.enqueue(waiter, expected: commands.count, deadline: deadline) { writer in
            for command in commands { command.write(to: &writer) }
        }
        if let refusal { waiter.complete(.failed(refusal)) }
        return promise.futureResult
    }

    private func prefer(_ host: Host) {
        hosts.withLock { hosts in
            guard let index = hosts.firstIndex(of: host), index > 0 else { return }
            hosts.remove(at: index)
            hosts.insert(host, at: 0)
        }
    }
}
