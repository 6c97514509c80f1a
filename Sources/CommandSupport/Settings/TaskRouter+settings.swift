import Celery

extension TaskRouter {
    /// Reads where tasks go: Celery's settings of the same names.
    ///
    /// - Parameter source: Where the settings are.
    /// - Throws: ``SettingsError`` when one is not usable.
    init(from source: SettingsSource) async throws {
        self.init()
        let most = try await source.integer(.queueMaxPriority, atLeast: 0)
        let type = try await source.exchangeType(.defaultExchangeType) ?? .direct
        let name = try await source.text(.defaultQueue) ?? defaultQueue.name.rawValue
        defaultQueue = Queue(
            QueueName(name),
            exchange: Exchange(try await source.text(.defaultExchange) ?? name, type: type),
            routingKey: try await source.text(.defaultRoutingKey) ?? name,
            maxPriority: most
        )
        defaultPriority = try await source.integer(.defaultPriority, atLeast: 0)
        createsMissingQueues = try await source.flag(.createMissingQueues) ?? true
        missingExchangeType = try await source.exchangeType(.missingExchangeType) ?? .direct
        do {
            queues = try await Self.queues(source, most)
            if let routes = try source.json(.taskRoutes) { rules = try Self.rules(routes, source) }
        } catch let error as CeleryError {
            throw SettingsError(error.message)
        }
    }

    /// `task_queues`: a list of names and objects, or an object of options by name.
    private static func queues(_ source: SettingsSource, _ most: Int?) async throws -> [Queue] {
        let kind = "a list of names and objects with a name, or an object of options by name"
        let found: [Queue]
        switch try source.json(.taskQueues) {
        case nil:
            return []
        case .array(let elements):
            found = try elements.map { element in
                if let name = element.stringValue { return Queue(QueueName(name)) }
                guard let options = element.objectValue else { throw source.wrong(.taskQueues, kind) }
                if let exchange = options["broadcast"]?.stringValue {
                    return .broadcast(exchange, name: options["name"]?.stringValue.map { QueueName($0) })
                }
                guard let name = options["name"]?.stringValue else { throw source.wrong(.taskQueues, kind) }
                return try Queue(QueueName(name), options: options)
            }
        case .object(let members):
            found = try members.map { name, value in
                guard let options = value.objectValue else { throw source.wrong(.taskQueues, kind) }
                return try Queue(QueueName(name), options: options)
            }
        default:
            throw source.wrong(.taskQueues, kind)
        }
        return found.map { queue in
            var queue = queue
            queue.maxPriority = queue.maxPriority ?? most
            return queue
        }
    }

    /// `task_routes`: an object of routes by name and glob, or a list of such objects and of pairs.
    private static func rules(_ value: JSONValue, _ source: SettingsSource) throws -> [TaskRouteRule] {
        switch value {
        case .object(let members):
            return [.map(try members.map { ($0, try route($1, source)) })]
        case .array(let elements):
            let pairs = elements.compactMap { element -> (task: String, route: JSONValue)? in
                guard let name = element[0]?.stringValue, let route = element[1] else { return nil }
                return (name, route)
            }
            if pairs.count == elements.count {
                return [.map(try pairs.map { ($0.task, try route($0.route, source)) })]
            }
            return try elements.flatMap { try rules($0, source) }
        default:
            throw source.wrong(.taskRoutes, "an object of routes by name, or a list of such objects")
        }
    }

    private static func route(_ value: JSONValue, _ source: SettingsSource) throws -> TaskRoute {
        switch value {
        case .string(let queue): return TaskRoute(queue: QueueName(queue))
        case .object(let options): return TaskRoute(options: options)
        default: throw source.wrong(.taskRoutes, "made of queues' names and objects of options")
        }
    }
}

extension SettingsSource {
    /// The type of an exchange.
    fileprivate func exchangeType(_ key: SettingKey) async throws -> ExchangeType? {
        guard let name = try await text(key) else { return nil }
        guard let type = ExchangeType(rawValue: name) else { throw wrong(key, "direct, topic or fanout") }
        return type
    }
}
