/// Takes a chain apart into the tasks that are sent one after another (celery/canvas.py, `prepare_steps`).
///
/// Nested chains are spliced in, groups that are followed by something become chords, and everything is frozen from the
/// last task to the first, because each is told its successors by their ids.
struct ChainSteps {
    let freezer: Freezer
    /// Whether to work on copies, to be sent; otherwise the chain's own tasks are given their ids.
    let copies: Bool

    struct Prepared {
        /// The steps in reverse, as the `chain` member of a message holds them.
        var tasks: [CanvasNode] = []
        /// Their results, in reverse as well: the first is that of the chain.
        var results: [ResultTree] = []
    }

    /// Prepares a chain.
    ///
    /// - Parameters:
    ///   - chain: The chain; it takes on the id of its last task.
    ///   - args: What its first task gets before its own arguments.
    ///   - errbacks: Error callbacks for each of its tasks.
    ///   - place: Where it stands; the last task stands there for it.
    /// - Returns: The steps and their results.
    func prepare(_ chain: CanvasNode, args: [JSONValue], errbacks: [JSONValue], _ place: Freezer.Place) -> Prepared {
        var steps = normalized(chain.tasks)
        var prepared = Prepared()
        var isLast = true
        var previous: (task: CanvasNode, result: ResultTree)?
        while var task = steps.popLast() {
            let isFirst = steps.isEmpty
            task = task.unrolledGroup
            if task.isEmptyGroup, !steps.isEmpty || previous != nil { continue }
            if copies, task.kind == .chord, let body = task.body, body.isChainLedByTask {
                steps += task.unrolledBody()
                continue
            }
            if copies {
                task = task.clone(args: isFirst ? args : [])
            } else if isFirst {
                task.args = args + task.args
            }
            if task.kind == .chain {
                steps += task.tasks
                continue
            }
            // A chain that is only frozen keeps its group; its members keep the ids they get here.
            let upgraded = task.kind == .group && previous != nil ? task : nil
            if task.kind == .group, let next = previous {
                (task, previous) = upgrade(task, before: next, &prepared, root: place.root)
            }
            let result =
                isLast
                ? freezer.freeze(
                    task,
                    .init(
                        id: place.id,
                        group: place.group,
                        groupIndex: place.groupIndex,
                        chord: place.chord,
                        root: place.root
                    )
                )
                : freezer.freeze(task, .init(root: place.root))
            if !copies, let upgraded { upgraded.tasks = task.tasks }
            isLast = false
            if let previous, previous.result.parent == nil { previous.result.parent = result }
            for errback in errbacks {
                task.linkError(errback)
            }
            prepared.tasks.append(task)
            prepared.results.append(result)
            // What comes before a chord leads to its header, not to its body.
            previous = (task, task.kind == .chord ? result.first : result)
        }
        if let id = prepared.results.first?.id ?? place.id { chain.options["task_id"] = .string(id) }
        if copies {
            for task in prepared.tasks { task.stripHeaderLinks() }
        }
        return prepared
    }

    /// The steps with nothing before the first task: chains spliced, empty groups left out unless there is nothing else.
    private func normalized(_ tasks: [CanvasNode]) -> [CanvasNode] {
        var steps = tasks[...]
        var stripped: CanvasNode?
        while var head = steps.first {
            if head.kind == .chain {
                steps = (copies ? head.clone() : head).tasks + steps.dropFirst()
                continue
            }
            head = head.unrolledGroup
            steps[steps.startIndex] = head
            guard head.isEmptyGroup, steps.count > 1 else {
                if head.kind == .chain { continue }
                break
            }
            stripped = head
            steps = steps.dropFirst()
        }
        if let stripped, steps.isEmpty { return [stripped] }
        return Array(steps)
    }

    /// A group that is followed by a task is the header of a chord with that task as its body.
    ///
    /// - Returns: The chord, and what now follows it.
    private func upgrade(
        _ group: CanvasNode,
        before next: (task: CanvasNode, result: ResultTree),
        _ prepared: inout Prepared,
        root: String?
    ) -> (CanvasNode, (task: CanvasNode, result: ResultTree)?) {
        prepared.tasks.removeLast()
        let bodyResult = prepared.results.removeLast()
        let chord = CanvasNode(chord: group.tasks, body: next.task)
        if !bodyResult.isGroup { chord.options["task_id"] = .string(bodyResult.id) }
        if let root { chord.options["root_id"] = .string(root) }
        guard let task = prepared.tasks.last, var result = prepared.results.last else { return (chord, nil) }
        // The rest of the chain hangs on the body's result; it is to hang on the chord's.
        while result.parent !== bodyResult, let parent = result.parent { result = parent }
        if result.parent === bodyResult { result.parent = nil }
        return (chord, (task, result))
    }
}
