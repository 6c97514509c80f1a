import Testing

@testable import Celery

@Suite struct HeldMessagesTests {
    private func delivery(_ tag: String) -> Delivery {
        Delivery(tag: tag, queue: "celery", envelope: [])
    }

    @Test func `a message that is worked on is not begun again but gains the delivery`() {
        let held = HeldMessages()
        let key = HeldMessages.Key(id: "a", producerTag: "0", queue: "q")
        #expect(held.begin(key, delivery("1")))
        #expect(!held.begin(key, delivery("2")))
        #expect(held.deliveries(of: key).map(\.tag) == ["1", "2"])
        #expect(held.end(key).map(\.tag) == ["1", "2"])
        #expect(held.begin(key, delivery("3")))
    }

    @Test func `another message of the same task is worked on as well`() {
        let held = HeldMessages()
        #expect(held.begin(HeldMessages.Key(id: "a", producerTag: "0", queue: "q"), delivery("1")))
        #expect(held.begin(HeldMessages.Key(id: "a", producerTag: "1", queue: "q"), delivery("2")))
    }

    @Test func `a copy in another queue is worked on as well`() {
        let held = HeldMessages()
        #expect(held.begin(HeldMessages.Key(id: "a", producerTag: "0", queue: "p"), delivery("1")))
        #expect(held.begin(HeldMessages.Key(id: "a", producerTag: "0", queue: "q"), delivery("2")))
    }

    @Test func `an acknowledged message that runs on is still worked on`() {
        let held = HeldMessages()
        let key = HeldMessages.Key(id: "a", producerTag: "0", queue: "q")
        #expect(held.begin(key, delivery("1")))
        #expect(held.acknowledgement(of: key) == .none)
        held.setAcknowledgement(.done, of: key)
        #expect(held.acknowledgement(of: key) == .done)
        #expect(!held.begin(key, delivery("2")))
        #expect(held.end(key).count == 2)
        #expect(held.acknowledgement(of: key) == .none)
    }
}
