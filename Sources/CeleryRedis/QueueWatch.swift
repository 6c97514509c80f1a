import Celery
import Foundation
import Logging
import Redis
import Synchronization

/// Waits for messages without taking any.
///
/// `BLMOVE q q RIGHT RIGHT` moves the last element of a list onto its own place: a blocking peek. Each list has a
/// connection of its own, for a blocked connection can do nothing else. A worker that dies in it has lost nothing.
///
/// Where there is no `BLMOVE`, the lists' lengths are asked for again and again. `BRPOP` would wait, but takes a message
/// out that nobody has noted down anywhere: a worker that dies in it loses it.
final class QueueWatch: Sendable {
    private struct State {
        /// Whether some list had messages since the last time somebody asked.
        var isSignalled = false
        var reader: CheckedContinuation<Void, Never>?
        /// The loops that have seen messages and wait until somebody wants to know of more.
        var resting: [CheckedContinuation<Void, Never>] = []
        var isOver = false
        /// Whether it has been said that there is no `BLMOVE`.
        var hasComplained = false
    }

    /// More lists than a worker ever reads; each has its connection for as long as it is watched.
    private static let mostLists = 10_000
    /// How many seconds one peek blocks: longer is quieter, shorter notices a dead connection sooner.
    private static let blockingTime = 10
    /// How long it may be between two looks at a list where nothing can block.
    private static let mostPatience = Duration.milliseconds(500)

    private let redis: RedisClient
    private let lists: TaskPerKey<String>
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - configuration: The server. The connections are the watch's own, so that many queues leave those of the
    ///     worker's client to others.
    ///   - lists: The keys to watch.
    ///   - logger: Where it reports.
    init(_ configuration: RedisClientConfiguration, lists: [String], logger: Logger) {
        var configuration = configuration
        configuration.pool.maximumConnections = Self.mostLists
        self.redis = RedisClient(configuration: configuration, logger: logger)
        self.lists = TaskPerKey(Set(lists))
        self.logger = logger
    }

    /// Watches other lists from now on.
    func change(to lists: [String]) {
        self.lists.change(to: Set(lists))
        // Whoever reads looks into all of them once more.
        signal()
    }

    /// Waits until some list may have messages.
    ///
    /// - Throws: `CancellationError`.
    func messages() async throws {
        wakeResting()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.isSignalled || Task.isCancelled {
                        state.isSignalled = false
                        return true
                    }
                    state.reader = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.reader.take() }?.resume()
        }
        try Task.checkCancellation()
    }

    /// Watches until cancelled.
    func run() async {
        await withTaskCancellationHandler {
            await lists.run { list in await self.watch(list) }
        } onCancel: {
            state.withLock { $0.isOver = true }
            wakeResting()
        }
        await redis.close()
    }

    private func watch(_ list: String) async {
        var pause = Duration.milliseconds(100)
        while !Task.isCancelled {
            do {
                do {
                    try await peek(list) { pause = .milliseconds(100) }
                } catch let error as RedisError where error.meansNoSuchCommand {
                    complain(error)
                    try await poll(list) { pause = .milliseconds(100) }
                }
            } catch {
                if Task.isCancelled { return }
                logger.debug("waiting for messages was interrupted", metadata: ["error": "\(error)"])
                // Perhaps there are messages: whoever reads finds out, or sees the same error.
                signal()
                // Ends early only by cancellation.
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(2))
            }
        }
    }

    private func peek(_ list: String, answered: () -> Void) async throws {
        try await redis.withConnection { connection in
            while !Task.isCancelled {
                let peek = RawCommand("BLMOVE", list, list, "RIGHT", "RIGHT", Self.blockingTime)
                let found = try await connection.send(peek)
                answered()
                if !found.isNull { await self.signalAndRest() }
            }
        }
    }

    private func poll(_ list: String, answered: () -> Void) async throws {
        var pause = Duration.milliseconds(5)
        while !Task.isCancelled {
            let count = try await redis.send(RawCommand("LLEN", list)).decodeInt()
            answered()
            if count > 0 {
                await signalAndRest()
                pause = .milliseconds(5)
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, Self.mostPatience)
        }
    }

    private func complain(_ error: RedisError) {
        let isNew = state.withLock { state in
            defer { state.hasComplained = true }
            return !state.hasComplained
        }
        guard isNew else { return }
        logger.notice(
            "consumer: waiting for messages by asking again and again, up to half a second apart",
            metadata: ["error": "\(error)"]
        )
    }

    /// Lets the reader look, whether there are messages or not.
    func signal() {
        state.withLock { state in
            let reader = state.reader.take()
            if reader == nil { state.isSignalled = true }
            return reader
        }?.resume()
    }

    /// Tells the reader, and stays quiet until it has taken what is there: peeking on would find the same messages again.
    private func signalAndRest() async {
        await withCheckedContinuation { continuation in
            let (reader, rests) = state.withLock { state in
                let reader = state.reader.take()
                if reader == nil { state.isSignalled = true }
                if !state.isOver { state.resting.append(continuation) }
                return (reader, !state.isOver)
            }
            reader?.resume()
            if !rests { continuation.resume() }
        }
    }

    private func wakeResting() {
        let resting = state.withLock { state in
            defer { state.resting = [] }
            return state.resting
        }
        for continuation in resting { continuation.resume() }
    }
}

extension RedisError {
    /// Whether the server does not have the command, or does not let this user have it.
    fileprivate var meansNoSuchCommand: Bool {
        // Redis 5 and 7 write the rest in different ways (server.c, processCommand).
        prefix == "NOPERM" || (prefix == "ERR" && message.hasPrefix("ERR unknown command"))
    }
}
