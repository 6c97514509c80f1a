import Celery
import Foundation

/// Puts a fresh run of this program into the place of this one: its number stays, all else is new.
///
/// celery/apps/worker.py, `_reload_current_worker`: what the command's name leads to now is started, so that a program that
/// was replaced meanwhile is the new one.
package struct Restart: Sendable {
    private let arguments: [String]
    private let environment: [String: String]
    /// Where the program was when it started.
    private let origin: String?

    /// Takes note of how this process was started; to be called before anything changes its environment.
    package init() {
        arguments = CommandLine.arguments
        environment = ProcessInfo.processInfo.environment
        // Not there on every system; the command's name has to do then.
        origin = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    /// Makes a start of something else.
    init(arguments: [String], environment: [String: String], origin: String?) {
        self.arguments = arguments
        self.environment = environment
        self.origin = origin
    }

    /// The name of this program.
    static var programName: String { CommandLine.arguments[0].split(separator: "/").last.map(String.init) ?? "" }

    /// Starts the program again; nothing must be left to do in this one.
    ///
    /// - Throws: ``CommandError`` when it cannot be; returns in no other case.
    package func perform() throws {
        // What a signal does, and that it waits, would be inherited.
        for number in [SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGPIPE] { signal(number, SIG_DFL) }
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        for descriptor in OpenDescriptors.inheritable where descriptor > STDERR_FILENO {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
        for path in candidates {
            withCStrings(arguments) { arguments in
                withCStrings(environment.map { "\($0)=\($1)" }) { environment in
                    _ = execve(path, arguments, environment)
                }
            }
        }
        throw CommandError("\(Self.programName) cannot be started again: \(String(cString: strerror(errno)))")
    }

    /// Where the program may be, the best first.
    var candidates: [String] {
        let name = arguments[0]
        let path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let named = name.contains("/") ? [name] : path.split(separator: ":").map { "\($0)/\(name)" }
        return named + (origin.map { [$0] } ?? [])
    }
}
