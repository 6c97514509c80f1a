package import ArgumentParser

/// How a worker works; Celery's names where Celery has one.
package struct WorkerOptions: ParsableArguments {
    @Option(
        name: [.customShort("Q"), .customLong("queues")],
        help: ArgumentHelp("The queues to read, separated by commas; celery if not given.", valueName: "names")
    )
    package var queues: [String] = []

    @Option(
        name: [.customShort("X"), .customLong("exclude-queues")],
        help: ArgumentHelp("The queues not to read, of those that are declared or named.", valueName: "names")
    )
    package var excludeQueues: [String] = []

    @Flag(
        name: [.customLong("purge"), .customLong("discard")],
        help: "Throw away what waits in these queues before starting. It cannot be brought back."
    )
    package var purge = false

    @Option(
        name: [.customShort("c"), .customLong("concurrency")],
        help: ArgumentHelp(
            "How many tasks run at once; auto, the default, takes the CPU quota or the number of processors.",
            valueName: "number"
        )
    )
    package var concurrency: String?

    @Option(
        help: ArgumentHelp(
            "Keep between so many slots as there is to do, instead of a fixed number; the fewest is 0 if not given.",
            valueName: "max,min"
        )
    )
    package var autoscale: String?

    @Option(
        name: [.customShort("P"), .customLong("pool")],
        help: ArgumentHelp(
            "prefork: in child processes, the default. async: as Swift tasks in this process. solo: one at a time.",
            valueName: "pool"
        )
    )
    package var pool: String?

    @Option(
        name: [.customShort("n"), .customLong("hostname")],
        help: ArgumentHelp("The node name; %h is the host, %n its name, %d its domain.", valueName: "w1@%h")
    )
    package var hostname: String?

    @Flag(
        name: [.customShort("E"), .customLong("task-events"), .customLong("events")],
        help: "Send events of tasks, for monitors such as Flower."
    )
    package var taskEvents = false

    @Flag(help: "Say nothing of being alive: monitors do not see this worker.")
    package var withoutHeartbeat = false

    @Option(help: ArgumentHelp("How often to say so; 2 if not given.", valueName: "seconds"))
    package var heartbeatInterval: Double?

    @Flag(help: "Do not listen to other workers.")
    package var withoutGossip = false

    @Flag(help: "Do not ask other workers which tasks are revoked.")
    package var withoutMingle = false

    @Option(help: ArgumentHelp("A task is killed after so long.", valueName: "seconds"))
    package var timeLimit: Double?

    @Option(help: ArgumentHelp("A task is cancelled after so long.", valueName: "seconds"))
    package var softTimeLimit: Double?

    @Option(help: ArgumentHelp("A child process is replaced after so many tasks.", valueName: "number"))
    package var maxTasksPerChild: Int?

    @Option(help: ArgumentHelp("A child process that has more memory after a task is replaced.", valueName: "KiB"))
    package var maxMemoryPerChild: Int?

    @Option(
        help: ArgumentHelp(
            "What a child process may allocate at all; 4096 if not given, 0 for no limit.",
            valueName: "MiB"
        )
    )
    package var maxAddressSpacePerChild: Int?

    @Option(
        help: ArgumentHelp("How many messages are held for each task that runs, its own included.", valueName: "number")
    )
    package var prefetchMultiplier: Int?

    @Flag(help: "Hold no message that cannot run at once: --prefetch-multiplier 1.")
    package var disablePrefetch = false

    @Option(
        help: ArgumentHelp(
            "After so long others take over what a worker holds and does not renew; 3600 if not given.",
            valueName: "seconds"
        )
    )
    package var visibilityTimeout: Double?

    @Option(
        help: ArgumentHelp(
            "Tasks with an ETA further away wait in Redis, not in memory; 60 if not given, inf for none.",
            valueName: "seconds"
        )
    )
    package var parkingDistance: Double?

    @Option(
        help: ArgumentHelp(
            "How long tasks may go on after a warm shutdown began; 25 if not given, inf for no limit.",
            valueName: "seconds"
        )
    )
    package var drainTimeout: Double?

    @Option(
        help: ArgumentHelp("A message lost with so many workers is set aside; 5 if not given.", valueName: "number")
    )
    package var maxDeliveries: Int?

    @Flag(help: "Acknowledge before tasks run, as Celery does by default; a worker that dies then loses them.")
    package var acksEarly = false

    @Flag(help: "Store the state STARTED.")
    package var trackStarted = false

    @OptionGroup package var content: ContentOptions
    @OptionGroup package var results: ResultOptions

    /// Makes the group.
    package init() {}

    /// The settings that were given.
    package var flags: Flags {
        var flags = Flags()
        flags.add(.queues, list: queues)
        flags.add(.excludeQueues, list: excludeQueues)
        flags.add(.purge, purge)
        flags.add(.concurrency, concurrency)
        flags.add(.autoscale, autoscale)
        flags.add(.pool, pool)
        flags.add(.hostname, hostname)
        flags.add(.taskEvents, taskEvents)
        flags.add(.withoutHeartbeat, withoutHeartbeat)
        flags.add(.heartbeatInterval, heartbeatInterval)
        flags.add(.withoutGossip, withoutGossip)
        flags.add(.withoutMingle, withoutMingle)
        flags.add(.timeLimit, timeLimit)
        flags.add(.softTimeLimit, softTimeLimit)
        flags.add(.maxTasksPerChild, maxTasksPerChild)
        flags.add(.maxMemoryPerChild, maxMemoryPerChild)
        flags.add(.maxAddressSpacePerChild, maxAddressSpacePerChild)
        flags.add(.prefetchMultiplier, prefetchMultiplier)
        flags.add(.disablePrefetch, disablePrefetch)
        flags.add(.brokerVisibilityTimeout, visibilityTimeout)
        flags.add(.parkingDistance, parkingDistance)
        flags.add(.drainTimeout, drainTimeout)
        flags.add(.maxDeliveries, maxDeliveries)
        flags.add(.acksLate, off: acksEarly)
        flags.add(.trackStarted, trackStarted)
        flags.add(content.flags)
        flags.add(results.flags)
        return flags
    }
}
