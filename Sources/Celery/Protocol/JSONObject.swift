/// A JSON object that keeps the order of its keys, as Python's dict does.
///
/// Keys are compared by code points. Two objects are equal when they hold equal values under the same keys, in whatever
/// order.
public struct JSONObject: Sendable {
    /// One key and its value.
    public typealias Element = (key: String, value: JSONValue)

    /// Objects with more members than this find their keys by hash.
    private static let linearLimit = 32

    private var members: [Element]
    /// Where each key stands, once there are more members than `linearLimit`.
    private var positions: [ObjectKey: Int]?

    /// Makes an object without members.
    public init() {
        members = []
    }

    /// Makes an object of members in the order given; of equal keys the last value stays, in the first one's place.
    ///
    /// - Parameter pairs: Keys and values.
    public init(pairs: some Sequence<(String, JSONValue)>) {
        members = []
        members.reserveCapacity(pairs.underestimatedCount)
        for (key, value) in pairs {
            self[key] = value
        }
    }

    /// Makes an object of members whose keys are known to differ.
    init(distinct members: [Element]) {
        self.members = members
        reindexIfLarge()
    }

    /// The keys in their order.
    public var keys: [String] { members.map(\.key) }

    /// The values in the order of their keys.
    public var values: [JSONValue] { members.map(\.value) }

    /// The value under `key`; setting nil removes the member, setting a new key appends it.
    public subscript(key: String) -> JSONValue? {
        get {
            position(of: key).map { members[$0].value }
        }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?):
                members[position].value = value
            case (let position?, nil):
                members.remove(at: position)
                positions = nil
                reindexIfLarge()
            case (nil, let value?):
                append(key, value)
            case (nil, nil):
                break
            }
        }
    }

    /// Sets a member, placing it behind another one when it is new.
    ///
    /// - Parameters:
    ///   - key: The key to set.
    ///   - value: Its value.
    ///   - predecessor: The key behind which a new member is placed; without it the member goes to the end.
    mutating func set(_ key: String, to value: JSONValue, after predecessor: String) {
        if position(of: key) == nil, let place = position(of: predecessor) {
            members.insert((key, value), at: place + 1)
            positions = nil
            reindexIfLarge()
        } else {
            self[key] = value
        }
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        members.append((key, value))
        if positions != nil {
            positions?[ObjectKey(text: key)] = members.count - 1
        } else {
            reindexIfLarge()
        }
    }

    private func position(of key: String) -> Int? {
        if let positions {
            return positions[ObjectKey(text: key)]
        }
        for index in members.indices where members[index].key.hasSameCodePoints(as: key) {
            return index
        }
        return nil
    }

    private mutating func reindexIfLarge() {
        guard members.count > Self.linearLimit else { return }
        var positions: [ObjectKey: Int] = [:]
        positions.reserveCapacity(members.count)
        for (index, member) in members.enumerated() {
            positions[ObjectKey(text: member.key)] = index
        }
        self.positions = positions
    }
}

/// A key that is hashed and compared by its code points.
private struct ObjectKey: Hashable {
    let text: String

    static func == (lhs: ObjectKey, rhs: ObjectKey) -> Bool {
        lhs.text.hasSameCodePoints(as: rhs.text)
    }

    func hash(into hasher: inout Hasher) {
        text.hashCodePoints(into: &hasher)
    }
}

extension JSONObject: RandomAccessCollection {
    /// The position of the first member.
    public var startIndex: Int { members.startIndex }

    /// The position behind the last member.
    public var endIndex: Int { members.endIndex }

    /// The member at a position.
    public subscript(position: Int) -> Element { members[position] }
}

extension JSONObject: Hashable {
    /// Whether both objects hold equal values under the same keys.
    public static func == (lhs: JSONObject, rhs: JSONObject) -> Bool {
        guard lhs.count == rhs.count else { return false }
        for (index, member) in lhs.members.enumerated() {
            let candidate = rhs.members[index]
            if candidate.key.hasSameCodePoints(as: member.key) {
                guard candidate.value == member.value else { return false }
            } else {
                guard let other = rhs[member.key], other == member.value else { return false }
            }
        }
        return true
    }

    /// Feeds the members into `hasher`, independent of their order.
    public func hash(into hasher: inout Hasher) {
        var combined = 0
        for member in members {
            var memberHasher = Hasher()
            member.key.hashCodePoints(into: &memberHasher)
            memberHasher.combine(member.value)
            combined ^= memberHasher.finalize()
        }
        hasher.combine(members.count)
        hasher.combine(combined)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Makes an object with the members in the order given.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(pairs: elements)
    }
}

extension JSONObject: CustomStringConvertible {
    /// The object as JSON text, for people to read.
    public var description: String { JSONValue.object(self).description }
}
