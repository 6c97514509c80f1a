import DequeModule
import NIOCore
import Synchronization

/// Cuts a child's bytes into frames and puts them into its inbox.
final class PoolFrameHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let inbox: FrameInbox
    private var received = ByteBuffer()

    init(inbox: FrameInbox) {
        self.inbox = inbox
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        received.writeBuffer(&buffer)
        while let length = received.getInteger(at: received.readerIndex, as: UInt32.self) {
            guard length <= PoolFrame.maximumLength else {
                context.close(promise: nil)
                return
            }
            guard received.readableBytes >= PoolFrame.headerLength + Int(length) else { break }
            received.moveReaderIndex(forwardBy: PoolFrame.headerLength)
            inbox.put(received.readBytes(length: Int(length)) ?? [])
        }
        received.discardReadBytes()
    }

    func channelInactive(context: ChannelHandlerContext) {
        inbox.end()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// The frames of one child that nobody has read yet; one reader at a time.
final class FrameInbox: Sendable {
    private struct State {
        var frames: Deque<[UInt8]> = []
        var reader: CheckedContinuation<[UInt8]?, Never>?
        var isEnded = false
    }

    private let state = Mutex(State())

    var isEnded: Bool { state.withLock { $0.isEnded } }

    /// The next frame; nil when there will be none.
    func next() async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            let immediate: [UInt8]?? = state.withLock { state in
                if let frame = state.frames.popFirst() { return .some(frame) }
                if state.isEnded { return .some(nil) }
                state.reader = continuation
                return nil
            }
            if let immediate { continuation.resume(returning: immediate) }
        }
    }

    func put(_ frame: [UInt8]) {
        let reader = state.withLock { state in
            let reader = state.reader.take()
            if reader == nil { state.frames.append(frame) }
            return reader
        }
        reader?.resume(returning: frame)
    }

    func end() {
        let reader = state.withLock { state in
            state.isEnded = true
            return state.reader.take()
        }
        reader?.resume(returning: nil)
    }
}
