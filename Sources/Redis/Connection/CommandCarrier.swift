/// What can bring commands to a server and replies back: the client and a connection of one's own.
protocol CommandCarrier: Sendable {
    /// The server, for errors.
    var server: String { get }

    /// Refuses a command that would put the connection's replies out of order, or another's commands.
    ///
    /// - Parameter command: The command.
    /// - Throws: ``RedisError/Code/invalidCommand``.
    func admit(_ command: RawCommand) throws(RedisError)

    /// Writes commands as one and waits for their replies.
    ///
    /// - Parameters:
    ///   - expected: How many replies there will be.
    ///   - blockingTime: How long the server may take on purpose; nil when it does not, zero when it is for ever.
    ///   - write: Writes the commands. Called while a lock is held.
    /// - Returns: The replies, or as many as came before a failure.
    func roundTrip(expected: Int, blockingTime: Duration?, write: (inout RESPWriter) -> Void) async -> Replies
}

extension CommandCarrier {
    func sendOne<Command: RedisCommand>(_ command: Command) async throws(RedisError) -> Command.Response {
        let replies = await roundTrip(expected: 1, blockingTime: command.blockingTime) { command.write(to: &$0) }
        return try command.response(to: replies.value(at: 0), from: server)
    }

    func sendMany(_ commands: [RawCommand]) async -> [Result<RedisValue, RedisError>] {
        guard !commands.isEmpty else { return [] }
        do throws(RedisError) {
            for command in commands { try admit(command) }
        } catch {
            return commands.map { _ in .failure(error) }
        }
        let blockingTime = totalBlockingTime(commands.lazy.map(\.blockingTime))
        let replies = await roundTrip(expected: commands.count, blockingTime: blockingTime) { writer in
            for command in commands { command.write(to: &writer) }
        }
        return commands.enumerated().map { index, command in
            Result { () throws(RedisError) in try command.response(to: replies.value(at: index), from: server) }
        }
    }

    func sendPack<each Command: RedisCommand>(
        _ command: repeat each Command
    ) async -> (repeat Result<(each Command).Response, RedisError>) {
        var count = 0
        var blockingTimes: [Duration?] = []
        var refusal: RedisError?
        for command in repeat each command {
            count += 1
            blockingTimes.append(command.blockingTime)
            do throws(RedisError) {
                if let raw = command as? RawCommand { try admit(raw) }
            } catch {
                refusal = error
            }
        }
        let replies: Replies
        if let refusal {
            replies = .failed(refusal)
        } else {
            replies = await roundTrip(expected: count, blockingTime: totalBlockingTime(blockingTimes)) { writer in
                for command in repeat each command { command.write(to: &writer) }
            }
        }
        var index = -1
        func next<C: RedisCommand>(_ command: C) -> Result<C.Response, RedisError> {
            index += 1
            return Result { () throws(RedisError) in try command.response(to: replies.value(at: index), from: server) }
        }
        return (repeat next(each command))
    }

    func runTransaction(_ commands: [RawCommand]) async throws(RedisError) -> [RedisValue] {
        guard !commands.isEmpty else { return [] }
        for command in commands { try admit(command) }
        // MULTI, the commands and EXEC in one write: nobody else's command comes between them on this connection.
        let replies = await roundTrip(expected: commands.count + 2, blockingTime: nil) { writer in
            writer.command("MULTI") { _ in }
            for command in commands { command.write(to: &writer) }
            writer.command("EXEC") { _ in }
        }
        return try TransactionOutcome(commands: commands, server: server).values(of: replies)
    }

    func runScript<Script: RedisScript>(_ script: Script) async throws(RedisError) -> Script.Response {
        do throws(RedisError) {
            return try await sendOne(EvalSHA(script))
        } catch {
            guard error.prefix == "NOSCRIPT" else { throw error }
            return try await sendOne(Eval(script))
        }
    }

    // Commands after each other may block after each other.
    private func totalBlockingTime(_ times: some Sequence<Duration?>) -> Duration? {
        var total: Duration?
        for time in times.lazy.compactMap({ $0 }) {
            guard time > .zero else { return .zero }
            total = (total ?? .zero) + time
        }
        return total
    }
}

extension RedisCommand {
    fileprivate func response(
        to reply: Result<RedisValue, RedisError>,
        from server: String
    ) throws(RedisError) -> Response {
        switch reply {
        case .success(let value): return try response(to: value, from: server)
        case .failure(let error): throw error.naming(name)
        }
    }
}
