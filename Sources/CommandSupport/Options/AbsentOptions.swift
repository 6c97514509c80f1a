package import ArgumentParser

/// Flags of `celery worker` that have no counterpart here: each is refused with a reason, rather than ignored.
///
/// Those that ask for what is the case anyway are accepted: a message is only given to a process that is free.
package struct AbsentOptions: ParsableArguments {
    @Flag(name: [.customShort("B"), .customLong("beat")], help: .hidden) package var beat = false
    @Option(name: [.customShort("s"), .customLong("schedule"), .customLong("schedule-filename")], help: .hidden)
    package var schedule: String?
    @Option(name: .long, help: .hidden) package var scheduler: String?
    @Option(name: .long, help: .hidden) package var poolStartMethod: String?
    @Flag(name: [.customShort("D"), .customLong("detach")], help: .hidden) package var detach = false
    @Option(name: .long, help: .hidden) package var uid: String?
    @Option(name: .long, help: .hidden) package var gid: String?
    @Option(name: .long, help: .hidden) package var umask: String?
    @Option(name: .long, help: .hidden) package var executable: String?
    @Option(name: .long, help: .hidden) package var workdir: String?
    @Option(name: .long, help: .hidden) package var loader: String?
    @Option(name: [.customShort("I"), .customLong("include")], help: .hidden) package var include: String?

    @Option(name: [.customShort("O"), .customLong("optimization")], help: .hidden) package var optimization: String?

    /// Makes the group.
    package init() {}

    private var refusals: [(isGiven: Bool, flag: String, reason: String)] {
        let supervisor = "is left to what starts this worker, such as systemd or a container"
        let detaching = "\(supervisor), or to the shell: nohup … --logfile FILE --pidfile FILE &"
        let beat = "is not here: run `celery beat` beside this worker, which takes what it sends"
        let compiled = "has no meaning here: the tasks are compiled in"
        return [
            (self.beat, "-B", beat),
            (schedule != nil, "--schedule", beat),
            (scheduler != nil, "--scheduler", beat),
            (poolStartMethod != nil, "--pool-start-method", "is not here: children are always fresh processes"),
            (detach, "--detach", detaching),
            (uid != nil, "--uid", supervisor),
            (gid != nil, "--gid", supervisor),
            (umask != nil, "--umask", supervisor),
            (executable != nil, "--executable", "has no meaning here: children are this very program"),
            (workdir != nil, "--workdir", supervisor),
            (loader != nil, "--loader", compiled),
            (include != nil, "--include", compiled),
        ]
    }

    /// Refuses what is not here.
    package func validate() throws {
        if let refusal = refusals.first(where: \.isGiven) {
            throw ValidationError("\(refusal.flag) \(refusal.reason).")
        }
        // celery/bin/worker.py, OptimizationProfile
        if let optimization, !["default", "fair"].contains(optimization) {
            throw ValidationError("-O knows default and fair, which mean the same here.")
        }
    }
}
