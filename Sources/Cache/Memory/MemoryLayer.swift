internal import Celery

/// Decides what the memory in front of Redis may answer.
///
/// Redis remembers which keys were read through the tracking connection, and tells the other connection, the
/// subscription, when one of them changes (https://redis.io/docs/latest/develop/reference/client-side-caching/). A
/// value is answered from memory only when
/// - it was read within the current session, that is, while both connections have stood without a break;
/// - nothing was heard about its key since before its reading began: what is heard between the reading and the
///   storing forbids the storing;
/// - no other reading of its key, begun before this one ended, gave another value: which of the two is newer is not
///   known, and no reader shall go back from the newer one to the older one;
/// - its time to live, counted from before its reading began, is not over;
/// - the subscription has proved, not longer than `maximumSilence` ago, that it still delivers: a beat published
///   through the tracking connection has come back behind everything that was to be heard before.
struct MemoryLayer: Sendable {
    typealias Instant = ContinuousClock.Instant
    /// Keys are bytes: Swift's strings are equal when they are canonically equivalent, Redis' keys are not.
    typealias Key = [UInt8]

    /// A message to ourselves through Redis.
    struct Beat: Sendable, Hashable {
        let session: Int
        let number: Int

        /// The beat as the payload of a message.
        var payload: String { "\(session):\(number)" }
    }

    /// A reading under way, whose result may be stored unless something is heard of its key in between.
    struct Reading: Sendable, Hashable {
        let key: Key
        let startedAt: Instant
        /// A beat to send with it.
        let beat: Beat?
        fileprivate let id: Int
    }

    /// What to do about a key.
    enum Answer: Sendable, Hashable {
        case hit(JSONValue)
        /// Read it through the tracking connection, then call ``MemoryLayer/finish(_:with:)``.
        case read(Reading)
        /// Read it through any connection: nothing would tell us of changes.
        case unavailable
    }

    /// How a reading ended.
    enum Outcome: Sendable, Hashable {
        case failed
        /// There is no value, or its time was over in the same moment.
        case missing
        /// A value, and its time to live as Redis told it at the reading; nil is for ever.
        case value(JSONValue, timeToLive: Duration?)
    }

    private(set) var hits = 0
    private(set) var misses = 0
    private var store: MemoryStore<Key, JSONValue>
    private let maximumSilence: Duration
    private var session: Int?
    private var lastNumber = 0
    // The readings under way that may be stored; those of one key share a number.
    private var readings: [Key: Int] = [:]
    // What happened before this moment has been heard of.
    private var provenAt: Instant?
    private var pendingBeat: (beat: Beat, sentAt: Instant)?
    // The first beat of a session that is to begin.
    private var announcement: (beat: Beat, sentAt: Instant)?

    init(maximumEntries: Int, maximumBytes: Int, maximumSilence: Duration) {
        self.store = MemoryStore(maximumCount: maximumEntries, maximumCost: maximumBytes)
        self.maximumSilence = maximumSilence
    }

    var isTracking: Bool { session != nil }
    var count: Int { store.count }
    var bytes: Int { store.cost }

    /// Announces a session, which begins when its first beat is heard: then the subscription delivers.
    ///
    /// - Parameter now: The time, before Redis is told to track.
    /// - Returns: The beat to send behind the command that turns tracking on.
    mutating func announce(now: Instant) -> Beat {
        let beat = Beat(session: nextNumber(), number: 0)
        announcement = (beat, now)
        return beat
    }

    /// Ends the session, begun or announced: nothing that was read in it can be trusted any more.
    mutating func end() {
        invalidateAll()
        session = nil
        provenAt = nil
        pendingBeat = nil
        announcement = nil
    }

    /// Finds a value that may be answered from memory.
    mutating func hit(for key: Key, now: Instant) -> JSONValue? {
        guard let provenAt, now - provenAt <= maximumSilence, let value = store.value(for: key, now: now) else {
            return nil
        }
        hits += 1
        return value
    }

    /// Decides about a key that somebody asks for.
    mutating func answer(for key: Key, now: Instant) -> Answer {
        guard let session, let provenAt else { return .unavailable }
        if let value = hit(for: key, now: now) { return .hit(value) }
        misses += 1
        let silence = now - provenAt
        let beat = silence > maximumSilence / 2 ? nextBeat(session: session, now: now) : nil
        let id = readings[key] ?? nextNumber()
        readings[key] = id
        return .read(Reading(key: key, startedAt: now, beat: beat, id: id))
    }

    /// Ends a reading: the first of several to end is stored.
    mutating func finish(_ reading: Reading, with outcome: Outcome) {
        let mayBeStored = readings[reading.key] == reading.id
        // The others that are under way may hold an older value than the one that was just given to somebody.
        readings[reading.key] = nil
        switch outcome {
        case .failed:
            break
        case .missing:
            store.remove(reading.key)
        case .value(let value, let timeToLive) where mayBeStored:
            let deadline = timeToLive.map { reading.startedAt + $0 }
            store.insert(value, for: reading.key, cost: value.footprint + 2 * reading.key.count, deadline: deadline)
        case .value(let value, _):
            if store.value(for: reading.key, now: reading.startedAt) != value { store.remove(reading.key) }
        }
    }

    /// Forgets a key that has changed or is about to.
    mutating func invalidate(_ key: Key) {
        store.remove(key)
        readings[key] = nil
    }

    /// Forgets all keys, as after `FLUSHALL`.
    mutating func invalidateAll() {
        store.removeAll()
        readings = [:]
    }

    /// Notes that a message on our own channel came back.
    mutating func heard(beat payload: String) {
        if let announcement, announcement.beat.payload == payload {
            end()
            session = announcement.beat.session
            provenAt = announcement.sentAt
        } else if let pendingBeat, pendingBeat.beat.payload == payload {
            self.pendingBeat = nil
            provenAt = pendingBeat.sentAt
        }
    }

    // One at a time; one that does not come back is replaced.
    private mutating func nextBeat(session: Int, now: Instant) -> Beat? {
        if let pendingBeat, now - pendingBeat.sentAt < maximumSilence { return nil }
        let beat = Beat(session: session, number: nextNumber())
        pendingBeat = (beat, now)
        return beat
    }

    private mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }
}
