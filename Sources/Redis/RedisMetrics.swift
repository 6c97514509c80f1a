internal import Metrics
internal import NIOCore

/// What the client measures.
///
/// | name | kind | what |
/// | --- | --- | --- |
/// | `redis.command.duration` | timer | from queueing a command to its reply; a pipeline counts once |
/// | `redis.connections` | meter | open connections |
/// | `redis.connections.opened` | counter | connections made |
/// | `redis.connections.failed` | counter | attempts that failed |
struct RedisMetrics: Sendable {
    private let duration: Metrics.Timer?
    private let opened: Counter
    private let failed: Counter
    private let open: Meter

    init(factory: any MetricsFactory = MetricsSystem.factory) {
        // Where nobody measures, not even the subtraction is to be paid for.
        duration = factory is NOOPMetricsHandler ? nil : Timer(label: "redis.command.duration", factory: factory)
        opened = Counter(label: "redis.connections.opened", factory: factory)
        failed = Counter(label: "redis.connections.failed", factory: factory)
        open = Meter(label: "redis.connections", factory: factory)
    }

    func answered(_ commands: Int, after time: TimeAmount) {
        duration?.recordNanoseconds(time.nanoseconds)
    }

    func connectionOpened() {
        opened.increment()
        open.increment()
    }

    func connectionClosed() { open.decrement() }
    func connectionFailed() { failed.increment() }
}
