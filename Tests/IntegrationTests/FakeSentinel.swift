import NIOCore
import NIOPosix
import Synchronization

/// A server that answers as a sentinel would, with what the test wants it to say.
final class FakeSentinel: Sendable {
    private struct State {
        var ports: [Int]
        var questions = 0
        var listeners: [any Channel] = []
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let channel: Mutex<(any Channel)?> = Mutex(nil)

    private init(ports: [Int]) {
        state = Mutex(State(ports: ports))
    }

    /// Starts a sentinel that names one port of this machine after another as the master's; the last one for ever.
    static func start(naming ports: [Int]) async throws -> FakeSentinel {
        let sentinel = FakeSentinel(ports: ports)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(sentinel))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        sentinel.channel.withLock { $0 = channel }
        return sentinel
    }

    var port: Int { channel.withLock { $0?.localAddress?.port ?? 0 } }
    /// How often it was asked for the master.
    var questions: Int { state.withLock { $0.questions } }

    /// Waits until somebody listens for news.
    func isListenedTo() async {
        await withCheckedContinuation { continuation in
            let isListenedTo = state.withLock { state in
                if state.listeners.isEmpty { state.waiting.append(continuation) }
                return !state.listeners.isEmpty
            }
            if isListenedTo { continuation.resume() }
        }
    }

    /// Tells those who listen, and from now on says the same to those who ask.
    func tell(_ news: String) async throws {
        let listeners = state.withLock { state in
            state.ports = news.split(separator: " ").last.flatMap { Int($0) }.map { [$0] } ?? []
            return state.listeners
        }
        for listener in listeners { try await listener.writeAndFlush(Self.array(["message", "+switch-master", news])) }
    }

    /// Stops listening.
    func close() async throws { try await channel.withLock { $0 }?.close() }

    private static func array(_ texts: [String]) -> ByteBuffer {
        let parts = texts.map { "$\($0.utf8.count)\r\n\($0)\r\n" }
        return ByteBuffer(string: "*\(texts.count)\r\n" + parts.joined())
    }

    private func answer(_ command: String, _ channel: any Channel) -> ByteBuffer {
        switch command {
        case "CLIENT":
            return ByteBuffer(string: ":1\r\n")
        case "PING":
            return ByteBuffer(string: "+PONG\r\n")
        case "SUBSCRIBE":
            let waiting = state.withLock { state in
                state.listeners.append(channel)
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
            return ByteBuffer(string: "*3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n")
        default:
            let port = state.withLock { state in
                state.questions += 1
                return state.ports.count > 1 ? state.ports.removeFirst() : state.ports.first ?? 0
            }
            return Self.array(["127.0.0.1", "\(port)"])
        }
    }

    /// Answers each command by its name; small commands come whole.
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let sentinel: FakeSentinel

        init(_ sentinel: FakeSentinel) {
            self.sentinel = sentinel
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let words = String(buffer: unwrapInboundIn(data)).split(separator: "\r\n")
            // A command is an array: its name stands after the array's and the name's lengths.
            for (index, word) in words.enumerated() where word.hasPrefix("*") && index + 2 < words.count {
                context.write(wrapOutboundOut(sentinel.answer(String(words[index + 2]), context.channel)), promise: nil)
            }
            context.flush()
        }
    }
}
