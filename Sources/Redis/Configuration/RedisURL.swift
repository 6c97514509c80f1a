/// The parts of a URL, with percent-encoding undone.
///
/// Follows what redis-py (`redis/connection.py`, `parse_url`) and kombu (`kombu/utils/url.py`) accept, which is a
/// little more than the standard: a password may hold any character but `@`, `/` and `?`.
struct RedisURL {
    let scheme: String
    var username: String?
    var password: String?
    var host: String?
    var port: Int?
    /// The path with its leading slash; empty without one.
    var path: String
    var query: [(name: String, value: String)] = []

    init(_ text: String) throws(RedisError) {
        guard let schemeEnd = RedisURL.range(of: "://", in: text) else {
            throw RedisURL.invalid("it has no scheme such as redis://")
        }
        scheme = text[..<schemeEnd.lowerBound].lowercased()
        var rest = text[schemeEnd.upperBound...]
        if let mark = rest.firstIndex(of: "?") {
            query = try RedisURL.query(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        let authority = rest.prefix { $0 != "/" }
        path = try RedisURL.decoded(rest[authority.endIndex...])
        var address = authority
        if let at = authority.lastIndex(of: "@") {
            address = authority[authority.index(after: at)...]
            let user = authority[..<at]
            let name = user.prefix { $0 != ":" }
            if !name.isEmpty { username = try RedisURL.decoded(name) }
            if name.endIndex < user.endIndex {
                let secret = try RedisURL.decoded(user[user.index(after: name.endIndex)...])
                password = secret.isEmpty ? nil : secret
            }
        }
        try readAddress(address)
    }

    private mutating func readAddress(_ address: Substring) throws(RedisError) {
        var name = address
        var digits: Substring?
        if address.hasPrefix("[") {
            guard let end = address.firstIndex(of: "]") else { throw RedisURL.invalid("the host lacks a ]") }
            name = address[address.index(after: address.startIndex)..<end]
            let rest = address[address.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw RedisURL.invalid("the host has a wrong form") }
            digits = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = address.lastIndex(of: ":") {
            name = address[..<colon]
            guard !name.contains(":") else { throw RedisURL.invalid("an IPv6 address needs brackets") }
            digits = address[address.index(after: colon)...]
        }
        let host = try RedisURL.decoded(name)
        self.host = host.isEmpty ? nil : host
        guard let digits, !digits.isEmpty else { return }
        guard let port = Int(digits), (1...65_535).contains(port) else {
            throw RedisURL.invalid("the port is no number from 1 to 65535")
        }
        self.port = port
    }

    private static func query(_ text: Substring) throws(RedisError) -> [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        for pair in text.split(separator: "&") {
            let name = pair.prefix { $0 != "=" }
            let value = pair[name.endIndex...].dropFirst()
            query.append((try decoded(name), try decoded(value)))
        }
        return query
    }

    private static func decoded(_ text: Substring) throws(RedisError) -> String {
        guard text.contains("%") else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                throw invalid("a % is not followed by two hexadecimal digits")
            }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw invalid("percent-encoded bytes are not UTF-8")
        }
        return decoded
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(UnicodeScalar(byte)).hexDigitValue.map(UInt8.init)
    }

    private static func range(of separator: String, in text: String) -> Range<String.Index>? {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix(separator) else { return nil }
        return colon..<text.index(colon, offsetBy: separator.count)
    }

    // Never quotes the URL: a password may stand anywhere in one that is malformed.
    static func invalid(_ reason: String) -> RedisError {
        RedisError(.invalidURL, message: "the Redis URL is not valid: \(reason)")
    }
}
