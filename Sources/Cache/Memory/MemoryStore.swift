/// The most recently used values, as many as fit.
///
/// Bounded in number and in cost, such as bytes. The value that nobody has asked for longest makes room.
struct MemoryStore<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Entry: Sendable {
        let key: Key
        let value: Value
        let cost: Int
        let deadline: Instant?
    }

    // A doubly linked list in an array, so that a hit moves three numbers and allocates nothing. The first slot holds
    // no entry: it is the place between the newest and the oldest.
    private struct Slot: Sendable {
        var entry: Entry?
        var newer = 0
        var older = 0
    }

    let maximumCount: Int
    let maximumCost: Int
    /// What all values cost together.
    private(set) var cost = 0
    private var slots = [Slot()]
    private var freeSlots: [Int] = []
    private var slotOfKey: [Key: Int] = [:]

    /// Creates an empty store.
    ///
    /// - Parameters:
    ///   - maximumCount: How many values there may be.
    ///   - maximumCost: What all values may cost together.
    init(maximumCount: Int, maximumCost: Int) {
        self.maximumCount = max(maximumCount, 0)
        self.maximumCost = max(maximumCost, 0)
    }

    /// How many values there are, those included whose time is over but whom nobody has asked for since.
    var count: Int { slotOfKey.count }

    /// Finds a value, which thereby becomes the most recently used one.
    ///
    /// - Parameters:
    ///   - key: The value's key.
    ///   - now: The time.
    /// - Returns: The value, or nil when there is none or its time is over.
    mutating func value(for key: Key, now: Instant) -> Value? {
        guard let slot = slotOfKey[key], let entry = slots[slot].entry else { return nil }
        if let deadline = entry.deadline, deadline <= now {
            remove(slot)
            return nil
        }
        unlink(slot)
        linkAsNewest(slot)
        return entry.value
    }

    /// Takes a value in, in the place of an older one, and makes room for it.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - key: Its key.
    ///   - cost: Its cost. One that costs more than all may together is not taken.
    ///   - deadline: When its time is over; nil is never.
    mutating func insert(_ value: Value, for key: Key, cost: Int, deadline: Instant?) {
        remove(key)
        guard cost <= maximumCost, maximumCount > 0 else { return }
        while count >= maximumCount || self.cost > maximumCost - cost {
            remove(slots[0].newer)
        }
        let slot = freeSlots.popLast() ?? slots.endIndex
        if slot == slots.endIndex { slots.append(Slot()) }
        slots[slot].entry = Entry(key: key, value: value, cost: cost, deadline: deadline)
        slotOfKey[key] = slot
        self.cost += cost
        linkAsNewest(slot)
    }

    /// Removes the value of a key, if there is one.
    mutating func remove(_ key: Key) {
        if let slot = slotOfKey[key] { remove(slot) }
    }

    /// Removes everything.
    mutating func removeAll() {
        slots = [Slot()]
        freeSlots = []
        slotOfKey = [:]
        cost = 0
    }

    private mutating func remove(_ slot: Int) {
        guard let entry = slots[slot].entry else { return }
        unlink(slot)
        slots[slot].entry = nil
        freeSlots.append(slot)
        slotOfKey[entry.key] = nil
        cost -= entry.cost
    }

    private mutating func unlink(_ slot: Int) {
        let (newer, older) = (slots[slot].newer, slots[slot].older)
        slots[newer].older = older
        slots[older].newer = newer
    }

    // Of the first slot, `older` is the newest entry and `newer` the oldest one: the list is a ring.
    private mutating func linkAsNewest(_ slot: Int) {
        let previous = slots[0].older
        slots[slot].newer = 0
        slots[slot].older = previous
        slots[previous].newer = slot
        slots[0].older = slot
    }
}
