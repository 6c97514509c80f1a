import Foundation
import Testing

@testable import Celery

/// What a pool child says while nobody reads it.
@Suite(.timeLimit(.minutes(1))) struct FrameInboxTests {
    @Test func `a full inbox holds the reading until half of it has been taken out`() async {
        let inbox = FrameInbox()
        let frame = [UInt8](repeating: 0, count: FrameInbox.capacity / 4)
        for _ in 0..<3 {
            inbox.put(frame)
            #expect(!inbox.holdsReading())
        }
        inbox.put(frame)
        #expect(inbox.holdsReading())
        _ = await inbox.next()
        #expect(!inbox.resumesReading())
        for _ in 0..<2 { _ = await inbox.next() }
        #expect(inbox.resumesReading())
        #expect(!inbox.resumesReading())
        #expect(!inbox.holdsReading())
    }

    @Test func `all that a child says arrives, however much it is`() async throws {
        let count = 400
        let text = String(repeating: "x", count: 1 << 16)
        let bytes = (0..<count).flatMap { PoolFrame.report(.progress, meta: [.integer($0), .string(text)]).encoded() }
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let child = try await ChildProcess.spawn(
            ProcessPoolConfiguration(executable: "/bin/sh", arguments: ["-c", "exec cat '\(file.path)' >&3"]),
            generation: 0
        )
        for number in 0..<count {
            guard case .report(_, let meta)? = await child.nextFrame() else {
                Issue.record("frame \(number) is missing")
                break
            }
            #expect(meta[0] == .integer(number))
        }
        if await child.nextFrame() != nil { Issue.record("there is a frame too many") }
        _ = await child.exitStatus()
    }
}
