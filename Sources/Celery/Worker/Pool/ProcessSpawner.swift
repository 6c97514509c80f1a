import Foundation

/// Starts a pool child with a socket to its worker.
struct ProcessSpawner {
    private let executable: String
    private let arguments: [String]
    private let environment: [String]

    init(_ configuration: ProcessPoolConfiguration) {
        executable = configuration.executable ?? Self.ownExecutable
        arguments = [CommandLine.arguments[0]] + (configuration.arguments ?? Array(CommandLine.arguments.dropFirst()))
        var variables = ProcessInfo.processInfo.environment
        for name in configuration.withheldEnvironment { variables[name] = nil }
        variables[PoolChild.environmentKey] = "1"
        environment = variables.map { "\($0)=\($1)" }
    }

    /// `POSIX_SPAWN_SETSID` of spawn.h, which glibc shows to GNU sources only.
    private static let newSession: Int32 = 0x80

    private static var ownExecutable: String {
        // On Linux this is right even when the file was replaced or is not on the path.
        #if os(Linux)
        "/proc/self/exe"
        #else
        Bundle.main.executablePath ?? CommandLine.arguments[0]
        #endif
    }

    /// Starts the process.
    ///
    /// - Returns: The worker's end of the socket and the process's number.
    /// - Throws: ``CeleryError`` with the code `poolFailed`.
    func spawn() throws -> (socket: Int32, pid: Int32) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw failure("socketpair", errno) }
        defer { Foundation.close(ends[1]) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], PoolChild.descriptor)
        for descriptor in OpenDescriptors.inheritable where descriptor > PoolChild.descriptor {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A session of its own: Ctrl-C in the terminal is for the worker, which decides what becomes of its children.
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | Self.newSession
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)

        var pid: pid_t = 0
        let result = withCStrings(arguments) { arguments in
            withCStrings(environment) { environment in
                posix_spawn(&pid, executable, &actions, &attributes, arguments, environment)
            }
        }
        guard result == 0 else {
            Foundation.close(ends[0])
            throw failure("posix_spawn", result)
        }
        return (ends[0], pid)
    }

    private func failure(_ call: String, _ code: Int32) -> CeleryError {
        CeleryError(.poolFailed, "a pool child cannot be started: \(call): \(String(cString: strerror(code)))")
    }
}
