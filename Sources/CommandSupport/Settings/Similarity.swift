/// Finds what somebody may have meant.
enum Similarity {
    /// The candidate with the fewest edits, if they are few enough for a slip of the hand.
    static func closest(to word: String, among candidates: [String]) -> String? {
        let best = candidates.map { ($0, distance(word, $0)) }.min { $0.1 < $1.1 }
        guard let best, best.1 <= max(2, word.count / 4) else { return nil }
        return best.0
    }

    /// The setting that somebody may have meant who used an old name of Celery's, or left out where it belongs.
    ///
    /// - Parameters:
    ///   - name: What was written, such as `CELERYD_CONCURRENCY` or `concurrency`.
    ///   - settings: The names there are.
    /// - Returns: The name that counts; nil when none is near.
    static func meant(by name: String, among settings: [String]) -> String? {
        let plain = String(name.lowercased().trimmingPrefix("celeryd_").trimmingPrefix("celery_"))
        return settings.first { $0 == plain } ?? settings.first { $0.hasSuffix("_\(plain)") }
            ?? closest(to: plain, among: settings)
    }

    /// The number of characters to insert, remove or replace (Levenshtein).
    static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let replaced = diagonal + (character == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
