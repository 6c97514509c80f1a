import Foundation
import Synchronization

/// A process whose output is read line by line, and whose end can be awaited.
final class RunningProcess: Sendable {
    private struct State {
        var text = ""
        var isEnded = false
        var watchers: [(phrase: String?, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    // Foundation's Process is not marked as Sendable; after its start only these two thread-safe members are used.
    nonisolated var process: Process { box.process }
    private let box: Box
    private let state = Mutex(State())

    // Safe because the process is configured before anybody else sees it.
    private struct Box: @unchecked Sendable {
        let process: Process
    }

    init(executable: String, arguments: [String]) throws {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        box = Box(process: process)
        process.terminationHandler = { [self] _ in ended() }
        pipe.fileHandleForReading.readabilityHandler = { [self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            add(String(decoding: data, as: UTF8.self))
        }
        try process.run()
    }

    /// What the process has written so far.
    var output: String { state.withLock { $0.text } }

    /// Waits until the process has written `phrase`.
    ///
    /// - Parameter phrase: The text to wait for.
    /// - Returns: False when it ended before.
    func says(_ phrase: String) async -> Bool {
        await wait(for: phrase)
    }

    /// Sends a signal and waits for the end.
    func end(signal: Int32) async {
        _ = kill(process.processIdentifier, signal)
        // A stopped process does not hear the others.
        _ = kill(process.processIdentifier, SIGCONT)
        _ = await wait(for: nil)
    }

    /// Waits for the end.
    func waitUntilEnded() async {
        _ = await wait(for: nil)
    }

    private func wait(for phrase: String?) async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if let phrase, state.text.contains(phrase) { return true }
                if state.isEnded { return phrase == nil }
                state.watchers.append((phrase, continuation))
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    private func add(_ text: String) {
        let fulfilled = state.withLock { state in
            state.text += text
            let text = state.text
            let fulfilled = state.watchers.filter { $0.phrase.map(text.contains) ?? false }
            state.watchers.removeAll { $0.phrase.map(text.contains) ?? false }
            return fulfilled
        }
        for watcher in fulfilled { watcher.continuation.resume(returning: true) }
    }

    private func ended() {
        let watchers = state.withLock { state in
            state.isEnded = true
            defer { state.watchers = [] }
            return state.watchers
        }
        for watcher in watchers { watcher.continuation.resume(returning: watcher.phrase == nil) }
    }
}
