/// What a worker tells of itself, and what it lets others do to it.
public struct ControlConfiguration: Sendable {
    /// Whether control requests are answered (`worker_enable_remote_control`).
    public var isEnabled: Bool
    /// Whether events of tasks are sent from the start (`-E`); `enable_events` turns them on later.
    public var sendsTaskEvents: Bool
    /// Whether monitors are told of each task that is sent by its tasks, or because they end (`task_send_sent_event`).
    public var sendsSentEvents: Bool
    /// Whether the worker says that it is alive (not `--without-heartbeat`).
    public var sendsHeartbeats: Bool
    /// How often it does (`--heartbeat-interval`).
    public var heartbeatInterval: Duration
    /// Whether it listens to other workers (not `--without-gossip`).
    public var gossips: Bool
    /// Whether it asks the others which tasks are revoked, at its start and after a reconnect (not `--without-mingle`).
    public var mingles: Bool
    /// Whether revoked tasks and the logical clock are remembered in the broker, for workers that start when no other one
    /// is there to ask.
    public var remembersRevoked: Bool
    /// How many revoked tasks are known at a time (`CELERY_WORKER_REVOKES_MAX`).
    public var revokesLimit: Int
    /// How long a task counts as revoked (`CELERY_WORKER_REVOKE_EXPIRES`).
    public var revokesLifetime: Duration
    /// More members of what `inspect conf` shows, under Celery's names; never a password.
    public var settings: JSONObject

    /// Makes a configuration with Celery's defaults, and with ``remembersRevoked`` on.
    public init() {
        isEnabled = true
        sendsTaskEvents = false
        sendsSentEvents = false
        sendsHeartbeats = true
        heartbeatInterval = .seconds(2)
        gossips = true
        mingles = true
        remembersRevoked = true
        revokesLimit = 50_000
        revokesLifetime = .seconds(10_800)
        settings = [:]
    }

    /// Whether any event is sent at all (celery/worker/consumer/events.py).
    var sendsEvents: Bool { sendsTaskEvents || sendsHeartbeats || gossips }
}
