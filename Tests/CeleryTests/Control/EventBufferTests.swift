import Testing

@testable import Celery

@Suite struct EventBufferTests {
    private func buffer(_ numbers: Range<Int>) -> EventBuffer {
        var buffer = EventBuffer()
        for number in numbers { _ = buffer.append(.integer(number)) }
        return buffer
    }

    /// Takes out all that waits, batch by batch.
    private func drain(_ buffer: inout EventBuffer) -> [EventBuffer.Batch] {
        var batches: [EventBuffer.Batch] = []
        while let batch = buffer.next {
            batches.append(batch)
            buffer.remove(batch)
        }
        return batches
    }

    @Test func `events of tasks go together, others alone, all in order`() {
        var buffer = buffer(0..<30)
        _ = buffer.append("alone", routingKey: "worker.x")
        _ = buffer.append(30)
        let batches = drain(&buffer)
        #expect(batches.map(\.routingKey) == ["task.multi", "task.multi", "worker.x", "task.multi"])
        #expect(batches.map { $0.body.arrayValue?.count ?? 1 } == [24, 6, 1, 1])
        #expect(batches.flatMap { $0.body.arrayValue ?? [] } == (0...30).map { .integer($0) })
    }

    @Test func `the newest are kept, and what was sent meanwhile is removed once`() {
        var buffer = buffer(0..<EventBuffer.mostKept)
        let inFlight = buffer.next
        for number in 0..<10 { _ = buffer.append(.integer(EventBuffer.mostKept + number)) }
        if let inFlight { buffer.remove(inFlight) }
        let left = drain(&buffer).flatMap { $0.body.arrayValue ?? [] }
        #expect(left == (24..<EventBuffer.mostKept + 10).map { .integer($0) })
    }

    @Test func `it is held up until nothing waits any more`() {
        var buffer = buffer(0..<25)
        buffer.holdUp()
        #expect(buffer.isHeldUp)
        if let first = buffer.next { buffer.remove(first) }
        #expect(buffer.isHeldUp)
        _ = drain(&buffer)
        #expect(!buffer.isHeldUp)
        buffer.holdUp()
        #expect(!buffer.isHeldUp)
    }
}
