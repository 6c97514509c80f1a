/// What went wrong between a caller and a Redis server.
///
/// Names the command and the server, never an argument, a payload or a password.
public struct RedisError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    @nonexhaustive
    public enum Code: Sendable, Hashable {
        /// No connection could be made before the deadline.
        case connectionFailed
        /// The connection ended while the command was in flight; whether the server executed it is not known.
        case connectionClosed
        /// The client or the scope of this connection has been closed.
        case clientClosed
        /// No answer came before the deadline; whether the server executed the command is not known.
        case timedOut
        /// The calling task was cancelled; whether the server executed the command is not known.
        case cancelled
        /// No encrypted connection could be agreed on, or the server's certificate is not to be trusted.
        case tlsFailed
        /// The server refused the name or the password, or wants one.
        case authentication
        /// The sentinels are there, and know no master of the name that was given.
        case unknownMaster
        /// The server answered with an error; its first word is ``RedisError/prefix``.
        case server
        /// A watched key changed, so that the transaction was not executed.
        case transactionAborted
        /// The server sent something that is not the protocol, or more than is allowed.
        case protocolError
        /// The reply is of a type that the command cannot have.
        case unexpectedReply
        /// The command cannot be used here, such as `SUBSCRIBE` on a connection for commands.
        case invalidCommand
        /// The URL cannot be understood.
        case invalidURL
    }

    // One reference, so that a result with this error is no larger than the reply it stands for.
    private final class Storage: Sendable {
        let code: Code
        let message: String
        let prefix: String?
        let command: String?
        let server: String

        init(code: Code, message: String, prefix: String?, command: String?, server: String) {
            self.code = code
            self.message = message
            self.prefix = prefix
            self.command = command
            self.server = server
        }
    }

    private let storage: Storage

    /// The kind of failure.
    public var code: Code { storage.code }
    /// What happened, in words.
    public var message: String { storage.message }
    /// The first word of the server's error, such as `WRONGTYPE`, when the code is `server` or `authentication`.
    public var prefix: String? { storage.prefix }
    /// The name of the command that failed.
    public var command: String? { storage.command }
    /// The server, as `host:port/database` or `path/database`; empty where no server was involved.
    public var server: String { storage.server }

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - code: The kind of failure.
    ///   - message: What happened, without payloads or passwords.
    ///   - prefix: The first word of the server's error.
    ///   - command: The command's name.
    ///   - server: The server's address.
    public init(
        _ code: Code,
        message: String,
        prefix: String? = nil,
        command: String? = nil,
        server: String = ""
    ) {
        self.storage = Storage(code: code, message: message, prefix: prefix, command: command, server: server)
    }

    /// Whether the same command may well succeed a little later, without anybody changing anything.
    ///
    /// True says nothing about whether it was executed the first time: see ``Code/connectionClosed``.
    public var isTransient: Bool {
        switch code {
        case .connectionFailed, .connectionClosed, .timedOut: true
        case .server: prefix.map(RedisError.transientPrefixes.contains) ?? false
        default: false
        }
    }

    /// The error in words: what happened, to which command, at which server.
    public var description: String {
        var text = "\(code): \(message)"
        if let command { text += " [command: \(command)]" }
        if !server.isEmpty { text += " [server: \(server)]" }
        return text
    }
}

extension RedisError {
    // Errors of a server that is starting, failing over or kept busy by a script: nothing was executed.
    static let transientPrefixes: Set<String> = [
        "LOADING", "BUSY", "MASTERDOWN", "READONLY", "TRYAGAIN", "CLUSTERDOWN", "NOREPLICAS",
    ]

    private static let authenticationPrefixes: Set<String> = ["NOAUTH", "WRONGPASS"]

    /// The error for a server's `-PREFIX text` reply.
    static func reply(_ text: String, command: String?, server: String) -> RedisError {
        let prefix = self.prefix(of: text)
        let code: Code = authenticationPrefixes.contains(prefix) ? .authentication : .server
        let message = withoutArguments(text)
        return RedisError(code, message: message, prefix: prefix, command: command, server: server)
    }

    /// The first word, which tells the kind of error.
    ///
    /// Redis before 7 packs the error of a command in a script into one of its own (scripting.c, evalGenericCommand):
    /// `ERR Error running script (call to f_…): @user_script:3: @user_script: 3: -READONLY You can't write …`.
    static func prefix(of text: String) -> String {
        guard text.hasPrefix("ERR Error running script") else { return String(text.prefix { $0 != " " }) }
        let word = text.split(separator: " ").first { $0.hasPrefix("-") }?.dropFirst() ?? ""
        return word.isEmpty || word.contains { !$0.isUppercase } ? "ERR" : String(word)
    }

    // Redis quotes the arguments of a command that it does not know (server.c, commandCheckExistence).
    private static func withoutArguments(_ text: String) -> String {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard let index = words.indices.first(where: { words[$0...].starts(with: ["with", "args"]) }) else {
            return text
        }
        return words[..<index].joined(separator: " ")
    }

    /// The same error with the name of the command it concerns.
    func naming(_ command: String) -> RedisError {
        RedisError(code, message: message, prefix: prefix, command: self.command ?? command, server: server)
    }

    /// The same error with the server it came from.
    func at(_ server: String) -> RedisError {
        RedisError(code, message: message, prefix: prefix, command: command, server: server)
    }
}
