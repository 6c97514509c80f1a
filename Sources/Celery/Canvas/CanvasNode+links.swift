extension CanvasNode {
    /// Adds a callback, where the primitive wants it (celery/canvas.py, the `link` of each).
    func link(_ callback: JSONValue) {
        switch kind {
        case .group:
            // The first member cannot pass on the results of the others.
            guard let first = tasks.first, let node = try? CanvasNode(json: callback) else {
                return append(callback, to: "link")
            }
            node.immutable = true
            first.link(node.json)
        case .chord:
            body?.link(callback)
        case .chain, .chunks, nil:
            append(callback, to: "link")
        }
    }

    /// Adds an error callback, where the primitive wants it.
    func linkError(_ errback: JSONValue) {
        switch kind {
        case .group:
            for member in tasks { member.linkError(errback) }
        case .chord:
            for member in tasks where member.kind == .chord { member.linkError(errback) }
            body?.linkError(errback)
        case .chain, .chunks, nil:
            append(errback, to: "link_error")
        }
    }

    /// Adds an error callback to the body of a chord (celery/canvas.py, `_link_error_to_body_tasks`).
    ///
    /// A group that runs as one and has error callbacks of its own gets it there: when it runs, they replace those of its
    /// members.
    func linkErrorAsBody(_ errback: JSONValue, runsAsGroup: Bool = true) {
        switch kind {
        case .group:
            if runsAsGroup, let own = options["link_error"], !own.isNull {
                append(errback, to: "link_error")
            } else {
                for member in tasks { member.linkErrorAsBody(errback, runsAsGroup: false) }
            }
        case .chord:
            body?.linkErrorAsBody(errback)
        case .chain, .chunks, nil:
            linkError(errback)
        }
    }

    /// Stamps the node, its parts and its links.
    func stamp(_ stamps: JSONObject) {
        for name in ["link", "link_error"] where options[name] != nil {
            options[name] = .array(
                list(name).map { link in
                    guard let node = try? CanvasNode(json: link) else { return link }
                    node.stamp(stamps)
                    return node.json
                }
            )
        }
        switch kind {
        case .chain, .group:
            for member in tasks { member.stamp(stamps) }
        case .chord:
            for member in tasks { member.stamp(stamps) }
            body?.stamp(stamps)
        case .chunks, nil:
            var names = list("stamped_headers")
            for (name, value) in stamps {
                if !names.contains(.string(name)) { names.append(.string(name)) }
                options[name] = value
            }
            options["stamped_headers"] = .array(names)
        }
    }
}
