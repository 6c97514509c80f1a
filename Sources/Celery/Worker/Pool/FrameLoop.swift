import DequeModule
import Foundation
import Synchronization

/// The one thread of a pool child: it reads a frame, runs what comes of it, and reads the next one.
///
/// The thread that the worker's bytes wake is the one that runs the task, so a short task costs no second switch of
/// threads. A task that computes or blocks keeps frames from being read, which none but the answers to itself can be.
final class FrameLoop: TaskExecutor {
    private struct State {
        var jobs: Deque<UnownedJob> = []
        /// Whether the thread waits for bytes, so that a job from another thread has to wake it.
        var isWaiting = false
    }

    private let socket: FrameSocket
    private let alarm = Pipe()
    private let state = Mutex(State())

    init(socket: FrameSocket) {
        self.socket = socket
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isAsleep = state.withLock { state in
            state.jobs.append(job)
            defer { state.isWaiting = false }
            return state.isWaiting
        }
        if isAsleep { alarm.fileHandleForWriting.write(Data([0])) }
    }

    /// Reads and runs on this thread until the socket ends, and ends the process then.
    ///
    /// - Parameter handle: Takes a frame; what takes long belongs into a task on this executor.
    func run(_ handle: (PoolFrame) -> Void) -> Never {
        while true {
            while let job = nextJob() { job.runSynchronously(on: asUnownedTaskExecutor()) }
            let ready = waitForInput()
            state.withLock { $0.isWaiting = false }
            if ready.alarm { _ = alarm.fileHandleForReading.availableData }
            guard ready.socket else { continue }
            guard let frame = try? socket.read() else { _exit(0) }
            handle(frame)
        }
    }

    private func nextJob() -> UnownedJob? {
        state.withLock { state in
            let job = state.jobs.popFirst()
            state.isWaiting = job == nil
            return job
        }
    }

    private func waitForInput() -> (socket: Bool, alarm: Bool) {
        var descriptors = [
            pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: alarm.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0),
        ]
        // An interrupted wait shows nothing, and is repeated.
        guard poll(&descriptors, 2, -1) > 0 else { return (false, false) }
        return (descriptors[0].revents != 0, descriptors[1].revents != 0)
    }
}
