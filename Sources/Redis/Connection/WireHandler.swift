internal import NIOCore
internal import NIOSSL

/// Between the channel and its ``Wire``: bytes in, replies out; how the channel ended.
final class WireHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    let wire: Wire
    private var reader: ReplyReader
    private var failure: RedisError?

    init(wire: Wire, reader: consuming ReplyReader) {
        self.wire = wire
        self.reader = reader
    }

    func channelActive(context: ChannelHandlerContext) {
        wire.started()
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var values: [RedisValue] = []
        do throws(RedisError) {
            try reader.read(unwrapInboundIn(data), into: &values)
            wire.received(values)
        } catch {
            // What came whole before the error is still worth having.
            wire.received(values)
            fail(error.at(wire.server))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(ConnectionFailure.error(error, server: wire.server))
    }

    func channelInactive(context: ChannelHandlerContext) {
        wire.ended(
            failure ?? RedisError(.connectionClosed, message: "the server closed the connection", server: wire.server)
        )
        context.fireChannelInactive()
    }

    private func fail(_ error: RedisError) {
        if failure == nil { failure = error }
        wire.close(error)
    }
}
