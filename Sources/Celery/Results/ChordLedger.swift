/// Counts the parts of chords, in memory, by the rules of Celery's script (celery/backends/redis.py).
struct ChordLedger: Sendable {
    private struct Chord {
        var size: Int?
        var added = 0
        var parts: [ChordPart] = []
        var claim: String?
        var isDone = false

        var isComplete: Bool { size.map { $0 + added == parts.count } ?? false }
    }

    private var chords: [String: Chord] = [:]
    private(set) var groups: [String: JSONValue] = [:]

    mutating func start(_ group: String, size: Int) {
        chords[group, default: Chord()].size = size
        chords[group]?.claim = nil
        chords[group]?.isDone = false
    }

    mutating func extend(_ group: String, by count: Int) {
        chords[group, default: Chord()].added += count
    }

    mutating func save(_ group: String, _ result: JSONValue) {
        groups[group] = result
    }

    /// Records a part.
    ///
    /// - Returns: The chord, if this was its last part and nobody else has claimed it.
    mutating func end(_ part: ChordPart) -> ChordClaim? {
        var chord = chords[part.group] ?? Chord()
        defer { chords[part.group] = chord }
        if !chord.parts.contains(where: { $0.id == part.id && $0.index == part.index }) { chord.parts.append(part) }
        // A part that comes after the end counts in the next run of the same chord, if there is one.
        guard !part.isUncertain, !chord.isDone, chord.isComplete, chord.claim == nil || chord.claim == part.token
        else { return nil }
        chord.claim = part.token
        let parts = chord.parts.enumerated().sorted {
            ($0.element.index ?? .max, $0.offset) < ($1.element.index ?? .max, $1.offset)
        }
        return ChordClaim(group: part.group, parts: parts.map(\.element.json), savedResult: groups[part.group])
    }

    func isHeld(_ group: String, token: String) -> Bool { chords[group]?.claim == token }

    mutating func close(_ group: String, token: String, isSuccess: Bool) {
        guard isHeld(group, token: token) else { return }
        chords[group]?.size = nil
        guard isSuccess else { return }
        chords[group] = Chord(isDone: true)
    }
}
