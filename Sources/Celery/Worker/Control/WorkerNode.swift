import Logging

/// A worker as remote control sees it: everything that a command may look at or change.
struct WorkerNode: Sendable {
    let configuration: WorkerConfiguration
    let registry: TaskRegistry
    let broker: any Broker
    let results: any ResultBackend
    let state: WorkerState
    let clock: LamportClock
    let events: EventDispatcher
    private let sentEvents: SentEvents?
    let rates: any RateControl
    let consumer: any Consumer
    let pool: any WorkerPool
    let poolControl: any PoolControl
    let consumerControl: any ConsumerControl
    let gate: PrefetchGate
    let stop: StopControl
    let logger: Logger
    let memory = MemorySamples()
    let party = Party()
    /// How signatures are sent that belong to no task.
    let canvas: CanvasSender.Environment

    init(
        _ configuration: WorkerConfiguration,
        registry: TaskRegistry,
        broker: any Broker,
        results: any ResultBackend,
        rates: any RateControl = RateLimits(),
        consumer: any Consumer,
        pool: any WorkerPool,
        poolControl: any PoolControl,
        consumerControl: any ConsumerControl,
        gate: PrefetchGate,
        stop: StopControl,
        canvas: CanvasSender.Environment = .init(),
        logger: Logger
    ) {
        self.configuration = configuration
        self.registry = registry
        self.broker = broker
        self.results = results
        self.rates = rates
        self.consumer = consumer
        self.pool = pool
        self.poolControl = poolControl
        self.consumerControl = consumerControl
        self.gate = gate
        self.stop = stop
        self.canvas = canvas
        self.logger = logger
        state = WorkerState(configuration.control)
        clock = LamportClock()
        events = EventDispatcher(
            broker: broker,
            nodeName: configuration.nodeName,
            clock: clock,
            isEnabled: configuration.control.sendsEvents,
            sendsTaskEvents: configuration.control.sendsTaskEvents,
            timeZone: configuration.content.timeZone,
            logger: logger
        )
        sentEvents = configuration.control.sendsSentEvents ? SentEvents(broker: broker, clock: clock) : nil
    }

    /// Tells monitors what was sent, if they are to be told.
    func announce(_ effects: [Effect]) async {
        await sentEvents?.announce(effects)
    }

    var name: String { configuration.nodeName }
    var settings: ControlConfiguration { configuration.control }
    var heartbeat: Heartbeat { Heartbeat(events: events, state: state, interval: settings.heartbeatInterval) }
}

/// What remote control asks of rate limits.
protocol RateControl: Sendable {
    /// The rate of a task as text, such as `10/m`; nil when it has none.
    func rate(of task: String) -> String?

    /// Sets the rate of a task; nil for none.
    func setRate(_ rate: String?, of task: String)
}
