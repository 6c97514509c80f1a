import Testing

@testable import Celery

@Suite struct StopControlTests {
    @Test func `a phase never goes back`() {
        let stop = StopControl()
        stop.advance(to: .cold)
        stop.advance(to: .warm)
        #expect(stop.phase == .cold)
    }

    @Test func `a later phase wakes those who wait for an earlier one`() async {
        let stop = StopControl()
        async let warm: Void = stop.reached(.warm)
        stop.advance(to: .cold)
        await warm
        await stop.reached(.cold)
    }

    @Test func `a cancelled wait ends`() async {
        let stop = StopControl()
        let waiting = Task { await stop.reached(.warm) }
        waiting.cancel()
        await waiting.value
        #expect(stop.phase == .none)
    }
}
