import NIOCore
import NIOPosix
import Synchronization

/// Passes bytes on between clients and a server, until a cable is cut: then neither side hears of it.
final class SilentProxy: Sendable {
    private struct State {
        var made = 0
        /// Connections with a number below are dead.
        var firstAlive = 0
        var channel: (any Channel)?
    }

    private let state = Mutex(State())

    private init() {}

    /// Starts a proxy to a port of this machine.
    static func start(to port: Int) async throws -> SilentProxy {
        let proxy = SilentProxy()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { client in
                ClientBootstrap(group: client.eventLoop).connect(host: "127.0.0.1", port: port).flatMapThrowing {
                    server in
                    let number = proxy.state.withLock { state in
                        defer { state.made += 1 }
                        return state.made
                    }
                    try client.pipeline.syncOperations.addHandler(Forwarder(proxy, number, peer: server))
                    try server.pipeline.syncOperations.addHandler(Forwarder(proxy, number, peer: client))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        proxy.state.withLock { $0.channel = channel }
        return proxy
    }

    var port: Int { state.withLock { $0.channel?.localAddress?.port ?? 0 } }

    /// From now on nothing passes on the connections that there are; new ones work.
    func cut() {
        state.withLock { $0.firstAlive = $0.made }
    }

    /// Takes no more connections.
    func close() async throws { try await state.withLock { $0.channel }?.close() }

    private func isAlive(_ number: Int) -> Bool { state.withLock { number >= $0.firstAlive } }

    private final class Forwarder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let proxy: SilentProxy
        private let number: Int
        private let peer: any Channel

        init(_ proxy: SilentProxy, _ number: Int, peer: any Channel) {
            self.proxy = proxy
            self.number = number
            self.peer = peer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if proxy.isAlive(number) { peer.writeAndFlush(unwrapInboundIn(data), promise: nil) }
        }

        func channelInactive(context: ChannelHandlerContext) {
            if proxy.isAlive(number) { peer.close(promise: nil) }
        }
    }
}
