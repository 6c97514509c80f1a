/// Counts the parts of chords, in memory, by the rules of Celery's script (celery/backends/redis.py).
struct ChordLedger: Sendable {
    struct Chord: Sendable {
        var size: Int?
        var added = 0
        var parts: [ChordPart] = []
        var claim: String?
        var isDone = false

        var isComplete: Bool { size.map { $0 + added == parts.count } ?? false }
    }

    private let settings: ResultSettings
    private var chords = ExpiringValues<String, Chord>()
    private var groups = ExpiringValues<String, JSONValue>()

    init(_ settings: ResultSettings) {
        self.settings = settings
    }

    private func chord(_ group: String) -> Chord { chords.value(of: group) ?? Chord() }

    private mutating func keep(_ chord: Chord, _ group: String) {
        chords.set(chord, of: group, lifetime: settings.chordLifetime)
    }

    mutating func start(_ group: String, size: Int) {
        var chord = chord(group)
        chord.size = size
        chord.claim = nil
        chord.isDone = false
        keep(chord, group)
    }

    mutating func extend(_ group: String, by count: Int) {
        var chord = chord(group)
        chord.added += count
        keep(chord, group)
    }

    mutating func save(_ group: String, _ result: JSONValue) {
        groups.set(result, of: group, lifetime: settings.groupLifetime)
    }

    func group(_ id: String) -> JSONValue? { groups.value(of: id) }

    /// Records a part.
    ///
    /// - Returns: The chord, if this was its last part and nobody else has claimed it.
    mutating func end(_ part: ChordPart) -> ChordClaim? {
        var chord = chord(part.group)
        defer { keep(chord, part.group) }
        if !chord.parts.contains(where: { $0.id == part.id && $0.index == part.index }) { chord.parts.append(part) }
        // A part that comes after the end counts in the next run of the same chord, if there is one.
        guard !part.isUncertain, !chord.isDone, chord.isComplete, chord.claim == nil || chord.claim == part.token
        else { return nil }
        chord.claim = part.token
        let parts = chord.parts.enumerated().sorted {
            ($0.element.index ?? .max, $0.offset) < ($1.element.index ?? .max, $1.offset)
        }
        return ChordClaim(group: part.group, parts: parts.map(\.element.json), savedResult: group(part.group))
    }

    func isHeld(_ group: String, token: String) -> Bool { chord(group).claim == token }

    mutating func close(_ group: String, token: String, isSuccess: Bool) {
        guard isHeld(group, token: token) else { return }
        var chord = chord(group)
        chord.size = nil
        keep(isSuccess ? Chord(isDone: true) : chord, group)
    }
}
