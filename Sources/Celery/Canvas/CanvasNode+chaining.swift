// What Python's `|` makes of two signatures (celery/canvas.py, the `__or__` of each).
extension CanvasNode {
    /// `chain(a, b, c)`, which is `a | b | c`.
    static func chain(folding tasks: [CanvasNode]) -> CanvasNode {
        tasks.reduce(CanvasNode(chain: [])) { $0.followed(by: $1) }
    }

    var isEmptyGroup: Bool { kind == .group && tasks.isEmpty }

    /// A group of one is that one.
    var unrolledGroup: CanvasNode { kind == .group && tasks.count == 1 ? tasks[0] : self }

    /// This signature, then another one.
    func followed(by other: CanvasNode) -> CanvasNode {
        switch kind {
        case .chain: chainFollowed(by: other)
        case .group: other.isEmptyGroup ? self : CanvasNode(chord: tasks, body: other)
        case .chord: chordFollowed(by: other)
        case .chunks, nil: taskFollowed(by: other)
        }
    }

    private func taskFollowed(by other: CanvasNode) -> CanvasNode {
        if other.kind == .chain { return CanvasNode(chain: [self] + other.unchained()) }
        return CanvasNode(chain: [self, other.unrolledGroup])
    }

    private func chordFollowed(by other: CanvasNode) -> CanvasNode {
        let next = other.unrolledGroup
        guard next.kind != .chain, next.kind != .group else { return taskFollowed(by: other) }
        let copy = clone()
        copy.body = copy.body?.followed(by: next)
        return copy
    }

    private func chainFollowed(by other: CanvasNode) -> CanvasNode {
        if other.isEmptyGroup { return self }
        let next = other.unrolledGroup
        if next.kind == .chain { return next.unchained().reduce(self) { $0.followed(by: $1) } }
        var steps = unchained()
        guard let last = steps.last else {
            return next.kind == .group ? next : CanvasNode(chain: [next])
        }
        switch (last.kind, next.kind) {
        case (.group, let kind) where kind != .group:
            return endingInChord(of: last, body: next)
        case (.chord, .group), (.chord, nil), (.chord, .chunks):
            guard next.kind != .group else {
                last.body = last.body?.followed(by: next)
                return CanvasNode(chain: steps)
            }
            // The chain's own links stay with it: its last result is still that of the chord.
            let copy = clone()
            let chord = copy.tasks[copy.tasks.count - 1]
            chord.body = chord.body?.followed(by: next)
            return copy
        default:
            steps.append(next)
            return CanvasNode(chain: steps)
        }
    }

    /// The chain with its last group made the header of a chord.
    ///
    /// A chord right before takes the new one into its body.
    private func endingInChord(of group: CanvasNode, body: CanvasNode) -> CanvasNode {
        let copy = clone()
        let chord = CanvasNode(chord: copy.tasks.removeLast().tasks, body: body)
        if let before = copy.tasks.last, before.kind == .chord {
            before.body = before.body?.followed(by: chord)
        } else {
            copy.tasks.append(chord)
        }
        return copy
    }

    /// Copies of a chain's tasks with the chain's links: callbacks on the last, error callbacks on each.
    func unchained() -> [CanvasNode] {
        let copies = tasks.map { $0.clone() }
        for callback in list("link") { copies.last?.link(callback) }
        for errback in list("link_error") {
            for copy in copies { copy.linkError(errback) }
        }
        return copies
    }

    /// Whether this is a chain whose first step is not a group: one that a chord may give away step by step.
    var isChainLedByTask: Bool {
        kind == .chain && tasks.first.map { $0.kind != .group } ?? false
    }

    /// A chord followed by the tail of its body.
    ///
    /// Every header task carries a copy of the body, so a body that holds the rest of the chain would be copied for each
    /// header task of each chord.
    func unrolledBody() -> [CanvasNode] {
        let copy = clone()
        guard let body = copy.body else { return [copy] }
        let steps = body.unchained()
        // Options that running the chain would not have kept for itself go to its first task.
        let consumed: Set<String> = [
            "chord", "group_id", "group_index", "link", "link_error", "parent_id", "root_id", "task_id",
        ]
        let options = JSONObject(pairs: body.options.filter { !consumed.contains($0.key) }.map { ($0.key, $0.value) })
        copy.body = steps[0].clone(options: options)
        return [copy] + steps.dropFirst()
    }

    /// Splits the chord bodies of a chain before it is frozen.
    func unrollChords() {
        guard kind == .chain else { return }
        var pending = tasks
        pending.reverse()
        var steps: [CanvasNode] = []
        while var step = pending.popLast() {
            if step.kind == .chain {
                step = step.clone()
                step.unrollChords()
            }
            if step.kind == .chord, let body = step.body, body.isChainLedByTask {
                pending += step.unrolledBody().reversed()
            } else {
                steps.append(step)
            }
        }
        tasks = steps
    }

    /// Removes from header tasks the bodies that freezing put there; they are put back when the header is sent.
    func stripHeaderLinks() {
        switch kind {
        case .chord:
            for task in tasks { task.clearChord() }
            for task in tasks { task.stripHeaderLinks() }
            body?.stripHeaderLinks()
        case .chain, .group:
            for task in tasks { task.stripHeaderLinks() }
        case .chunks, nil:
            break
        }
    }

    private func clearChord() {
        options["chord"] = nil
        switch kind {
        case .group:
            for task in tasks { task.clearChord() }
        case .chain:
            tasks.last?.clearChord()
        case .chord:
            body?.clearChord()
        case .chunks, nil:
            break
        }
    }

    /// How many parts a chord waits for when this is in its header (celery/canvas.py, `_descend`).
    var chordSize: Int {
        switch kind {
        case .group: tasks.reduce(0) { $0 + $1.chordSize }
        case .chain: tasks.reversed().lazy.map(\.chordSize).first { $0 > 0 } ?? 0
        case .chord: body?.chordSize ?? 0
        case .chunks, nil: 1
        }
    }
}
