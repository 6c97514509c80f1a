import DequeModule
import NIOCore
import Synchronization

/// Cuts a child's bytes into frames and puts them into its inbox.
///
/// Reads no more while the inbox is full: a task that reports faster than reports are stored waits in its own process,
/// and fills no memory of the worker's.
final class PoolFrameHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

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

    func read(context: ChannelHandlerContext) {
        if !inbox.holdsReading() { context.read() }
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
        /// How many bytes wait, lengths included.
        var size = 0
        var isReadingHeld = false
    }

    /// With so many bytes it is full; one frame may be larger.
    static let capacity = 1 << 20

    private let state = Mutex(State())

    var isEnded: Bool { state.withLock { $0.isEnded } }

    /// The next frame; nil when there will be none.
    func next() async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            let immediate: [UInt8]?? = state.withLock { state in
                if let frame = state.frames.popFirst() {
                    state.size -= frame.count + PoolFrame.headerLength
                    return .some(frame)
                }
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
            if reader == nil {
                state.frames.append(frame)
                state.size += frame.count + PoolFrame.headerLength
            }
            return reader
        }
        reader?.resume(returning: frame)
    }

    /// Whether it is full; then nothing is to be read before ``resumesReading()``.
    func holdsReading() -> Bool {
        state.withLock { state in
            state.isReadingHeld = state.size >= Self.capacity
            return state.isReadingHeld
        }
    }

    /// Whether reading was held and can go on, for half of what it holds has been taken out.
    func resumesReading() -> Bool {
        state.withLock { state in
            guard state.isReadingHeld, state.size <= Self.capacity / 2 else { return false }
            state.isReadingHeld = false
            return true
        }
    }

    func end() {
        let reader = state.withLock { state in
            state.isEnded = true
            return state.reader.take()
        }
        reader?.resume(returning: nil)
    }
}
