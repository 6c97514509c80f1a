/// What the replies to `MULTI`, some commands and `EXEC` mean.
struct TransactionOutcome {
    let commands: [RawCommand]
    let server: String

    func values(of replies: Replies) throws(RedisError) -> [RedisValue] {
        guard case .many(let values) = replies, values.count == commands.count + 2, let executed = values.last else {
            throw failure(replies)
        }
        if case .error(let text) = values[0] { throw .reply(text, command: "MULTI", server: server) }
        switch executed {
        case .array(let results):
            // Redis does not roll back: the other commands were executed.
            for (index, result) in results.enumerated() {
                if case .error(let text) = result { throw error(text, at: index) }
            }
            return results
        case .null:
            throw RedisError(
                .transactionAborted,
                message: "a watched key changed; nothing was executed",
                command: "EXEC",
                server: server
            )
        case .error(let text):
            // EXECABORT tells that a command was refused, the command's own reply tells why.
            for (index, reply) in values[1...commands.count].enumerated() {
                if case .error(let reason) = reply { throw error(text, because: reason, at: index) }
            }
            throw .reply(text, command: "EXEC", server: server)
        case .simpleString, .integer, .bulk:
            throw executed.unexpected("an array").at(server).naming("EXEC")
        }
    }

    private func failure(_ replies: Replies) -> RedisError {
        switch replies {
        case .failed(let error, _): error.naming("EXEC")
        case .one, .many:
            RedisError(.protocolError, message: "the number of replies is wrong", command: "EXEC", server: server)
        }
    }

    private func error(_ text: String, at index: Int) -> RedisError {
        let error = RedisError.reply(text, command: name(at: index), server: server)
        return RedisError(
            error.code,
            message: "command \(index + 1) of \(commands.count) failed, the others were executed: \(error.message)",
            prefix: error.prefix,
            command: error.command,
            server: server
        )
    }

    private func error(_ text: String, because reason: String, at index: Int) -> RedisError {
        let cause = RedisError.reply(reason, command: name(at: index), server: server)
        return RedisError(
            cause.code,
            message: "command \(index + 1) of \(commands.count) was refused, none was executed: \(cause.message)",
            // The reason where it has a name of its own, such as NOPERM or OOM; else that it was aborted.
            prefix: cause.prefix == "ERR" ? RedisError.reply(text, command: nil, server: "").prefix : cause.prefix,
            command: cause.command,
            server: server
        )
    }

    private func name(at index: Int) -> String {
        index < commands.count ? commands[index].name : "EXEC"
    }
}
