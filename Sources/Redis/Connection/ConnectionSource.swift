internal import Logging
internal import NIOCore

/// Where connections come from: one server, the master that sentinels name, or one of the sentinels.
protocol ConnectionSource: Sendable {
    var configuration: RedisClientConfiguration { get }
    var eventLoop: any EventLoop { get }
    var logger: Logger { get }
    /// The server, for errors.
    var server: String { get }

    /// Makes one attempt.
    ///
    /// - Parameter onPush: Gets replies that nobody asked for; nil where they are an error.
    /// - Returns: A connection that is logged in, or a ``RedisError``.
    func connect(onPush: (@Sendable ([RedisValue]) -> Void)?) -> EventLoopFuture<Wire>

    /// Ends what goes on beside the connections that were made.
    func close()
}

extension ConnectionSource {
    func close() {}
}
