import Tracing

extension CeleryClient {
    /// Sends a signature: a task, chain, group or chord.
    ///
    /// All its messages, and the keys that a chord counts its parts with, are written in one step.
    ///
    /// - Parameter signature: What to send.
    /// - Returns: Its result to come.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `codingFailed` when it cannot be sent as it is.
    @discardableResult
    public func apply(_ signature: Signature) async throws -> CanvasResult {
        try await apply([signature])[0]
    }

    /// Sends many signatures in one round trip, all of them or none.
    ///
    /// - Parameter signatures: What to send.
    /// - Returns: Their results to come, in the same order.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `codingFailed` when one cannot be sent as it is.
    @discardableResult
    public func apply(_ signatures: [Signature]) async throws -> [CanvasResult] {
        try await withProducerSpans(in: .current) { spans in
            var sender = CanvasSender(.init(router: router, content: content, replyTo: replyTo, spans: spans))
            let results = try signatures.map { signature throws(CeleryError) in
                guard let result = try sender.send(CanvasNode(signature)) else {
                    throw CeleryError(.codingFailed, "an empty chain cannot be sent")
                }
                return CanvasResult(handle: ResultHandle(json: result.json), client: self)
            }
            try await broker.perform(sender.effects, storingIn: self.results)
            await announce(sender.effects)
            return results
        }
    }

    /// A group that was saved, by this program or another one (celery/result.py, `GroupResult.restore`).
    ///
    /// - Parameter id: The group's id.
    /// - Returns: Its result; nil when none is saved under that id.
    /// - Throws: ``CeleryError`` with the code `unavailable` or `codingFailed`.
    public func savedGroup(_ id: String) async throws -> CanvasResult? {
        try await results.savedGroup(id).map { CanvasResult(handle: ResultHandle(json: $0), client: self) }
    }
}
