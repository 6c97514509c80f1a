/// What is sent first on every connection, in one write, and what its replies mean.
struct Handshake: Sendable {
    private enum Step {
        case authenticate, select, setName, clientID, role, ping
    }

    let commands: [RawCommand]
    private let steps: [Step]
    private let server: String

    /// - Parameters:
    ///   - configuration: How to log in.
    ///   - server: The server, for errors.
    ///   - isForMaster: Whether a replica will not do.
    init(configuration: RedisClientConfiguration, server: String, isForMaster: Bool = false) {
        self.server = server
        var planned: [(Step, RawCommand)] = []
        if let password = configuration.password {
            // Servers before 6 know only the form with one argument.
            let arguments: [any RedisArgument] = configuration.username.map { [$0, password] } ?? [password]
            planned.append((.authenticate, RawCommand("AUTH", arguments: arguments)))
        }
        if configuration.database != 0 {
            planned.append((.select, RawCommand("SELECT", configuration.database)))
        }
        if let name = configuration.clientName {
            planned.append((.setName, RawCommand("CLIENT", "SETNAME", name)))
        }
        planned.append((.clientID, RawCommand("CLIENT", "ID")))
        if isForMaster { planned.append((.role, RawCommand("ROLE"))) }
        // A server that loads its data, waits for its master or runs a long script answers this with an error.
        planned.append((.ping, RawCommand("PING")))
        steps = planned.map(\.0)
        commands = planned.map(\.1)
    }

    /// Judges the replies.
    ///
    /// - Parameter replies: One for each command.
    /// - Returns: The connection's number at the server, where the server tells it.
    /// - Throws: ``RedisError``: a lasting one, or a passing one (``RedisError/isTransient``).
    func result(_ replies: Replies) throws(RedisError) -> Int64? {
        switch replies {
        case .one(let value):
            return try result([value])
        case .many(let values):
            return try result(values)
        case .failed(let error, let received):
            guard case .error(let text) = received.first else { throw error }
            // A server that has no room, or is protected, says so once and hangs up.
            throw RedisError(.connectionFailed, message: text, server: server)
        }
    }

    private func result(_ replies: [RedisValue]) throws(RedisError) -> Int64? {
        var clientID: Int64?
        for (step, reply) in zip(steps, replies) {
            guard case .error(let text) = reply else {
                if step == .clientID { clientID = reply.integer }
                if step == .role { try checkRole(reply) }
                continue
            }
            switch step {
            case .authenticate:
                throw authenticationError(text)
            case .select:
                throw .reply(text, command: "SELECT", server: server)
            case .setName, .clientID, .role:
                // A courtesy and a convenience; an ACL may forbid them, and old servers do not know them. Who may not
                // ask for the role still hears READONLY from a replica.
                continue
            case .ping:
                let error = RedisError.reply(text, command: "PING", server: server)
                // An ACL may forbid PING too.
                if error.code == .authentication || error.isTransient { throw error }
            }
        }
        return clientID
    }

    private func checkRole(_ reply: RedisValue) throws(RedisError) {
        guard case .array(let parts) = reply, let role = parts.first?.string, role != "master" else { return }
        throw RedisError(.connectionFailed, message: "the server is no master, its role is \(role)", server: server)
    }

    private func authenticationError(_ text: String) -> RedisError {
        let error = RedisError.reply(text, command: "AUTH", server: server)
        guard !error.isTransient else { return error }
        return RedisError(
            .authentication,
            message: error.message,
            prefix: error.prefix,
            command: "AUTH",
            server: server
        )
    }
}
