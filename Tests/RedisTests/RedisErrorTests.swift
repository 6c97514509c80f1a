import Testing

@testable import Redis

struct RedisErrorTests {
    @Test func `a server's error keeps its prefix and loses its arguments`() {
        let error = RedisError.reply(
            "ERR unknown command 'FOO', with args beginning with: 'hunter2' 'x'",
            command: "FOO",
            server: "h:1/0"
        )
        #expect(error.prefix == "ERR")
        #expect(error.message == "ERR unknown command 'FOO',")
        #expect(error.description == "server: ERR unknown command 'FOO', [command: FOO] [server: h:1/0]")
    }

    @Test(arguments: [("LOADING x", true), ("READONLY x", true), ("WRONGTYPE x", false), ("ERR x", false)])
    func `only some errors pass by themselves`(text: String, passes: Bool) {
        #expect(RedisError.reply(text, command: nil, server: "").isTransient == passes)
    }

    @Test func `an error inside a script is of its own kind, also where the server packs it up`() {
        let script = "ERR Error running script (call to f_db8d): @user_script:1: @user_script: 1: "
        let readOnly = script + "-READONLY You can't write against a read only replica."
        #expect(RedisError.reply(readOnly, command: "EVALSHA", server: "").prefix == "READONLY")
        #expect(RedisError.reply(readOnly, command: "EVALSHA", server: "").isTransient)
        for text in [script + "Wrong number of args", script + "-x", "ERR Error running script"] {
            #expect(RedisError.reply(text, command: "EVALSHA", server: "").prefix == "ERR")
        }
    }

    @Test func `a missing login is an authentication error`() {
        #expect(RedisError.reply("NOAUTH Authentication required.", command: "GET", server: "").code == .authentication)
    }
}

struct CommandEffectTests {
    private func effect(_ command: RawCommand) -> CommandEffect { command.effect }

    @Test func `blocking commands tell their time`() {
        #expect(effect(["BRPOP", "a", "b", 5]) == .blocks(.seconds(5)))
        #expect(effect(["blpop", "a", "0.5"]) == .blocks(.milliseconds(500)))
        #expect(effect(["BLMOVE", "a", "a", "LEFT", "LEFT", 0]) == .blocks(.zero))
        #expect(effect(["BLMPOP", 2.5, 1, "a", "LEFT"]) == .blocks(.milliseconds(2500)))
        #expect(effect(["WAIT", 1, 100]) == .blocks(.milliseconds(100)))
        #expect(effect(["XREAD", "COUNT", 1, "BLOCK", 100, "STREAMS", "s", "$"]) == .blocks(.milliseconds(100)))
        #expect(effect(["XREAD", "STREAMS", "BLOCK", "0"]) == .none)
        #expect(effect(["BRPOP", "a", "nonsense"]) == .blocks(.seconds(1)))
    }

    @Test func `commands that change the connection are known`() {
        #expect(effect(["watch", "a"]) == .changesState)
        #expect(effect(["CLIENT", "TRACKING", "ON"]) == .changesState)
        #expect(effect(["CLIENT", "REPLY", "OFF"]) == .breaksReplies)
        #expect(effect(["CLIENT", "LIST"]) == .none)
        #expect(effect(["SUBSCRIBE", "a"]) == .breaksReplies)
        #expect(effect(["GET", "a"]) == .none)
        #expect(effect([]) == .none)
    }
}

struct TransactionOutcomeTests {
    private let outcome = TransactionOutcome(commands: [["SET", "a", 1], ["LPUSH", "a", "x"]], server: "h:1/0")
    private let queued: [RedisValue] = [.simpleString("OK"), .simpleString("QUEUED"), .simpleString("QUEUED")]

    private func error(_ replies: [RedisValue]) -> RedisError? {
        #expect(throws: RedisError.self) { try outcome.values(of: .many(replies)) }
    }

    @Test func `the replies are those of EXEC`() throws {
        let values: [RedisValue] = [.simpleString("OK"), .integer(1)]
        #expect(try outcome.values(of: .many(queued + [.array(values)])) == values)
    }

    @Test func `a refused command is named`() {
        let replies: [RedisValue] = [
            .simpleString("OK"), .simpleString("QUEUED"), .error("NOPERM no"), .error("EXECABORT discarded"),
        ]
        #expect(error(replies)?.command == "LPUSH")
        #expect(error(replies)?.prefix == "NOPERM")
        #expect(error(replies)?.message == "command 2 of 2 was refused, none was executed: NOPERM no")
    }

    @Test func `a failed command is named`() {
        let failed = error(queued + [.array([.simpleString("OK"), .error("WRONGTYPE wrong")])])
        #expect(failed?.command == "LPUSH")
        #expect(failed?.prefix == "WRONGTYPE")
    }

    @Test func `a changed key and wrong replies are told apart`() {
        #expect(error(queued + [.null])?.code == .transactionAborted)
        #expect(error(queued + [.integer(1)])?.code == .unexpectedReply)
        #expect(error(queued)?.code == .protocolError)
        #expect(
            error([.error("LOADING x")] + queued.dropFirst() + [.error("ERR EXEC without MULTI")])?.prefix == "LOADING"
        )
    }
}
