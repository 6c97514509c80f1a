/// A value that can be an argument of a command.
///
/// Optional values are not arguments: Redis has no null argument, so what absence means is the command's decision.
public protocol RedisArgument: Sendable {
    /// Writes the argument.
    ///
    /// - Parameter writer: Where to write it.
    func write(to writer: inout RESPWriter)
}

extension String: RedisArgument {
    /// Writes the text as UTF-8.
    ///
    /// - Parameter writer: Where to write it.
    public func write(to writer: inout RESPWriter) { writer.write(self) }
}

extension Substring: RedisArgument {
    /// Writes the text as UTF-8.
    ///
    /// - Parameter writer: Where to write it.
    public func write(to writer: inout RESPWriter) { writer.write(self) }
}

extension [UInt8]: RedisArgument {
    /// Writes the bytes as they are.
    ///
    /// - Parameter writer: Where to write them.
    public func write(to writer: inout RESPWriter) { writer.write(self) }
}

extension ArraySlice<UInt8>: RedisArgument {
    /// Writes the bytes as they are.
    ///
    /// - Parameter writer: Where to write them.
    public func write(to writer: inout RESPWriter) { writer.write(self) }
}

extension Int: RedisArgument {
    /// Writes the number in decimal digits.
    ///
    /// - Parameter writer: Where to write it.
    public func write(to writer: inout RESPWriter) { writer.write(self) }
}

extension Int64: RedisArgument {
    /// Writes the number in decimal digits.
    ///
    /// - Parameter writer: Where to write it.
    public func write(to writer: inout RESPWriter) { writer.write(String(self)) }
}

extension Double: RedisArgument {
    /// Writes the shortest digits that give the same number again; whole numbers without a fraction.
    ///
    /// - Parameter writer: Where to write it.
    public func write(to writer: inout RESPWriter) { writer.write(redisText) }

    // Redis reads numbers with strtod: "inf", "-inf" and exponents are as Swift writes them. Scores that are whole
    // numbers are written as Redis would print them itself.
    var redisText: String {
        magnitude < 0x1p53 && rounded(.towardZero) == self ? String(Int64(self)) : String(self)
    }
}
