/// Where a chunk ends and where the next one starts: the decisions, over nothing but the table of breaks.
struct ChunkPlan {
    let breaks: [BreakTable.Break]
    /// The most hundredths of a token.
    let budget: Int
    /// The hundredths of a token to repeat.
    let overlap: Int

    /// The break at which a chunk ends.
    ///
    /// - Parameters:
    ///   - start: The break at which it starts.
    ///   - contentStart: The break up to which its text is overlap; it ends behind that.
    /// - Returns: The last sentence end that fits, if the chunk gets well filled, or if the sentence after it fits into
    ///   the next chunk as a whole; else the last end of a clause or word.
    func end(from start: Int, contentStart: Int) -> Int {
        let first = contentStart + 1
        let last = lastFitting(from: start, atLeast: first)
        if last == breaks.count - 1 || last == first { return last }
        let section = lastIndex(in: first...last) { $0.isSuperset(of: [.beforeHeading, .sentence]) }
        if let section, fill(start, section) >= 0.8 { return section }
        // Tables and programs have few sentence ends: rather a chunk of three fifths than one that ends in their middle.
        let sentence = lastIndex(in: first...last) { $0.contains(.sentence) && !$0.contains(.afterHeading) }
        if let sentence, fill(start, sentence) >= 0.6 { return sentence }
        let paragraph = lastIndex(in: first...last) { $0.contains(.paragraph) && !$0.contains(.afterHeading) }
        let candidate = max(sentence ?? 0, paragraph ?? 0)
        if candidate > 0, fill(start, candidate) >= 0.5 || fitsNext(after: candidate) { return candidate }
        return cutInsideSentence(from: start, first...last)
    }

    /// The break at which the chunk after one that ends at `end` starts.
    ///
    /// - Parameters:
    ///   - end: The break at which the chunk ends.
    ///   - start: The break at which it starts; the next one starts behind that.
    /// - Returns: A break before `end`, or `end` itself for no overlap.
    func overlapStart(before end: Int, after start: Int) -> Int {
        guard overlap > 0, end < breaks.count - 1, !breaks[end].kind.contains(.beforeHeading) else { return end }
        var widest = end
        while widest - 1 > start, cost(widest - 1, end) <= overlap { widest -= 1 }
        guard widest < end else { return end }
        var narrowest = widest
        while narrowest + 1 < end, cost(narrowest + 1, end) * 5 >= overlap * 4 { narrowest += 1 }
        let window = widest...narrowest
        for kinds in [[.sentence, .paragraph], [.clause]] as [BreakKind] {
            if let found = window.first(where: { !breaks[$0].kind.isDisjoint(with: kinds) }) { return found }
        }
        return window.first { !breaks[$0].kind.contains(.insideWord) }
            ?? (widest..<end).first { !breaks[$0].kind.contains(.insideWord) }
            ?? widest
    }

    private func cost(_ from: Int, _ to: Int) -> Int { Int(breaks[to].cost) - Int(breaks[from].cost) }

    private func fill(_ from: Int, _ to: Int) -> Double { Double(cost(from, to)) / Double(max(1, budget)) }

    private func lastFitting(from start: Int, atLeast first: Int) -> Int {
        var low = first
        var high = breaks.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if cost(start, middle) <= budget { low = middle } else { high = middle - 1 }
        }
        return low
    }

    private func lastIndex(in range: ClosedRange<Int>, where matches: (BreakKind) -> Bool) -> Int? {
        range.last { matches(breaks[$0].kind) }
    }

    /// Whether the sentence that begins at a break fits into a chunk behind an overlap.
    private func fitsNext(after index: Int) -> Bool {
        var next = index + 1
        while next < breaks.count, cost(index, next) <= budget - overlap {
            if !breaks[next].kind.isDisjoint(with: [.sentence, .paragraph]) { return true }
            next += 1
        }
        return false
    }

    private func cutInsideSentence(from start: Int, _ range: ClosedRange<Int>) -> Int {
        let clause = lastIndex(in: range) { $0.contains(.clause) }
        if let clause, fill(start, clause) >= 0.75 { return clause }
        let word = lastIndex(in: range) { !$0.contains(.insideWord) && !$0.contains(.afterHeading) }
        // A little text before an endless word would else make a chunk of its own.
        if let word, fill(start, word) >= 0.5 || !breaks[range.upperBound].kind.contains(.insideWord) { return word }
        return range.upperBound
    }
}
