extension Signature {
    /// Tasks one after another, each with the result of the one before it as its first argument.
    ///
    /// As in Celery, a group that is followed by a task becomes a chord, and chains within are spliced in.
    ///
    /// - Parameter tasks: The tasks in order.
    /// - Returns: The chain; of a single task, what that task is.
    public static func chain(_ tasks: [Signature]) -> Signature {
        CanvasNode.chain(folding: tasks.map { CanvasNode($0) }).signature
    }

    /// Tasks one after another.
    ///
    /// - Parameter tasks: The tasks in order.
    /// - Returns: The chain.
    public static func chain(_ tasks: Signature...) -> Signature { chain(tasks) }

    /// Tasks side by side.
    ///
    /// - Parameter tasks: The tasks; their results stand in this order.
    /// - Returns: The group.
    public static func group(_ tasks: [Signature]) -> Signature {
        CanvasNode(group: tasks.map { CanvasNode($0) }).signature
    }

    /// Tasks side by side, and one that gets the list of their results when all have succeeded.
    ///
    /// - Parameters:
    ///   - header: The tasks side by side.
    ///   - body: What follows them.
    /// - Returns: The chord.
    public static func chord(_ header: [Signature], body: Signature) -> Signature {
        CanvasNode(chord: header.map { CanvasNode($0) }, body: CanvasNode(body)).signature
    }

    /// One task that calls another one for each element, one after another in the worker's process.
    ///
    /// - Parameters:
    ///   - task: The task to call; only its name counts.
    ///   - elements: The only argument of each call.
    /// - Returns: A signature of `celery.map`, whose result is the list of results.
    public static func map(_ task: Signature, _ elements: [JSONValue]) -> Signature {
        mapping("celery.map", "xmap", ["task": task.jsonValue, "it": .array(elements)])
    }

    /// As ``map(_:_:)``, with a list of arguments for each call.
    ///
    /// - Parameters:
    ///   - task: The task to call; only its name counts.
    ///   - calls: The positional arguments of each call.
    /// - Returns: A signature of `celery.starmap`, whose result is the list of results.
    public static func starmap(_ task: Signature, _ calls: [[JSONValue]]) -> Signature {
        mapping("celery.starmap", "xstarmap", ["task": task.jsonValue, "it": .array(calls.map { .array($0) })])
    }

    /// As ``starmap(_:_:)``, cut into parts that run side by side.
    ///
    /// - Parameters:
    ///   - task: The task to call; only its name counts.
    ///   - calls: The positional arguments of each call.
    ///   - size: How many calls make a part.
    /// - Returns: A signature that is applied as a group of `celery.starmap`.
    public static func chunks(_ task: Signature, _ calls: [[JSONValue]], of size: Int) -> Signature {
        let parts: JSONObject = [
            "task": task.jsonValue, "it": .array(calls.map { .array($0) }), "n": .integer(max(1, size)),
        ]
        return mapping("celery.chunks", "chunks", parts)
    }

    private static func mapping(_ name: String, _ type: String, _ kwargs: JSONObject) -> Signature {
        var signature = Signature(name, kwargs: kwargs, immutable: true)
        signature.subtaskType = type
        return signature
    }

    /// The signature with a task that follows its success.
    ///
    /// - Parameter callback: Gets the result as its first argument, unless it is immutable.
    /// - Returns: The changed copy.
    public func linking(_ callback: Signature) -> Signature {
        let node = CanvasNode(self)
        node.link(callback.jsonValue)
        return node.signature
    }

    /// The signature with a task that follows its failure.
    ///
    /// - Parameter errback: Gets the id of the failed task as its first argument.
    /// - Returns: The changed copy.
    public func linkingError(_ errback: Signature) -> Signature {
        let node = CanvasNode(self)
        node.linkError(errback.jsonValue)
        return node.signature
    }

    /// The signature with more options of `apply_async`.
    ///
    /// - Parameter options: Options under Celery's names; they replace those of the same name.
    /// - Returns: The changed copy.
    public func setting(_ options: JSONObject) -> Signature {
        var signature = self
        for (name, value) in options { signature.options[name] = value }
        return signature
    }

    /// The signature with stamps: headers that travel on with everything that follows from it.
    ///
    /// Stamps reach all parts of a canvas, its callbacks and its error callbacks, and replace those of the same name
    /// (celery/canvas.py, `stamp` without a visitor).
    ///
    /// - Parameter stamps: Names and values.
    /// - Returns: The changed copy.
    public func stamped(_ stamps: JSONObject) -> Signature {
        let node = CanvasNode(self)
        node.stamp(stamps)
        return node.signature
    }
}
