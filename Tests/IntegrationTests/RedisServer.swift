import Foundation
import Synchronization
import Testing

/// How a server for a test is started.
struct RedisServerOptions: Sendable {
    /// The password of the user `default`.
    var requirepass: String?
    /// ACL rules, such as `user alice on >secret ~* &* +@all`.
    var acl: [String] = []
    /// Further lines of the configuration file.
    var config: [String] = []
    /// Whether the TCP port speaks TLS; its certificates are made in the server's folder.
    var tls = false
    /// With TLS: whom the server's certificate is for.
    var tlsNames = "DNS:localhost,IP:127.0.0.1"
    /// With TLS: whether clients must show a certificate.
    var tlsClientCertificates = false
    /// Whether it is a sentinel; what it watches is in ``config``.
    var isSentinel = false
}

/// A `redis-server` process on a free port and a Unix socket in a folder of its own.
final class RedisServer: Sendable {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let host = "127.0.0.1"
    let port: Int
    let directory: URL
    let options: RedisServerOptions
    private let process = Mutex<RunningProcess?>(nil)
    private let watchdog = Mutex<Watchdog?>(nil)

    private init(port: Int, directory: URL, options: RedisServerOptions) {
        self.port = port
        self.directory = directory
        self.options = options
    }

    /// Whether tests with a server can run: not without the program, but then continuous integration shall fail.
    static let isUsable = executable != nil || ProcessInfo.processInfo.environment["CI"] != nil

    private static let executable: String? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/redis-server" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }()

    var socketPath: String { directory.appending(path: "redis.sock").path }
    /// The URL of database 0, without a password.
    var url: String { "\(options.tls ? "rediss" : "redis")://\(host):\(port)/0" }
    var pid: Int32 { process.withLock { $0?.process.processIdentifier ?? 0 } }

    /// Paths of the files that TLS needs.
    var authorityPath: String { directory.appending(path: "ca.crt").path }
    var clientCertificatePath: String { directory.appending(path: "client.crt").path }
    var clientKeyPath: String { directory.appending(path: "client.key").path }

    /// Ends the server at once, as a crash does.
    func kill() async {
        await end(signal: SIGKILL)
    }

    /// Ends the server in order.
    func stop() async {
        // A server started by a thread that blocks signals inherits that, and would never hear SIGTERM.
        await end(signal: SIGKILL)
    }

    /// Starts the server again, on the same port and with the same files; ends it first if it runs.
    func restart() async throws {
        await stop()
        try await start()
    }

    /// Stops the process without ending it: connections stay, answers do not come.
    func suspend() { _ = Foundation.kill(pid, SIGSTOP) }

    /// Lets a suspended process go on.
    func resume() { _ = Foundation.kill(pid, SIGCONT) }

    fileprivate static func launch(_ options: RedisServerOptions) async throws -> RedisServer {
        var lastError: any Error = Failure(description: "no attempt was made")
        // Somebody else may take the free port before the server does.
        for _ in 0..<5 {
            // Short: the path of a Unix socket has a limit of about a hundred bytes.
            let name = "redis-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
            let directory = FileManager.default.temporaryDirectory.appending(path: name)
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            let server = RedisServer(port: try freePort(), directory: directory, options: options)
            do {
                if options.tls { try await TestCertificates.make(in: directory, names: options.tlsNames) }
                try server.writeConfiguration()
                try await server.start()
                return server
            } catch {
                lastError = error
                await server.removeEverything()
            }
        }
        throw lastError
    }

    fileprivate func removeEverything() async {
        await kill()
        try? FileManager.default.removeItem(at: directory)  // what is left in the temporary folder harms nobody
    }

    private func start() async throws {
        guard let executable = RedisServer.executable else { throw Failure(description: "redis-server is missing") }
        let configuration = directory.appending(path: "redis.conf").path
        let arguments = options.isSentinel ? [configuration, "--sentinel"] : [configuration]
        let running = try RunningProcess(executable: executable, arguments: arguments)
        process.withLock { $0 = running }
        let watchdog = try Watchdog(process: running.process.processIdentifier, directory: directory)
        self.watchdog.withLock { $0 = watchdog }
        guard await running.says(options.isSentinel ? "+monitor master" : "Ready to accept connections") else {
            throw Failure(description: "redis-server did not start: \(running.output)")
        }
    }

    private func end(signal: Int32) async {
        let running = process.withLock { process in
            defer { process = nil }
            return process
        }
        await running?.end(signal: signal)
        watchdog.withLock { watchdog in
            watchdog?.dismiss()
            watchdog = nil
        }
    }

    private func writeConfiguration() throws {
        var lines = [
            "bind 127.0.0.1", "dir \(directory.path)", "unixsocket \(socketPath)", "logfile \"\"",
            options.tls ? "port 0" : "port \(port)", "daemonize no",
        ]
        if !options.isSentinel { lines += ["save \"\"", "enable-debug-command local"] }
        if options.tls {
            lines += [
                "tls-port \(port)", "tls-cert-file \(directory.path)/server.crt",
                "tls-key-file \(directory.path)/server.key", "tls-ca-cert-file \(authorityPath)",
                "tls-auth-clients \(options.tlsClientCertificates ? "yes" : "no")",
            ]
        }
        if let password = options.requirepass { lines.append("requirepass \"\(password)\"") }
        lines += options.acl + options.config
        let text = lines.joined(separator: "\n") + "\n"
        try text.write(to: directory.appending(path: "redis.conf"), atomically: true, encoding: .utf8)
    }

    /// A port that is free now.
    static func freePort() throws -> Int {
        #if os(Linux)
        let type = Int32(SOCK_STREAM.rawValue)
        #else
        let type = SOCK_STREAM
        #endif
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { throw Failure(description: "no socket") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 ? getsockname(descriptor, pointer, &length) : -1
            }
        }
        guard result == 0 else { throw Failure(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// Starts a server, runs `body` and removes the server and its files.
///
/// - Parameters:
///   - options: How the server is started.
///   - body: The test.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws, or that the server does not start.
func withRedisServer<R>(
    _ options: RedisServerOptions = RedisServerOptions(),
    _ body: (RedisServer) async throws -> R
) async throws -> R {
    let server = try await RedisServer.launch(options)
    let result: Result<R, any Error>
    do {
        result = .success(try await body(server))
    } catch {
        result = .failure(error)
    }
    await server.removeEverything()
    return try result.get()
}
