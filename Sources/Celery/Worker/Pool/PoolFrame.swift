/// What the worker and a pool child say to each other.
///
/// A frame on the socket is its length in four bytes (big-endian, what follows), one byte for its kind, and its payload.
enum PoolFrame: Sendable {
    /// Worker to child, once: how to live.
    case configure(PoolChildConfiguration)
    /// Worker to child: run this call, in the context that these headers carry. The next one comes only after its outcome.
    case run(queue: QueueName, softTimeLimit: Duration?, trace: JSONObject = [:], envelope: [UInt8])
    /// Child to worker, once: tasks may come.
    case ready
    /// Child to worker: the running task stores a state of its own.
    case report(TaskState, meta: JSONValue)
    /// Child to worker: the running task sends something, in the context that these headers carry; the worker answers with
    /// the same number.
    case send(number: Int, TaskSending, trace: JSONObject = [:])
    /// Worker to child: the result of what was sent, or why it could not be.
    case sent(number: Int, Result<JSONValue, PythonException>)
    /// Child to worker: the running task sends an event of its own.
    case event(TaskEvent)
    /// Child to worker: the running task has ended.
    case outcome(TaskOutcome)

    /// Frames above this size are refused: 512 MiB, Redis's own limit for a string.
    static let maximumLength = 512 << 20
    /// The length that comes before each frame.
    static let headerLength = 4

    private enum Kind: UInt8 {
        case configure = 1
        case run = 2
        case ready = 3
        case report = 4
        case outcome = 5
        case success = 6
        case send = 7
        case sent = 8
        case event = 20
    }

    /// The frame with its length before it.
    func encoded() -> [UInt8] {
        let (kind, payload) = parts()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headerLength + 1 + payload.count)
        bytes.append(bigEndian: UInt32(payload.count + 1))
        bytes.append(kind.rawValue)
        bytes.append(contentsOf: payload)
        return bytes
    }

    private func parts() -> (Kind, [UInt8]) {
        switch self {
        case .configure(let configuration):
            return (.configure, configuration.jsonValue.serialized(.compact))
        case .run(let queue, let softTimeLimit, let trace, let envelope):
            let name = Array(queue.rawValue.utf8)
            let trace = trace.isEmpty ? [] : JSONValue.object(trace).serialized(.compact)
            var payload: [UInt8] = []
            payload.reserveCapacity(16 + name.count + trace.count + envelope.count)
            payload.append(bigEndian: UInt64((softTimeLimit?.seconds ?? 0).bitPattern))
            for part in [name, trace] {
                payload.append(bigEndian: UInt32(part.count))
                payload.append(contentsOf: part)
            }
            payload.append(contentsOf: envelope)
            return (.run, payload)
        case .ready:
            return (.ready, [])
        case .report(let state, let meta):
            return (.report, JSONValue.array([.string(state.rawValue), meta]).serialized(.compact))
        case .send(let number, let sending, let trace):
            let parts: JSONValue = [.integer(number), sending.json, .object(trace)]
            return (.send, parts.serialized(.compact))
        case .sent(let number, .success(let value)):
            return (.sent, JSONValue.array([.integer(number), value]).serialized(.compact))
        case .sent(let number, .failure(let exception)):
            return (.sent, JSONValue.array([.integer(number), .null, exception.jsonValue]).serialized(.compact))
        case .event(let event):
            return (.event, event.json.serialized(.compact))
        case .outcome(.success(let value)):
            return (.success, value.serialized(.compact))
        case .outcome(let outcome):
            return (.outcome, outcome.jsonValue.serialized(.compact))
        }
    }

    /// Reads a frame without its length.
    ///
    /// - Parameter bytes: The kind and the payload.
    /// - Throws: ``PoolFrameError`` when they make no frame.
    init(decoding bytes: ArraySlice<UInt8>) throws {
        guard let first = bytes.first, let kind = Kind(rawValue: first) else { throw PoolFrameError() }
        var payload = bytes.dropFirst()
        switch kind {
        case .configure:
            self = .configure(try PoolChildConfiguration(JSONValue(parsing: Array(payload))))
        case .run:
            guard let limit: UInt64 = payload.popBigEndian(), let name = payload.popPart(),
                let trace = payload.popPart()
            else { throw PoolFrameError() }
            let seconds = Double(bitPattern: limit)
            self = .run(
                queue: QueueName(rawValue: String(decoding: name, as: UTF8.self)),
                softTimeLimit: seconds > 0 ? .seconds(seconds) : nil,
                trace: trace.isEmpty ? [:] : try JSONValue(parsing: Array(trace)).objectValue ?? [:],
                envelope: Array(payload)
            )
        case .ready:
            self = .ready
        case .report:
            let parts = try JSONValue(parsing: Array(payload))
            guard let state = parts[0]?.stringValue, let meta = parts[1] else { throw PoolFrameError() }
            self = .report(TaskState(rawValue: state), meta: meta)
        case .send:
            let parts = try JSONValue(parsing: Array(payload))
            guard let number = parts[0]?.intValue, let sending = parts[1] else { throw PoolFrameError() }
            self = .send(number: number, try TaskSending(json: sending), trace: parts[2]?.objectValue ?? [:])
        case .sent:
            let parts = try JSONValue(parsing: Array(payload))
            guard let number = parts[0]?.intValue else { throw PoolFrameError() }
            let exception = parts[2].flatMap { PythonException(json: $0) }
            self = .sent(number: number, exception.map { .failure($0) } ?? .success(parts[1] ?? .null))
        case .event:
            self = .event(try TaskEvent(json: JSONValue(parsing: Array(payload))))
        case .outcome:
            self = .outcome(try TaskOutcome(JSONValue(parsing: Array(payload))))
        case .success:
            self = .outcome(.success(try JSONValue(parsing: Array(payload))))
        }
    }
}

/// A frame that makes no sense; the other side is broken and its process is given up.
struct PoolFrameError: Error {}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}

extension ArraySlice<UInt8> {
    /// Takes a big-endian integer off the front.
    mutating func popBigEndian<Value: FixedWidthInteger>() -> Value? {
        let width = Value.bitWidth / 8
        guard count >= width else { return nil }
        var value: Value = 0
        for byte in prefix(width) { value = value << 8 | Value(byte) }
        self = dropFirst(width)
        return value
    }

    /// Takes bytes off the front that stand behind their length.
    fileprivate mutating func popPart() -> ArraySlice<UInt8>? {
        guard let length: UInt32 = popBigEndian(), count >= Int(length) else { return nil }
        defer { self = dropFirst(Int(length)) }
        return prefix(Int(length))
    }
}
