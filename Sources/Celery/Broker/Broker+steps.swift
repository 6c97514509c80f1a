extension Broker {
    /// What ``perform(_:storingIn:)`` does where broker and result backend are two servers: results first, then messages.
    package func performInSteps(_ effects: [Effect], storingIn results: any ResultBackend) async throws {
        _ = try await Completion(deliveries: [], effects: effects).applyInSteps(to: results) { messages in
            try await publish(messages)
            return true
        }
    }
}
