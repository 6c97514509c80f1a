import Testing

@testable import Redis

struct HandshakeTests {
    private func handshake(_ change: (inout RedisClientConfiguration) -> Void = { _ in }) -> Handshake {
        var configuration = RedisClientConfiguration()
        change(&configuration)
        return Handshake(configuration: configuration, server: "here")
    }

    private let forMaster = Handshake(configuration: RedisClientConfiguration(), server: "here", isForMaster: true)

    private func error(_ handshake: Handshake, _ replies: [RedisValue]) -> RedisError? {
        do throws(RedisError) {
            _ = try handshake.result(.many(replies))
            return nil
        } catch {
            return error
        }
    }

    @Test func `only what is configured is sent`() {
        #expect(handshake().commands.map(\.name) == ["CLIENT", "PING"])
        let full = handshake { configuration in
            configuration.username = "alice"
            configuration.password = "secret"
            configuration.database = 2
            configuration.clientName = "worker"
        }
        #expect(full.commands.map(\.name) == ["AUTH", "SELECT", "CLIENT", "CLIENT", "PING"])
        #expect(full.commands.first?.arguments.count == 2)
        #expect(handshake { $0.password = "secret" }.commands.first?.arguments.count == 1)
    }

    @Test func `the connection's number is learned`() throws {
        #expect(try handshake().result(.many([.integer(7), .simpleString("PONG")])) == 7)
        #expect(try handshake().result(.many([.error("NOPERM"), .error("NOPERM no ping")])) == nil)
    }

    @Test(arguments: [
        "WRONGPASS invalid username-password pair or user is disabled.",
        "ERR AUTH <password> called without any password configured for the default user.",
        "ERR wrong number of arguments for 'auth' command",
    ]) func `a refused password is an authentication error that lasts`(text: String) {
        let error = error(handshake { $0.password = "x" }, [.error(text), .integer(1), .simpleString("PONG")])
        #expect(error?.code == .authentication)
        #expect(error?.isTransient == false)
        #expect(error?.command == "AUTH")
    }

    @Test func `a missing password is an authentication error`() {
        let text = "NOAUTH Authentication required."
        #expect(error(handshake(), [.error(text), .error(text)])?.code == .authentication)
    }

    @Test(arguments: ["LOADING Redis is loading the dataset in memory", "BUSY Redis is busy", "MASTERDOWN Link"])
    func `a server that is not ready yet is worth another attempt`(text: String) {
        #expect(error(handshake(), [.integer(1), .error(text)])?.isTransient == true)
    }

    @Test func `a database that does not exist is an error that lasts`() {
        let text = "ERR DB index is out of range"
        let error = error(handshake { $0.database = 99 }, [.error(text), .integer(1), .simpleString("PONG")])
        #expect(error?.code == .server)
        #expect(error?.command == "SELECT")
        #expect(error?.isTransient == false)
    }

    @Test func `a server that is full says so and may have room later`() {
        let closed = RedisError(.connectionClosed, message: "")
        let error = #expect(throws: RedisError.self) {
            try handshake().result(.failed(closed, received: [.error("ERR max number of clients reached")]))
        }
        #expect(error?.message == "ERR max number of clients reached")
        #expect(error?.isTransient == true)
    }

    @Test func `where sentinels name the master, a replica is refused for a while`() throws {
        #expect(forMaster.commands.map(\.name) == ["CLIENT", "ROLE", "PING"])
        let pong = RedisValue.simpleString("PONG")
        let master = RedisValue.array([.bulk(Array("master".utf8)), .integer(0), .array([])])
        #expect(try forMaster.result(.many([.integer(7), master, pong])) == 7)
        let replica = RedisValue.array([.bulk(Array("slave".utf8)), .bulk(Array("10.0.0.1".utf8)), .integer(6379)])
        let refusal = error(forMaster, [.integer(7), replica, pong])
        #expect(refusal?.isTransient == true)
        #expect(refusal?.message == "the server is no master, its role is slave")
        #expect(refusal?.server == "here")
        // Who may not ask takes what there is.
        #expect(try forMaster.result(.many([.integer(7), .error("NOPERM no role"), pong])) == 7)
    }
}
