extension Timestamp {
    /// Makes a point in time of the two numbers of a MessagePack time stamp; what is below a microsecond is cut off.
    ///
    /// Nil outside of the years 1 to 9999 that Python knows.
    init?(seconds: Int, nanoseconds: Int) {
        guard -62_135_596_800...253_402_300_799 ~= seconds, 0..<1_000_000_000 ~= nanoseconds else { return nil }
        self.init(microseconds: seconds * 1_000_000 + nanoseconds / 1000)
    }

    /// The whole seconds before this point in time, and the nanoseconds since then.
    var secondsAndNanoseconds: (seconds: Int, nanoseconds: Int) {
        let fraction = (microseconds % 1_000_000 + 1_000_000) % 1_000_000
        return ((microseconds - fraction) / 1_000_000, fraction * 1000)
    }

    /// Whether the text of a point in time says how far it is from UTC.
    static func hasOffset(_ text: String) -> Bool {
        text.utf8.dropFirst(10).contains { "Zz+-".utf8.contains($0) }
    }
}
