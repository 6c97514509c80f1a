import Testing

@testable import Redis

@Suite(.timeLimit(.minutes(1))) struct ConnectionUpdatesTests {
    private let error = RedisError(.connectionFailed, message: "refused")

    private func names(_ stream: AsyncStream<RedisConnectionUpdate>) async -> [String] {
        var names: [String] = []
        for await update in stream {
            switch update {
            case .connected: names.append("connected")
            case .lost(let error): names.append("lost: \(error.message)")
            case .failed(let error, let pause): names.append("failed: \(error.message), \(pause)")
            }
        }
        return names
    }

    @Test func `everybody is told everything, in order, until the client ends`() async {
        let updates = ConnectionUpdates()
        let streams = [updates.stream(), updates.stream()]
        updates.send(.failed(error, pause: .seconds(1)))
        updates.send(.connected)
        updates.send(.lost(error))
        updates.finish()
        for stream in streams {
            #expect(await names(stream) == ["failed: refused, 1.0 seconds", "connected", "lost: refused"])
        }
    }

    @Test func `who comes later is told of the connection that there is`() async {
        let updates = ConnectionUpdates()
        updates.send(.connected)
        let early = updates.stream()
        updates.send(.lost(error))
        let late = updates.stream()
        updates.finish()
        #expect(await names(early) == ["connected", "lost: refused"])
        #expect(await names(late) == [])
    }

    @Test func `who comes after the end has nothing to wait for`() async {
        let updates = ConnectionUpdates()
        updates.send(.connected)
        updates.finish()
        #expect(await names(updates.stream()) == [])
    }
}
