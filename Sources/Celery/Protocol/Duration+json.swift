extension Duration {
    /// The duration in seconds: an integer when it is whole, as Python's callers give it.
    var jsonSeconds: JSONValue {
        let (seconds, attoseconds) = components
        return attoseconds == 0
            ? .integer(Int(seconds)) : .double(Double(seconds) + Double(attoseconds) / 1e18)
    }
}

extension JSONValue {
    /// So many seconds; nil for what is no number, and for more than a duration or any limit needs.
    var duration: Duration? {
        guard let seconds = doubleValue, seconds.isFinite, abs(seconds) < 1e12 else { return nil }
        return .seconds(seconds)
    }
}
