import Celery
import CommandSupport
import Foundation
import Redis

/// A Redis server for one run of this program, on a socket that nobody else may open.
///
/// Between the program and the server stands a shell that waits for the end of its input. That ends with the program,
/// however it ends, `kill -9` included; then the shell stops the server by its number and removes its folder.
final class PrivateRedis: Sendable {
    /// Where it listens.
    let url: String
    private let guardian: Process
    private let leash: Pipe

    /// The guardian's program.
    ///
    /// Signals of the terminal are for our own program, which stops the server last. The server has nothing to save.
    private static let script = """
        trap '' INT TERM HUP QUIT
        folder=$1; shift
        "$@" >/dev/null 2>&1 </dev/null &
        server=$!
        read -r _
        kill -KILL "$server"
        rm -rf -- "$folder"
        """

    /// Starts the server.
    ///
    /// - Throws: ``CommandError`` when there is none to start.
    init() throws {
        let executable = try Self.executable()
        let folder = try Self.makeFolder()
        let socket = "\(folder)/redis.sock"
        url = "redis+socket://\(socket)"
        guardian = Process()
        leash = Pipe()
        // Other children of this program must not hold it as well, or they would hold the server.
        for handle in [leash.fileHandleForReading, leash.fileHandleForWriting] {
            _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
        }
        guardian.executableURL = URL(filePath: "/bin/sh")
        guardian.arguments = [
            "-c", Self.script, "redis-guardian", folder, executable,
            "--port", "0", "--unixsocket", socket, "--unixsocketperm", "700", "--dir", folder,
            "--save", "", "--appendonly", "no", "--daemonize", "no",
        ]
        guardian.standardInput = leash
        do {
            try Self.withoutSignalMask { try guardian.run() }
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw CommandError("a Redis server cannot be started: \(error.localizedDescription)")
        }
    }

    /// Waits until it answers.
    ///
    /// - Parameter client: A client of it.
    /// - Throws: ``CommandError`` when it does not.
    func waitUntilReady(_ client: RedisClient) async throws {
        do {
            // Waits for a connection until the client's deadline.
            _ = try await client.send(RawCommand("PING"))
        } catch {
            throw CommandError("the Redis server of our own does not answer: \(error.message)")
        }
    }

    /// Stops it and removes its folder.
    func stop() async {
        // Already closed is as good.
        try? leash.fileHandleForWriting.close()
        guardian.waitUntilExit()
    }

    /// Does something in a thread that signals reach: the threads that run Swift's tasks block them all, and what they
    /// start would inherit that.
    private static func withoutSignalMask<R>(_ body: () throws -> R) rethrows -> R {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        return try body()
    }

    private static func executable() throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let candidates = path.split(separator: ":").map { "\($0)/redis-server" }
        guard let executable = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw CommandError(
                "no broker is set, and redis-server is not installed: install it, or give a broker with --broker URL"
            )
        }
        return executable
    }

    private static func makeFolder() throws -> String {
        // The path of a socket has room for about a hundred bytes, which some temporary folders use up.
        var template = Array("/tmp/celery-pdf-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandError("a temporary folder cannot be made: \(String(cString: strerror(errno)))")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
