import Testing

@testable import Celery

struct ElectionTests {
    private let start = ContinuousClock.now
    private let party = Party()

    private func election(clock: Int = 5) -> Election {
        let candidate = Election.Candidate(clock: clock, node: "b@h", pid: 7)
        return Election(topic: "task", action: nil, candidate: candidate, start: start)
    }

    private func decided(after time: Duration = .zero) -> [JSONValue] {
        party.takeDecided(for: "b@h", at: start + time).map(\.id)
    }

    @Test(
        arguments: [
            (4, "z@h", 9, "z@h.9"),
            (6, "a@h", 1, "b@h.7"),
            (5, "a@h", 9, "a@h.9"),
            (5, "b@h", 10, "b@h.10"),
            (5, "c@h", 1, "b@h.7"),
        ]
    )
    func `the lowest time wins, then the lowest name`(clock: Int, node: String, pid: Int, winner: String) {
        var election = election()
        election.stand(.init(clock: clock, node: node, pid: pid), node: node)
        #expect(election.leader.name == winner)
    }

    @Test func `who is alone elects itself as soon as it hears itself`() {
        party.begin(election(), id: "e")
        #expect(decided() == [])
        party.update("e") { $0.stand(.init(clock: 5, node: "b@h", pid: 7), node: "b@h") }
        #expect(decided() == ["e"])
        #expect(decided() == [])
    }

    @Test func `everybody who is alive must have been heard, as a candidate or as a voice`() {
        _ = party.note("a@h", interval: .seconds(2), at: start)
        party.greet("c@h", at: start)
        party.begin(election(), id: "e")
        party.update("e") { $0.stand(.init(clock: 5, node: "b@h", pid: 7), node: "b@h") }
        party.update("e") { $0.stand(.init(clock: 5, node: "a@h", pid: 1), node: "a@h") }
        #expect(decided() == [])
        party.update("e") { $0.acknowledge(node: "c@h") }
        #expect(decided() == ["e"])
    }

    @Test func `nobody waits for a worker that has gone or fallen silent`() {
        for node in ["a@h", "c@h"] { _ = party.note(node, interval: .seconds(2), at: start) }
        _ = party.note("d@h", interval: .seconds(1), at: start)
        party.begin(election(), id: "e")
        party.update("e") { $0.acknowledge(node: "b@h") }
        party.leave("a@h")
        party.leave("c@h")
        #expect(decided(after: .seconds(2)) == [])
        #expect(decided(after: .seconds(2.1)) == ["e"])
    }

    @Test func `nobody waits for ever for a worker that says nothing but that it is alive`() {
        _ = party.note("a@h", interval: .seconds(60), at: start)
        party.begin(election(), id: "e")
        #expect(decided(after: .seconds(4.9)) == [])
        #expect(decided(after: .seconds(5)) == ["e"])
    }

    @Test func `what is heard of elections of others changes nothing`() {
        party.update("other") { $0.acknowledge(node: "a@h") }
        #expect(decided() == [])
    }

    @Test func `only those are missed who had joined`() {
        #expect(party.note("a@h", interval: .seconds(2), at: start))
        #expect(!party.note("a@h", interval: .seconds(2), at: start))
        party.greet("c@h", at: start)
        #expect(party.takeLost(at: start + .seconds(4)) == [])
        #expect(party.takeLost(at: start + .seconds(4.1)) == ["a@h"])
        #expect(party.takeLost(at: start + .seconds(60)) == [])
    }
}
