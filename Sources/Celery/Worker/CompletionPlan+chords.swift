extension CompletionPlan {
    /// Adds what follows from chords whose last parts have been recorded by this plan.
    ///
    /// What was stored with the parts is true already and is taken out.
    ///
    /// - Parameter claims: The chords.
    mutating func settle(_ claims: [ChordClaim]) {
        effects.removeAll(where: \.concernsResults)
        for claim in claims {
            guard let json = bodies[claim.group], let body = try? CanvasNode(json: json) else { continue }
            let before = effects.count
            let isSuccess: Bool
            do throws(ChordFailure) {
                let results = try claim.results()
                var sender = sender()
                do throws(CeleryError) {
                    try sender.send(body, args: [.array(results)])
                } catch {
                    throw ChordFailure(.chordError("Callback error: \(PythonException.encodeError(error.description))"))
                }
                take(sender)
                isSuccess = true
            } catch {
                fail(chordBody: body, error)
                isSuccess = false
            }
            let added = Array(effects[before...])
            effects.removeSubrange(before...)
            let settlement = ChordSettlement(
                group: claim.group,
                token: token,
                isSuccess: isSuccess,
                // States and parts can be recorded twice without harm; messages cannot be sent twice.
                effects: isSuccess ? added : added.filter { !$0.concernsResults }
            )
            if !isSuccess { effects += added.filter(\.concernsResults) }
            effects.append(.settleChord(settlement))
        }
    }

    /// Fails the body of a chord, and with it whatever waits for it.
    ///
    /// celery/backends/base.py, chord_error_from_stack; a body that is itself part of another chord ends there, too. The
    /// error callbacks of that other chord's body are not called, for `link_error` on a chord has put them here as well.
    private mutating func fail(chordBody body: CanvasNode, _ failure: ChordFailure) {
        if body.kind == .group {
            fail(groupBody: body, failure)
        } else {
            let id = body.id ?? setting.canvas.newID()
            body.options["task_id"] = .string(id)
            if !failure.isNested {
                let taskFailure = TaskFailure(id: TaskID(id), task: body.task, exception: failure.exception)
                call(body.list("link_error"), taskFailure, root: TaskID(id))
            }
            endOuterPart(of: body, failure.exception)
            storeFailure(of: id, failure.exception)
            if let inner = body.body { fail(chordBody: inner, failure) }
        }
        failChain(body.list("chain"), failure.exception, nil)
    }

    /// Fails each member of a group body with what went wrong (celery/backends/base.py, `_handle_group_chord_error`).
    private mutating func fail(groupBody body: CanvasNode, _ failure: ChordFailure) {
        let exception = failure.cause ?? failure.exception
        let group = sender().freezer.freeze(body)
        for member in body.tasks {
            guard let (id, own) = Self.resultErrbacks(member) else { continue }
            var seen: [JSONValue] = []
            for errback in own + body.list("link_error") where !seen.contains(errback) { seen.append(errback) }
            if !failure.isNested {
                call(seen, TaskFailure(id: TaskID(id), exception: exception), root: TaskID(id))
            }
            endOuterPart(of: member, exception)
            storeFailure(of: id, exception)
        }
        storeFailure(of: group.id, exception)
    }

    /// The id of what a signature results in, and the error callbacks linked to that.
    private static func resultErrbacks(_ node: CanvasNode) -> (id: String, errbacks: [JSONValue])? {
        var node = node
        var errbacks: [JSONValue] = []
        while node.kind == .chord, let body = node.body {
            errbacks += node.list("link_error")
            node = body
        }
        errbacks += node.list("link_error")
        if node.kind == .group { errbacks += node.tasks.flatMap { resultErrbacks($0)?.errbacks ?? [] } }
        return node.id.map { ($0, errbacks) }
    }

    /// A body that will never run may be the last part of another chord.
    private mutating func endOuterPart(of body: CanvasNode, _ exception: PythonException) {
        var node = body
        while node.kind == .chain, let last = node.tasks.last { node = last }
        guard let chord = node.options["chord"] ?? body.options["chord"], !chord.isNull,
            let group = node.option("group_id") ?? body.option("group_id"), let id = node.id ?? body.id
        else { return }
        bodies[group] = chord
        effects.append(
            .endChordPart(
                ChordPart(
                    group: group,
                    index: (node.options["group_index"] ?? body.options["group_index"])?.intValue,
                    id: TaskID(id),
                    state: .failure,
                    result: exception.jsonValue,
                    token: token
                )
            )
        )
    }
}
