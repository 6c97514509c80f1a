/// What a sentinel is asked about a master, and what its replies mean.
struct SentinelAnswer: Sendable {
    let sentinels: RedisClientConfiguration.Sentinels

    var commands: [RawCommand] {
        let name = sentinels.masterName
        let address: RawCommand = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", name]
        return sentinels.minimumOthers > 0 ? [address, ["SENTINEL", "MASTER", name]] : [address]
    }

    /// Judges the replies.
    ///
    /// - Parameters:
    ///   - replies: One for each command.
    ///   - sentinel: The sentinel, for errors.
    /// - Returns: Where the master is.
    /// - Throws: ``RedisError`` that says why this sentinel does not help.
    func master(
        _ replies: Replies,
        from sentinel: String
    ) throws(RedisError) -> RedisClientConfiguration.Sentinels.Host {
        let address = try value(replies, at: 0, from: sentinel)
        guard !address.isNull else {
            throw RedisError(.unknownMaster, message: "it knows no master of that name", server: sentinel)
        }
        guard let master = RedisClientConfiguration.Sentinels.Host(address.array ?? []) else {
            throw address.unexpected("a host and a port").at(sentinel)
        }
        guard sentinels.minimumOthers > 0 else { return master }
        // redis/sentinel.py, check_master_state
        let state = try value(replies, at: 1, from: sentinel).array ?? []
        let place = state.firstIndex { $0.string == "num-other-sentinels" }.map { $0 + 1 }
        let others = place.flatMap { $0 < state.count ? state[$0].string : nil }.flatMap(Int.init) ?? 0
        guard others >= sentinels.minimumOthers else {
            let message = "it sees \(others) other sentinels and not \(sentinels.minimumOthers)"
            throw RedisError(.connectionFailed, message: message, server: sentinel)
        }
        return master
    }

    private func value(_ replies: Replies, at index: Int, from sentinel: String) throws(RedisError) -> RedisValue {
        let value = try replies.value(at: index).get()
        if case .error(let text) = value { throw .reply(text, command: "SENTINEL", server: sentinel) }
        return value
    }

    /// The new master that a message of `+switch-master` tells of: `NAME OLDHOST OLDPORT HOST PORT`.
    func newMaster(toldBy message: String) -> RedisClientConfiguration.Sentinels.Host? {
        let words = message.split(separator: " ").map(String.init)
        guard words.count == 5, words[0] == sentinels.masterName, let port = Int(words[4]) else { return nil }
        return .init(words[3], port: port)
    }

    /// The error for a round in which no sentinel helped.
    ///
    /// It lasts if each of them said something that lasts.
    func failure(_ errors: [RedisError], server: String) -> RedisError {
        let lasting = errors.allSatisfy { !$0.isTransient } ? errors.first?.code : nil
        let reasons = errors.map { "\($0.server): \($0.message)" }.joined(separator: "; ")
        return RedisError(
            lasting ?? .connectionFailed,
            message: "no sentinel leads to the master '\(sentinels.masterName)': \(reasons)",
            server: server
        )
    }
}

extension RedisClientConfiguration.Sentinels.Host {
    fileprivate init?(_ parts: [RedisValue]) {
        guard parts.count == 2, let name = parts[0].string, let port = parts[1].string.flatMap(Int.init) else {
            return nil
        }
        self.init(name, port: port)
    }
}
