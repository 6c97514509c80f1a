internal import Crypto

/// The text of a Lua script and the digest by which the server knows it.
public struct RedisScriptSource: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The script's text.
    public let text: String
    /// The SHA-1 of the text in lower-case hexadecimal digits, as `EVALSHA` wants it.
    public let sha1: String

    /// Creates a source and computes its digest.
    ///
    /// - Parameter text: The script's text.
    public init(_ text: String) {
        self.text = text
        var digits = ""
        for byte in Insecure.SHA1.hash(data: Array(text.utf8)) {
            if byte < 16 { digits += "0" }
            digits += String(byte, radix: 16)
        }
        self.sha1 = digits
    }

    /// Creates a source from a literal.
    ///
    /// - Parameter value: The script's text.
    public init(stringLiteral value: String) { self.init(value) }
}
