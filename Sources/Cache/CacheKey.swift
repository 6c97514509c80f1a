public import Celery
internal import Crypto

/// The key under which the result of one call is cached.
///
/// Equal to the key that the Python service makes of the same call, so that both find each other's results:
///
/// ```swift
/// let key = CacheKey(prefix: "get_answer", args: ["什么是 BM25?"], kwargs: ["top_k": 5]).rawValue  // "get_answer:…"
/// ```
///
/// As in Python, `1` and `1.0` are different arguments, and so are a positional and a keyword argument.
public struct CacheKey: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The key as Redis knows it.
    public let rawValue: String

    /// Names a key that was made elsewhere.
    ///
    /// - Parameter rawValue: The key as Redis knows it.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Makes the key of a call.
    ///
    /// - Parameters:
    ///   - prefix: What stands before the digest; Python's default is the function's name.
    ///   - args: The positional arguments.
    ///   - kwargs: The keyword arguments; their order does not matter.
    public init(prefix: String, args: [JSONValue] = [], kwargs: JSONObject = [:]) {
        // md5(json.dumps([args, kwargs], sort_keys=True, ensure_ascii=False)).hexdigest()[:12]
        let call = JSONValue.array([.array(args), .object(kwargs)])
        let digest = Insecure.MD5.hash(data: call.serialized(.pythonUnicode.sorted))
        self.rawValue = "\(prefix):\(CacheKey.hexadecimal(digest.prefix(6)))"
    }

    /// The key as Redis knows it.
    public var description: String { rawValue }

    /// Writes a text so that it stands for itself in a pattern of Redis.
    ///
    /// Without it, an identifier such as `*` would clear what belongs to others.
    ///
    /// - Parameter text: Any text, such as an identifier that came from outside.
    /// - Returns: The text with a backslash before each character that has a meaning in patterns.
    public static func escapedForPattern(_ text: String) -> String {
        var escaped = ""
        // util.c, stringmatchlen: these are the characters that do not stand for themselves.
        for scalar in text.unicodeScalars {
            if "*?[]^-\\".unicodeScalars.contains(scalar) { escaped.unicodeScalars.append("\\") }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
