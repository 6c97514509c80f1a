import DequeModule
import Synchronization

/// Lets tasks start no more often than they may, each in a line of its own.
///
/// Limits can change at any time; those who wait then wait as the new limit says.
final class RateLimits: Sendable {
    /// Those of one task that wait for their turn, the first of them for a token.
    private struct Line {
        var limit: RateLimit
        var bucket: TokenBucket
        var places: Deque<Int> = []
    }

    private struct State {
        var lines: [String: Line] = [:]
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        /// Places that were to look again before they began to wait.
        var called: Set<Int> = []
        var nextPlace = 0
        var isClosed = false

        /// Has somebody look again; returns what to resume if they wait already.
        mutating func call(_ place: Int) -> CheckedContinuation<Void, Never>? {
            let continuation = waiters.removeValue(forKey: place)
            if continuation == nil { called.insert(place) }
            return continuation
        }
    }

    /// What somebody in a line does next.
    private enum Step {
        case go
        case leave
        case wait(Duration?)
    }

    private let state = Mutex(State())
    /// Whether limits count; they are known also where they do not.
    private let isEnabled: Bool
    private let now: @Sendable () -> Duration
    private let sleep: @Sendable (Duration) async throws -> Void

    /// - Parameters:
    ///   - limits: The limits at first, by task.
    ///   - isEnabled: Whether limits count, these and those that are set later.
    ///   - clock: Tells the time, and when some of it has passed.
    init<C: Clock<Duration>>(
        _ limits: [String: RateLimit] = [:],
        isEnabled: Bool = true,
        clock: C = ContinuousClock()
    ) {
        self.isEnabled = isEnabled
        let start = clock.now
        now = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(for: $0) }
        for (task, limit) in limits { set(limit, for: task) }
    }

    /// How many wait in all lines together.
    var waitingCount: Int { state.withLock { $0.lines.values.reduce(0) { $0 + $1.places.count } } }

    /// The limit of a task; nil when it has none.
    func limit(for task: String) -> RateLimit? { state.withLock { $0.lines[task]?.limit } }

    /// Sets the limit of a task; nil for none.
    func set(_ limit: RateLimit?, for task: String) {
        let now = now()
        let called = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            let places = state.lines[task]?.places ?? []
            state.lines[task] = nil
            if let limit, limit.perSecond > 0 {
                let bucket = TokenBucket(rate: limit.perSecond, at: now)
                state.lines[task] = Line(limit: limit, bucket: bucket, places: places)
            }
            return places.compactMap { state.call($0) }
        }
        for continuation in called { continuation.resume() }
    }

    /// Starts a task at once, if its limit allows it and nobody waits.
    func startsNow(_ task: String) -> Bool {
        let now = now()
        return state.withLock { state in
            guard isEnabled, state.lines[task] != nil else { return true }
            return state.lines[task]?.places.isEmpty == true && state.lines[task]?.bucket.take(at: now) == true
        }
    }

    /// Waits until a task may start.
    ///
    /// - Parameter task: The task's name.
    /// - Returns: False if the limits were closed meanwhile.
    func turn(of task: String) async -> Bool {
        let place = state.withLock { state in
            state.nextPlace += 1
            if isEnabled { state.lines[task]?.places.append(state.nextPlace) }
            return state.nextPlace
        }
        while true {
            let (step, next) = self.step(place, in: task)
            next?.resume()
            switch step {
            case .go: return true
            case .leave: return false
            case .wait(let time): await pause(place, for: time)
            }
        }
    }

    /// Sends everyone away who waits, now and later.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for continuation in waiters { continuation.resume() }
    }

    /// Decides what somebody in a line does, and who is to look next.
    private func step(_ place: Int, in task: String) -> (Step, CheckedContinuation<Void, Never>?) {
        let now = now()
        return state.withLock { state in
            state.called.remove(place)
            if state.isClosed {
                state.lines[task]?.places.removeAll { $0 == place }
                return (.leave, nil)
            }
            // The limit is gone, or does not count.
            guard isEnabled, let first = state.lines[task]?.places.first else { return (.go, nil) }
            guard first == place else { return (.wait(nil), nil) }
            guard state.lines[task]?.bucket.take(at: now) == true else {
                return (.wait(state.lines[task]?.bucket.wait(at: now)), nil)
            }
            state.lines[task]?.places.removeFirst()
            return (.go, state.lines[task]?.places.first.flatMap { state.call($0) })
        }
    }

    /// Waits until somebody calls, or for so long at most.
    private func pause(_ place: Int, for time: Duration?) async {
        let timer = Mutex<Task<Void, Never>?>(nil)
        defer { timer.withLock { $0?.cancel() } }
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                if state.isClosed || state.called.remove(place) != nil { return true }
                state.waiters[place] = continuation
                return false
            }
            if goesOn { return continuation.resume() }
            guard let time else { return }
            timer.withLock {
                $0 = Task {
                    guard (try? await self.sleep(time)) != nil else { return }
                    self.state.withLock { $0.call(place) }?.resume()
                }
            }
        }
    }
}

extension RateLimits: RateControl {
    func rate(of task: String) -> String? { limit(for: task)?.description }

    func setRate(_ rate: String?, of task: String) {
        // Remote control has looked at it before; what cannot be read is no limit.
        set(rate.flatMap { try? RateLimit($0) }, for: task)
    }
}

extension RateLimits {
    /// The limits that tasks have of their own, or by the worker's default.
    convenience init(of registry: TaskRegistry, _ configuration: WorkerConfiguration) {
        var limits: [String: RateLimit] = [:]
        for name in registry.names {
            limits[name] = registry[name]?.options.rateLimit ?? configuration.defaultRateLimit
        }
        self.init(limits, isEnabled: !configuration.disablesRateLimits)
    }
}
