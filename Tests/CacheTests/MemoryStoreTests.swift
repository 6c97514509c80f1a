import Testing

@testable import Cache

@Suite struct MemoryStoreTests {
    typealias Store = MemoryStore<String, Int>

    let start = ContinuousClock.now

    @Test func `a value is found until its time is over`() {
        var store = Store(maximumCount: 10, maximumCost: 10)
        store.insert(1, for: "short", cost: 1, deadline: start + .milliseconds(1))
        store.insert(2, for: "for ever", cost: 1, deadline: nil)
        #expect(store.value(for: "short", now: start) == 1)
        #expect(store.value(for: "short", now: start + .microseconds(999)) == 1)
        #expect(store.value(for: "short", now: start + .milliseconds(1)) == nil)
        #expect(store.count == 1)
        #expect(store.cost == 1)
        #expect(store.value(for: "for ever", now: start + .seconds(1_000_000)) == 2)
    }

    @Test func `the value that nobody has asked for longest makes room`() {
        var store = Store(maximumCount: 3, maximumCost: 100)
        for (value, key) in ["a", "b", "c"].enumerated() {
            store.insert(value, for: key, cost: 1, deadline: nil)
        }
        _ = store.value(for: "a", now: start)
        store.insert(3, for: "d", cost: 1, deadline: nil)
        #expect(store.value(for: "b", now: start) == nil)
        #expect(store.value(for: "a", now: start) == 0)
        #expect(store.value(for: "c", now: start) == 2)
        #expect(store.value(for: "d", now: start) == 3)
    }

    @Test func `values make as much room as a large one needs`() {
        var store = Store(maximumCount: 10, maximumCost: 10)
        for (value, key) in ["a", "b", "c", "d", "e"].enumerated() {
            store.insert(value, for: key, cost: 2, deadline: nil)
        }
        store.insert(5, for: "large", cost: 5, deadline: nil)
        #expect(store.count == 3)
        #expect(store.cost == 9)
        #expect(store.value(for: "c", now: start) == nil)
        #expect(store.value(for: "d", now: start) == 3)
    }

    @Test func `a value that is too large is not taken and the older one under its key is gone`() {
        var store = Store(maximumCount: 10, maximumCost: 10)
        store.insert(1, for: "a", cost: 10, deadline: nil)
        store.insert(2, for: "a", cost: 11, deadline: nil)
        #expect(store.value(for: "a", now: start) == nil)
        #expect(store.cost == 0)
    }

    @Test func `a store without room takes nothing`() {
        var store = Store(maximumCount: 0, maximumCost: 10)
        store.insert(1, for: "a", cost: 0, deadline: nil)
        #expect(store.count == 0)
    }

    @Test(arguments: 1...40)
    func `the store does what a list in order of use does`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let maximumCount = Int.random(in: 1...12, using: &generator)
        let maximumCost = Int.random(in: 1...60, using: &generator)
        var store = Store(maximumCount: maximumCount, maximumCost: maximumCost)
        var model = NaiveStore(maximumCount: maximumCount, maximumCost: maximumCost)
        var now = start
        for step in 0..<500 {
            let key = "key\(Int.random(in: 0..<20, using: &generator))"
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4:
                let cost = Int.random(in: 0...20, using: &generator)
                let ttl = Bool.random(using: &generator) ? Int.random(in: 1...30, using: &generator) : nil
                let deadline = ttl.map { now + .milliseconds($0) }
                store.insert(step, for: key, cost: cost, deadline: deadline)
                model.insert(.init(key: key, value: step, cost: cost, deadline: deadline))
            case 4..<8:
                #expect(store.value(for: key, now: now) == model.value(for: key, now: now))
            case 8:
                store.remove(key)
                model.remove(key)
            default:
                now = now + .milliseconds(Int.random(in: 0...10, using: &generator))
            }
            #expect(store.count == model.entries.count)
            #expect(store.cost == model.cost)
        }
        store.removeAll()
        #expect(store.count == 0)
        #expect(store.cost == 0)
    }
}

/// The same as ``MemoryStore``, so simply written that it cannot be wrong.
private struct NaiveStore {
    struct Entry {
        var key: String
        var value: Int
        var cost: Int
        var deadline: ContinuousClock.Instant?
    }

    let maximumCount: Int
    let maximumCost: Int
    /// The oldest first.
    var entries: [Entry] = []

    init(maximumCount: Int, maximumCost: Int) {
        self.maximumCount = maximumCount
        self.maximumCost = maximumCost
    }

    var cost: Int { entries.map(\.cost).reduce(0, +) }

    mutating func insert(_ entry: Entry) {
        remove(entry.key)
        guard entry.cost <= maximumCost else { return }
        entries.append(entry)
        while entries.count > maximumCount || cost > maximumCost { entries.removeFirst() }
    }

    mutating func value(for key: String, now: ContinuousClock.Instant) -> Int? {
        guard let entry = entries.first(where: { $0.key == key }) else { return nil }
        remove(key)
        if let deadline = entry.deadline, deadline <= now { return nil }
        entries.append(entry)
        return entry.value
    }

    mutating func remove(_ key: String) { entries.removeAll { $0.key == key } }
}

/// Random numbers that are the same in each run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
