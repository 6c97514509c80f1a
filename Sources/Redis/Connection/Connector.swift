internal import Logging
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Makes connections to one server: TCP or Unix socket, TLS, log in.
struct Connector: ConnectionSource {
    let configuration: RedisClientConfiguration
    let eventLoop: any EventLoop
    let logger: Logger
    let metrics: RedisMetrics
    /// The name under which sentinels know the server, which then has to be a master.
    var masterName: String?

    var server: String { configuration.description + (masterName.map { " (master \($0))" } ?? "") }

    func connect(onPush: (@Sendable ([RedisValue]) -> Void)?) -> EventLoopFuture<Wire> {
        let deadline = NIODeadline.now() + TimeAmount(clamping: configuration.connectTimeout)
        let wire = tlsContext().flatMap { context in
            open(context, onPush: onPush)
        }.flatMap { wire in
            logIn(wire, deadline: deadline)
        }
        let failed = wire.flatMapErrorThrowing { error in
            metrics.connectionFailed()
            throw connectionError(error)
        }
        return failed.map { wire in
            metrics.connectionOpened()
            wire.channel.closeFuture.whenComplete { _ in metrics.connectionClosed() }
            return wire
        }
    }

    // Reading files would hold up the event loop.
    private func tlsContext() -> EventLoopFuture<NIOSSLContext?> {
        guard let tls = configuration.tls else { return eventLoop.makeSucceededFuture(nil) }
        return NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) {
            do {
                return try NIOSSLContext(configuration: tls.clientConfiguration())
            } catch {
                throw RedisError(.tlsFailed, message: "the certificates cannot be used: \(error)", server: server)
            }
        }
    }

    private func open(
        _ context: NIOSSLContext?,
        onPush: (@Sendable ([RedisValue]) -> Void)?
    ) -> EventLoopFuture<Wire> {
        var bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(clamping: configuration.connectTimeout))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try addHandlers(to: channel, context: context, onPush: onPush)
                }
            }
        let channel: EventLoopFuture<any Channel>
        switch configuration.address {
        case .host(let host, let port):
            for (option, value) in configuration.keepAlive?.socketOptions ?? [] {
                bootstrap = bootstrap.channelOption(option, value: value)
            }
            channel = bootstrap.connect(host: host, port: port)
        case .unixSocket(let path):
            channel = bootstrap.connect(unixDomainSocketPath: path)
        case .sentinels:
            // They are asked first: see MasterConnector.
            let error = RedisError(.connectionFailed, message: "no server is known yet", server: server)
            channel = eventLoop.makeFailedFuture(error)
        }
        return channel.flatMapThrowing { channel in
            try channel.pipeline.syncOperations.handler(type: WireHandler.self).wire
        }.flatMapErrorThrowing { error in
            // Whatever stops an attempt before there is a connection may pass: a name, a route, a socket file.
            if let error = error as? IOError {
                throw RedisError(.connectionFailed, message: error.description, server: server)
            }
            throw error
        }
    }

    private func addHandlers(
        to channel: any Channel,
        context: NIOSSLContext?,
        onPush: (@Sendable ([RedisValue]) -> Void)?
    ) throws {
        if let context {
            let handler = try NIOSSLClientHandler(context: context, serverHostname: configuration.tlsServerName)
            try channel.pipeline.syncOperations.addHandler(handler)
        }
        guard let reader = ReplyReader(maximumReplySize: configuration.maximumReplySize) else {
            throw RedisError(.connectionFailed, message: "no memory", server: server)
        }
        let wire = Wire(
            channel: channel,
            server: server,
            configuration: configuration,
            metrics: metrics,
            onPush: onPush
        )
        try channel.pipeline.syncOperations.addHandler(WireHandler(wire: wire, reader: reader))
    }

    private func logIn(_ wire: Wire, deadline: NIODeadline) -> EventLoopFuture<Wire> {
        let handshake = Handshake(configuration: configuration, server: server, isForMaster: masterName != nil)
        let promise = eventLoop.makePromise(of: Wire.self)
        let waiter = ReplyWaiter()
        waiter.whenComplete { replies in
            let result = Result { () throws(RedisError) in try handshake.result(replies) }
            switch result {
            case .success(let clientID):
                wire.learned(clientID: clientID)
                promise.succeed(wire)
            case .failure(let error):
                wire.close(error)
                promise.fail(error)
            }
        }
        let refusal = wire.enqueue(waiter, expected: handshake.commands.count, deadline: deadline) { writer in
            for command in handshake.commands { command.write(to: &writer) }
        }
        if let refusal { waiter.complete(.failed(refusal)) }
        return promise.futureResult
    }

    // While there is no connection yet, "closed" and "timed out" both mean that none could be made.
    private func connectionError(_ error: any Error) -> RedisError {
        let error = ConnectionFailure.error(error, server: server)
        switch error.code {
        case .connectionClosed, .timedOut:
            return RedisError(.connectionFailed, message: error.message, server: server)
        default:
            return error
        }
    }
}

extension RedisClientConfiguration.KeepAlive {
    fileprivate var socketOptions: [(ChannelOptions.Types.SocketOption, SocketOptionValue)] {
        var options: [(ChannelOptions.Types.SocketOption, SocketOptionValue)] = [(.socketOption(.so_keepalive), 1)]
        #if os(Linux)
        // linux/tcp.h: TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT
        let tcp = NIOBSDSocket.OptionLevel.tcp
        options.append((.init(level: tcp, name: .init(rawValue: 4)), Self.seconds(idle)))
        options.append((.init(level: tcp, name: .init(rawValue: 5)), Self.seconds(interval)))
        options.append((.init(level: tcp, name: .init(rawValue: 6)), SocketOptionValue(max(count, 1))))
        #endif
        return options
    }

    private static func seconds(_ duration: Duration) -> SocketOptionValue {
        SocketOptionValue(min(max(duration.components.seconds, 1), 32_767))
    }
}
