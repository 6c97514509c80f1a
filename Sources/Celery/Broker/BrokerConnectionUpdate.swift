/// What becomes of a broker's connection.
public enum BrokerConnectionUpdate: Sendable, Hashable {
    /// It is there.
    case connected
    /// It broke, and is being made anew.
    ///
    /// - Parameter reason: Why, in words without passwords.
    case lost(reason: String)
    /// It could not be made; there will be another try.
    ///
    /// - Parameters:
    ///   - reason: Why, in words without passwords.
    ///   - pause: How long until the next try.
    case failed(reason: String, pause: Duration)
}
