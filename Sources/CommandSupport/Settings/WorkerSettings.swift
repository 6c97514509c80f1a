package import Celery

/// How a worker works, as somebody has set it.
package struct WorkerSettings: Sendable {
    /// The configuration of the worker, the pool's children included.
    package var configuration: WorkerConfiguration
    /// How the program is stopped.
    package var stopRules: StopRules
    /// What the user has to be told about these settings.
    package var remarks: [String]

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - source: Where they are.
    ///   - children: How the pool's children are started; limits are filled in here.
    /// - Throws: ``SettingsError`` when one is not usable.
    package init(from source: SettingsSource, children: ProcessPoolConfiguration) async throws {
        remarks = source.remarks
        let router = try await TaskRouter(from: source)
        let queues = try await Self.queues(source, router)
        let pool = try await Self.poolName(source)
        if let remark = pool.remark { remarks.append(remark) }
        var children = children
        children.maxTasksPerChild = try await source.integer(.maxTasksPerChild, atLeast: 1)
        children.maxMemoryPerChild = try await source.integer(.maxMemoryPerChild, atLeast: 1)
        children.addressSpaceLimit = try await Self.addressSpaceLimit(source)
        configuration = WorkerConfiguration(
            nodeName: try await source.text(.hostname) ?? "celery@%h",
            queues: queues,
            pool: pool.kind.pool(concurrency: try await Self.concurrency(source), children: children)
        )
        configuration.router = router
        configuration.autoscale = try await Self.autoscale(source)
        if let keepalive = try await Self.limit(.autoscaleKeepalive, source) {
            configuration.autoscaleKeepalive = keepalive
        }
        configuration.disablesRateLimits = try await source.isOn(.disableRateLimits)
        configuration.defaultRateLimit = try await Self.rateLimit(source)
        configuration.allowsPoolRestarts = try await source.isOn(.poolRestarts)
        if try await source.isOn(.workerDirect) {
            configuration.queues.append(.workerDirect(configuration.nodeName))
        }
        if let name = try await source.text(.queueOrder) {
            guard let order = QueueOrder(rawValue: name) else {
                throw source.wrong(.queueOrder, "round_robin, sorted or priority")
            }
            configuration.queueOrder = order
        }
        if let multiplier = try await source.integer(.prefetchMultiplier, atLeast: 0) {
            configuration.prefetchMultiplier = multiplier
        }
        if try await source.isOn(.disablePrefetch) { configuration.prefetchMultiplier = 1 }
        configuration.timeLimit = try await Self.limit(.timeLimit, source)
        configuration.softTimeLimit = try await Self.limit(.softTimeLimit, source)
        if let timeout = try await Self.limit(.brokerVisibilityTimeout, source) {
            configuration.visibilityTimeout = timeout
        }
        if let distance = try await source.duration(.parkingDistance) {
            configuration.parkingDistance = distance == .seconds(SettingsSource.longestTime) ? nil : distance
        }
        if let most = try await source.integer(.maxDeliveries, atLeast: 1) { configuration.maxDeliveries = most }
        try await Self.acknowledge(&configuration, source)
        configuration.control = try await Self.control(source)
        configuration.connection = try await ConnectionRules(from: source)
        configuration.purgesQueues = try await source.isOn(.purge)
        stopRules = try await StopRules(from: source, drainTimeout: configuration.drainTimeout)
        configuration.drainTimeout = stopRules.drainTimeout
        configuration.content = try await ContentSettings(from: source)
        configuration.ignoresResults = try await source.isOn(.taskIgnoreResult)
        configuration.storesErrorsEvenIfIgnored = try await source.isOn(.taskStoreErrorsEvenIfIgnored)
        configuration.deduplicatesSuccessfulTasks = try await source.isOn(.workerDeduplicateSuccessfulTasks)
    }

    private static func acknowledge(_ configuration: inout WorkerConfiguration, _ source: SettingsSource) async throws {
        if let isLate = try await source.flag(.acksLate) { configuration.acknowledgement = isLate ? .late : .early }
        let both = try await source.isOn(.acksOnFailureOrTimeout, default: true)
        configuration.acksOnFailure = try await source.isOn(.acksOnFailure, default: both)
        configuration.acksOnTimeout = try await source.isOn(.acksOnTimeout, default: both)
        configuration.rejectsOnWorkerLost = try await source.isOn(.rejectOnWorkerLost)
        configuration.retriesOnWorkerLost = try await source.isOn(.retryOnWorkerLost)
        configuration.trackStarted = try await source.isOn(.trackStarted)
        configuration.inheritsParentPriority = try await source.isOn(.inheritParentPriority)
    }

    /// What `inspect conf` shows beside the worker's configuration: what others than the worker go by, as it was given.
    private static func shown(_ source: SettingsSource) async throws -> JSONObject {
        var shown: JSONObject = [:]
        for key in [SettingKey.taskQueues, .taskRoutes] {
            if let value = try source.json(key) { shown[key.name] = value }
        }
        for key in [SettingKey.connectionTimeout, .softShutdownTimeout] {
            if let time = try await source.duration(key) { shown[key.name] = .double(time / .seconds(1)) }
        }
        if let isOn = try await source.flag(.softShutdownOnIdle) {
            shown[SettingKey.softShutdownOnIdle.name] = .bool(isOn)
        }
        return shown
    }

    private static func control(_ source: SettingsSource) async throws -> ControlConfiguration {
        var control = ControlConfiguration()
        control.settings = try await shown(source)
        control.isEnabled = try await source.isOn(.enableRemoteControl, default: true)
        control.sendsTaskEvents = try await source.isOn(.taskEvents)
        control.sendsSentEvents = try await source.isOn(.sentEvents)
        control.sendsHeartbeats = try await !source.isOn(.withoutHeartbeat)
        if let interval = try await limit(.heartbeatInterval, source) { control.heartbeatInterval = interval }
        control.gossips = try await !source.isOn(.withoutGossip)
        control.mingles = try await !source.isOn(.withoutMingle)
        if let most = try await source.integer(.revokesLimit, atLeast: 1) { control.revokesLimit = most }
        if let time = try await limit(.revokesLifetime, source) { control.revokesLifetime = time }
        if let name = try await source.text(.timezone) { control.settings["timezone"] = .string(name) }
        if let isUTC = try await source.flag(.enableUTC) { control.settings["enable_utc"] = .bool(isUTC) }
        return control
    }

    /// The queues to read: those named, or all that are declared, or the default one, but for those excluded.
    private static func queues(_ source: SettingsSource, _ router: TaskRouter) async throws -> [Queue] {
        var queues: [Queue]
        if let names = try await source.list(.queues) {
            guard !names.isEmpty else { throw source.wrong(.queues, "a list of at least one name") }
            do {
                queues = try names.map { try router.queue(named: QueueName($0)) }
            } catch let error as CeleryError {
                throw SettingsError(error.message)
            }
        } else {
            queues = router.queues.isEmpty ? [router.defaultQueue] : router.queues
        }
        // celery/app/amqp.py, deselect
        let excluded = try await source.list(.excludeQueues) ?? []
        queues.removeAll { queue in
            excluded.contains(queue.name.rawValue) || queue.alias.map(excluded.contains) ?? false
        }
        guard !queues.isEmpty else { throw SettingsError("exclude_queues leaves no queue to read") }
        return queues
    }

    private static func rateLimit(_ source: SettingsSource) async throws -> RateLimit? {
        guard let text = try await source.textOrInteger(.defaultRateLimit) else { return nil }
        guard let limit = try? RateLimit(text) else {
            throw source.wrong(.defaultRateLimit, "a number of tasks with a unit, such as 10/m, 2/s or 100/h")
        }
        return limit
    }

    private static func poolName(_ source: SettingsSource) async throws -> PoolName {
        guard let name = try await source.text(.pool) else { return PoolName(kind: .prefork) }
        return try PoolName(name)
    }

    private static func concurrency(_ source: SettingsSource) async throws -> Int {
        guard let text = try await source.textOrInteger(.concurrency), text.lowercased() != "auto" else {
            return ProcessorBudget().count
        }
        guard let number = Int(text), number >= 1 else {
            throw source.wrong(.concurrency, "a number, at least 1, or auto")
        }
        return number
    }

    /// `max,min` in any order, or the most alone (celery/bin/worker.py, `Autoscale`).
    private static func autoscale(_ source: SettingsSource) async throws -> AutoscaleLimits? {
        guard let text = try await source.textOrInteger(.autoscale) else { return nil }
        let parts = SettingsSource.trimmed(text.split(separator: ","))
        let numbers = parts.compactMap { Int($0) }.sorted()
        guard numbers.count == parts.count, (1...2).contains(numbers.count), let most = numbers.last, most >= 1,
            numbers[0] >= 0
        else { throw source.wrong(.autoscale, "max,min: the most and the fewest slots") }
        return AutoscaleLimits(max: most, min: numbers.count == 2 ? numbers[0] : 0)
    }

    /// A time that cannot be zero.
    private static func limit(_ key: SettingKey, _ source: SettingsSource) async throws -> Duration? {
        let time = try await source.duration(key)
        guard time != .zero else { throw source.wrong(key, "a number of seconds, above 0") }
        return time
    }

    /// Room for a document of any sane size, while a runaway allocation fails in the child, not on the machine.
    private static let defaultAddressSpace = 4096

    private static func addressSpaceLimit(_ source: SettingsSource) async throws -> Int? {
        let mebibytes = try await source.integer(.maxAddressSpacePerChild, atLeast: 0) ?? defaultAddressSpace
        guard mebibytes <= Int.max >> 20 else {
            throw source.wrong(.maxAddressSpacePerChild, "a number of MiB that a machine can have")
        }
        return mebibytes == 0 ? nil : mebibytes << 20
    }
}
