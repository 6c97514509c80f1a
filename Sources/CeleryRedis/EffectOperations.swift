import Celery
import Foundation
import Redis

/// Effects as the operations of ``EffectScripts``.
struct EffectOperations: Sendable {
    private(set) var keys: [String] = []
    private(set) var arguments: [any RedisArgument] = []
    /// The keys of states that the script has to know, by the place of the arguments that tell it.
    private var states: [(key: String, place: Int)] = []
    /// How many operations there are.
    private var count = 0
    /// The group of each part, by the place of its first key in the script.
    private var groups: [Int: String] = [:]

    /// What the script's own keys take before those of the operations.
    private static let firstKey = 4

    /// - Parameters:
    ///   - effects: What is to become true.
    ///   - broker: Where messages go, which are resolved; nil for a server that has no queues.
    ///   - backend: Where results go; nil for a server that has none: effects that concern results are left out.
    init(_ effects: [Effect], broker: MessageRouting?, backend: RedisResultBackend?) {
        for effect in effects { append(effect, broker, backend) }
    }

    private mutating func append(_ effect: Effect, _ broker: MessageRouting?, _ backend: RedisResultBackend?) {
        switch effect {
        case .publish(let outgoing):
            guard let broker else { return }
            let envelope = outgoing.message.envelope()
            for step in broker.steps(for: outgoing) {
                switch step {
                case .push(let list): append("L", [list], [envelope])
                case .publish(let channel): append("U", [channel], [envelope])
                case .expire(let list, let milliseconds): append("E", [list], [milliseconds])
                }
            }
        case .store(let document):
            guard let backend else { return }
            let (key, settings) = (backend.keys.result(document.taskID), backend.settings)
            states.append((key, arguments.count + 3))
            let stored = settings.encode(document.json(in: settings.timeZone))
            append("S", [key], [settings.lifetime(of: document.state), stored, "", ""])
        case .endChordPart(let part):
            guard let backend else { return }
            append(part, backend)
        case .startChord(let group, let size):
            guard let backend else { return }
            append(
                "N",
                [backend.keys.chord(group, .claim), backend.keys.chord(group, .size)],
                [size, backend.settings.chordLifetime]
            )
        case .extendChord(let group, let count):
            guard let backend else { return }
            append("X", [backend.keys.chord(group, .difference)], [count])
        case .saveGroup(let id, let result):
            guard let backend else { return }
            let document = backend.settings.encode(["result": result])
            append("G", [backend.keys.group(id)], [backend.settings.groupLifetime, document])
        case .once(let step):
            guard let backend else { return }
            append("O", [backend.keys.step(step)], [RedisResultBackend.stepLifetime])
        case .settleChord(let settlement):
            guard let backend else { return }
            let inner = EffectOperations(settlement.effects, broker: broker, backend: backend)
            let keys = [.claim, .parts, .difference, .size, .seen].map { backend.keys.chord(settlement.group, $0) }
            let success = settlement.isSuccess ? 1 : 0
            append("B", keys, [settlement.token, RedisResultBackend.settledLifetime, success, inner.count])
            states += inner.states.map { ($0.key, arguments.count + $0.place) }
            self.keys += inner.keys
            arguments += inner.arguments
            count += inner.count
        }
    }

    /// Adds something that goes to a list as it is.
    mutating func push(_ bytes: [UInt8], to list: String) {
        append("L", [list], [bytes])
    }

    private mutating func append(_ part: ChordPart, _ backend: RedisResultBackend) {
        groups[keys.count + Self.firstKey] = part.group
        let names = backend.keys
        let keys =
            [.parts, .difference, .size, .seen].map { names.chord(part.group, $0) }
            + [names.group(part.group), names.chord(part.group, .claim), names.result(part.id)]
        let settings = backend.settings
        if part.unlessFailed { states.append((names.result(part.id), arguments.count + 10)) }
        append(
            "P",
            keys,
            [
                part.id.rawValue, settings.encode(part.json), settings.keepsChordOrder ? 1 : 0,
                part.index.map(String.init) ?? "+inf", settings.chordLifetime, settings.groupLifetime,
                RedisResultBackend.claimLifetime, part.token, part.isUncertain ? 2 : part.unlessFailed ? 1 : 0, "", "",
            ]
        )
    }

    private mutating func append(_ operation: String, _ keys: [String], _ arguments: [any RedisArgument]) {
        count += 1
        self.keys += keys
        self.arguments.append(operation)
        self.arguments += arguments
    }

    /// The keys of the states that the script has to know.
    var stateKeys: [String] { states.map(\.key) }

    /// Tells the script what states are stored where it cannot read them itself.
    mutating func tell(_ stored: [String: StoredState]) {
        for (key, place) in states {
            guard let state = stored[key] else { continue }
            arguments[place] = state.digest
            arguments[place + 1] = state.head
        }
    }

    /// Reads what the script says of a chord that it has claimed.
    func claim(_ reply: RedisValue, _ settings: ResultSettings) throws(RedisError) -> ChordClaim {
        let fields = try reply.decodeArray()
        guard fields.count >= 2, let group = groups[try fields[0].decodeInt()] else {
            throw reply.unexpected("a claim")
        }
        let parts = try fields[1].decodeByteArrays().compactMap { try? settings.decode($0) }
        let saved = fields.count > 2 ? fields[2].bytes.flatMap { try? settings.decode($0) } : nil
        return ChordClaim(group: group, parts: parts, savedResult: saved?["result"])
    }
}
