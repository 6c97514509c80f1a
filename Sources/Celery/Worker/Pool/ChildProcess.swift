import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// One pool child, seen from its worker.
final class ChildProcess: Sendable {
    let pid: Int32
    /// How often the pool was restarted before it was started.
    let generation: Int
    private let channel: any Channel
    private let inbox: FrameInbox
    private let exit: Task<ExitStatus, Never>
    private let jobs = Atomic(0)
    private let timedOut = Atomic(false)
    private let signalled = Atomic(false)

    private init(pid: Int32, generation: Int, channel: any Channel, inbox: FrameInbox) {
        self.pid = pid
        self.generation = generation
        self.channel = channel
        self.inbox = inbox
        let closed = channel.closeFuture
        // It must be reaped whoever waits for it or not, so it is a task of its own that ends with the process.
        self.exit = Task {
            // A socket that closes normally never fails its close future.
            try? await closed.get()
            return await Self.reap(pid)
        }
    }

    /// Starts a child.
    ///
    /// - Parameters:
    ///   - configuration: What to run.
    ///   - generation: How often the pool was restarted before.
    /// - Returns: The child; it is not ready yet.
    /// - Throws: ``CeleryError`` with the code `poolFailed`.
    static func spawn(_ configuration: ProcessPoolConfiguration, generation: Int) async throws -> ChildProcess {
        let (socket, pid) = try ProcessSpawner(configuration).spawn()
        let inbox = FrameInbox()
        do {
            // The event loop that the pool runs on, if it does.
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton.any())
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(PoolFrameHandler(inbox: inbox))
                    }
                }
                .withConnectedSocket(socket)
                .get()
            return ChildProcess(pid: pid, generation: generation, channel: channel, inbox: inbox)
        } catch {
            Foundation.kill(pid, SIGKILL)
            _ = await reap(pid)
            throw CeleryError(.poolFailed, "the socket to a pool child cannot be used", underlyingError: error)
        }
    }

    /// Whether the child can be given work.
    var isAlive: Bool { !inbox.isEnded }
    /// How many jobs it was given.
    var jobsDone: Int { jobs.load(ordering: .relaxed) }
    /// Whether it was killed because its task ran too long.
    var exceededTimeLimit: Bool { timedOut.load(ordering: .relaxed) }

    /// Whether it was sent a signal: then it is given no further task, for it may be about to die.
    var wasSignalled: Bool { signalled.load(ordering: .sequentiallyConsistent) }

    /// How much memory it has, in KiB; nil where /proc does not say.
    var residentKiB: Int? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .ascii) else { return nil }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * Int(getpagesize()) / 1024
    }

    /// Tells the child how to live and waits until it takes tasks; ends it if the waiting task is cancelled.
    ///
    /// - Returns: False if it ended instead.
    func start(_ configuration: PoolChildConfiguration) async -> Bool {
        await withTaskCancellationHandler {
            send(.configure(configuration))
            guard case .ready? = await nextFrame() else {
                kill()
                return false
            }
            return true
        } onCancel: {
            kill()
        }
    }

    /// Gives it a task.
    func startJob(_ frame: PoolFrame) {
        jobs.add(1, ordering: .relaxed)
        send(frame)
    }

    /// Answers what its task has asked.
    func answer(_ frame: PoolFrame) {
        send(frame)
    }

    /// What it says next; nil when it is gone or says what cannot be read.
    func nextFrame() async -> PoolFrame? {
        guard let bytes = await inbox.next() else { return nil }
        if inbox.resumesReading() { channel.read() }
        do {
            return try PoolFrame(decoding: bytes[...])
        } catch {
            kill()
            return nil
        }
    }

    /// Lets it end: it holds no task.
    func retire() {
        inbox.end()
        channel.close(promise: nil)
    }

    /// Ends it, whatever it does; another signal than `SIGKILL` it may survive.
    func kill(signal: Int32 = SIGKILL) {
        signalled.store(true, ordering: .sequentiallyConsistent)
        // Not yet reaped as long as the channel is open, so the number still is this child's.
        guard channel.isActive else { return }
        Foundation.kill(pid, signal)
    }

    /// Ends it when its task has run too long.
    ///
    /// - Parameters:
    ///   - limit: How long the task may run; more than thirty years are thirty years.
    ///   - control: The task's; nothing happens when the task has ended by then.
    /// - Returns: What is to come.
    func kill(after limit: Duration, _ control: JobControl) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: .nanoseconds(Int64(min(limit.seconds * 1e9, 1e18)))) {
            control.endIfRunning {
                self.timedOut.store(true, ordering: .relaxed)
                self.kill()
            }
        }
    }

    /// Waits until it has ended; ends it if the waiting task is cancelled.
    func exitStatus() async -> ExitStatus {
        await withTaskCancellationHandler {
            await exit.value
        } onCancel: {
            kill()
        }
    }

    private func send(_ frame: PoolFrame) {
        channel.writeAndFlush(ByteBuffer(bytes: frame.encoded()), promise: nil)
    }

    /// Waits for the process on a thread that may block.
    ///
    /// What closed its socket without ending is killed.
    private static func reap(_ pid: Int32) async -> ExitStatus {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                Foundation.kill(pid, SIGKILL)
                var status: Int32 = 0
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                continuation.resume(returning: ExitStatus(waitStatus: status))
            }
        }
    }
}
