extension Broker {
    /// Makes effects true one after another: results first, then messages.
    public func perform(_ effects: [Effect], storingIn results: any ResultBackend) async throws {
        try await performInSteps(effects, storingIn: results)
    }

    /// What ``perform(_:storingIn:)`` does where broker and result backend are two servers.
    package func performInSteps(_ effects: [Effect], storingIn results: any ResultBackend) async throws {
        _ = try await Completion(deliveries: [], effects: effects).applyInSteps(to: results) { messages in
            try await publish(messages)
            return true
        }
    }
}
