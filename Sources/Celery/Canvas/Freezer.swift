/// Gives signatures their ids before they are sent (celery/canvas.py, the `freeze` of each).
///
/// Ids that are there already stay, so freezing twice changes nothing. Bodies of chords are frozen before their headers:
/// the header tasks then carry the body as it will be sent.
struct Freezer {
    /// The reply id of whoever sends.
    let replyTo: String?
    /// Makes an id.
    let newID: () -> String

    /// Where in a canvas a signature stands.
    struct Place {
        var id: String?
        var group: String?
        var groupIndex: Int?
        var chord: JSONValue?
        var root: String?
        var parent: String?
    }

    /// Freezes a signature.
    ///
    /// - Returns: Its result to come; that of the last task of a chain, that of the body of a chord.
    @discardableResult
    func freeze(_ node: CanvasNode, _ place: Place = Place()) -> ResultTree {
        switch node.kind {
        case .chain: freezeChain(node, place)
        case .group: freezeGroup(node, place)
        case .chord: freezeChord(node, place)
        case .chunks, nil: freezeTask(node, place)
        }
    }

    private func freezeTask(_ node: CanvasNode, _ place: Place) -> ResultTree {
        let id = node.id ?? place.id ?? newID()
        node.options["task_id"] = .string(id)
        if let root = place.root { node.options["root_id"] = .string(root) }
        if let parent = place.parent { node.options["parent_id"] = .string(parent) }
        if node.options["reply_to"] == nil, let replyTo { node.options["reply_to"] = .string(replyTo) }
        if let group = place.group, node.options["group_id"] == nil { node.options["group_id"] = .string(group) }
        if let chord = place.chord { node.options["chord"] = chord }
        if let index = place.groupIndex { node.options["group_index"] = .integer(index) }
        return ResultTree(id: id)
    }

    private func freezeChain(_ node: CanvasNode, _ place: Place) -> ResultTree {
        let steps = ChainSteps(freezer: self, copies: false)
        let prepared = steps.prepare(node, args: node.args, errbacks: [], place)
        return prepared.results.first ?? ResultTree(id: node.id ?? place.id ?? newID())
    }

    /// Freezes a group's members, flattening groups within.
    func freezeGroup(_ node: CanvasNode, _ place: Place) -> ResultTree {
        let id = node.id ?? newID()
        node.options["task_id"] = .string(id)
        if let group = place.group { node.options["group_id"] = .string(group) }
        if let chord = place.chord { node.options["chord"] = chord }
        if let index = place.groupIndex { node.options["group_index"] = .integer(index) }
        let root = node.option("root_id") ?? place.root
        let parent = node.option("parent_id") ?? place.parent
        if let root { node.options["root_id"] = .string(root) }
        if let parent { node.options["parent_id"] = .string(parent) }
        var pending = Array(node.tasks.reversed())
        var members: [CanvasNode] = []
        var results: [ResultTree] = []
        while let next = pending.popLast()?.clone() {
            if next.kind == .group {
                // extendleft: the members of a group within come in reverse.
                pending += next.tasks
            } else if next.kind == .chain, next.tasks.isEmpty {
                continue
            } else {
                let member = Place(
                    group: place.group,
                    groupIndex: results.count,
                    chord: place.chord,
                    root: root,
                    parent: parent
                )
                results.append(freeze(next, member))
                members.append(next)
            }
        }
        node.tasks = members
        return ResultTree(id: id, members: results)
    }

    private func freezeChord(_ node: CanvasNode, _ place: Place) -> ResultTree {
        var bodyResult: ResultTree?
        if let body = node.body {
            bodyResult = freeze(
                body,
                Place(
                    id: place.id,
                    group: place.group,
                    groupIndex: place.groupIndex,
                    chord: place.chord,
                    root: place.root
                )
            )
        }
        let header = CanvasNode(group: node.tasks, options: node.headerOptions ?? [:])
        let headerResult = freezeGroup(
            header,
            Place(chord: node.body?.json, root: place.root, parent: place.parent)
        )
        node.tasks = header.tasks
        node.headerOptions = header.options.without("chord")
        node.options["task_id"] = header.options["task_id"]
        guard let bodyResult else { return headerResult }
        bodyResult.first.parent = headerResult
        return bodyResult
    }
}

extension ResultTree {
    /// The result at the beginning of the line of parents.
    var first: ResultTree {
        var node = self
        var seen = 0
        while let parent = node.parent, seen < 100_000 {
            node = parent
            seen += 1
        }
        return node
    }
}
