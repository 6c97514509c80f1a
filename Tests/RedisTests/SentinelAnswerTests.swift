import Testing

@testable import Redis

struct SentinelAnswerTests {
    private typealias Host = RedisClientConfiguration.Sentinels.Host

    private func answer(minimumOthers: Int = 0) -> SentinelAnswer {
        var sentinels = RedisClientConfiguration.Sentinels(masterName: "mymaster", hosts: [Host("s1"), Host("s2")])
        sentinels.minimumOthers = minimumOthers
        return SentinelAnswer(sentinels: sentinels)
    }

    private func bulk(_ texts: String...) -> RedisValue { .array(texts.map { .bulk(Array($0.utf8)) }) }

    private func error(_ answer: SentinelAnswer, _ replies: Replies) -> RedisError? {
        #expect(throws: RedisError.self) { try answer.master(replies, from: "s1:26379") }
    }

    @Test func `the address is that of the master`() throws {
        #expect(answer().commands.map(\.name) == ["SENTINEL"])
        #expect(try answer().master(.one(bulk("10.0.0.7", "6380")), from: "s1") == Host("10.0.0.7", port: 6380))
    }

    @Test func `a name that the sentinel does not know lasts`() {
        let error = error(answer(), .one(.null))
        #expect(error?.code == .unknownMaster)
        #expect(error?.isTransient == false)
        #expect(error?.server == "s1:26379")
    }

    @Test func `what is no address is an error`() {
        #expect(error(answer(), .one(.simpleString("OK")))?.code == .unexpectedReply)
        #expect(error(answer(), .one(bulk("10.0.0.7", "x")))?.code == .unexpectedReply)
        #expect(error(answer(), .one(.error("NOAUTH Authentication required.")))?.code == .authentication)
        #expect(error(answer(), .failed(RedisError(.timedOut, message: "")))?.code == .timedOut)
    }

    @Test func `a sentinel that sees too few others is not believed`() throws {
        let strict = answer(minimumOthers: 2)
        #expect(strict.commands.count == 2)
        let address = bulk("10.0.0.7", "6380")
        let lonely = bulk("name", "mymaster", "num-other-sentinels", "1", "quorum", "2")
        #expect(error(strict, .many([address, lonely]))?.message == "it sees 1 other sentinels and not 2")
        let social = bulk("name", "mymaster", "num-other-sentinels", "2")
        #expect(try strict.master(.many([address, social]), from: "s1") == Host("10.0.0.7", port: 6380))
    }

    @Test func `news of other masters and of other kinds are no news`() {
        #expect(answer().newMaster(toldBy: "mymaster 10.0.0.7 6380 10.0.0.8 6381") == Host("10.0.0.8", port: 6381))
        #expect(answer().newMaster(toldBy: "other 10.0.0.7 6380 10.0.0.8 6381") == nil)
        #expect(answer().newMaster(toldBy: "mymaster 10.0.0.7 6380") == nil)
        #expect(answer().newMaster(toldBy: "") == nil)
    }

    @Test func `an error names every sentinel and the master, and lasts only if each of them does`() {
        let unknown = RedisError(.unknownMaster, message: "it knows no master of that name", server: "s1:26379")
        let away = RedisError(.connectionFailed, message: "refused", server: "s2:26379")
        let mixed = answer().failure([unknown, away], server: "here")
        #expect(mixed.code == .connectionFailed)
        #expect(
            mixed.message == "no sentinel leads to the master 'mymaster': s1:26379: it knows no master of that name; "
                + "s2:26379: refused"
        )
        #expect(answer().failure([unknown, unknown], server: "here").code == .unknownMaster)
    }
}
