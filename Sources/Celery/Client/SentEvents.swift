import Logging

/// Tells monitors of each task that a client or a worker sends (`task_send_sent_event`; celery/app/amqp.py, `send_task_message`).
struct SentEvents: Sendable {
    private let events: EventDispatcher

    init(broker: any Broker, clock: LamportClock) {
        events = EventDispatcher(
            broker: broker,
            nodeName: TaskCall.processOrigin,
            clock: clock,
            isEnabled: true,
            sendsTaskEvents: true,
            // What goes wrong with an event concerns nobody who sends a task.
            logger: Logger(label: "celery.events") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Tells of the messages among effects, those that follow a chord included.
    func announce(_ effects: [Effect]) async {
        for effect in effects {
            switch effect {
            case .publish(let outgoing): await announce(outgoing)
            case .settleChord(let settlement): await announce(settlement.effects)
            default: break
            }
        }
    }

    /// Tells of one message; one that is no task is passed over.
    func announce(_ outgoing: OutgoingMessage) async {
        guard let task = try? TaskMessage(outgoing.message, content: .trusting) else { return }
        let queue = outgoing.declaring?.name.rawValue ?? outgoing.destination.routingKey
        let fields: JSONObject = [
            "uuid": .string(task.id.rawValue),
            "root_id": task.headers["root_id"] ?? .null,
            "parent_id": task.headers["parent_id"] ?? .null,
            "name": .string(task.task),
            "args": .string(task.argsRepr),
            "kwargs": .string(task.kwargsRepr),
            "retries": .integer(task.retries),
            "eta": task.headers["eta"] ?? .null,
            "expires": task.headers["expires"] ?? .null,
            "queue": .string(queue),
            "exchange": .string(outgoing.destination.exchange),
            "routing_key": .string(outgoing.destination.routingKey),
        ]
        await events.sendOnce("task-sent", fields)
    }
}
