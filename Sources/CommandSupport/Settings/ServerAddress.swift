import Foundation
package import Redis

/// Where a Redis server is: the URL as it was given, and what it says.
package struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// The URL, password included: for those who have to connect, not for logs.
    package let url: String
    /// What the URL says.
    package private(set) var configuration: RedisClientConfiguration
    /// The parameters of the URL that are not about the connection: options of kombu's transport.
    package let transportOptions: [String: String]

    /// Reads a URL.
    ///
    /// - Parameters:
    ///   - url: A `redis://`, `rediss://` or `redis+socket://` URL.
    ///   - setting: The setting that it comes from, for the error.
    /// - Throws: ``SettingsError`` that says what is wrong, without the URL.
    package init(url: String, setting: SettingKey) throws {
        do {
            self.url = url
            let (plain, options) = Self.split(url)
            transportOptions = options
            configuration = try RedisClientConfiguration(url: plain)
        } catch {
            throw SettingsError("\(setting.name) (\(setting.environmentVariable)) is not usable: \(error.message)")
        }
    }

    /// Takes the options of the transport out of a URL.
    private static func split(_ url: String) -> (plain: String, options: [String: String]) {
        guard let mark = url.firstIndex(of: "?") else { return (url, [:]) }
        let known = Set(SettingKey.routing.compactMap { $0.components.count > 1 ? $0.components.last : nil })
        var options: [String: String] = [:]
        var rest: [Substring] = []
        for pair in url[url.index(after: mark)...].split(separator: "&") {
            let name = String(pair.prefix { $0 != "=" })
            if known.contains(name) {
                let value = String(pair.dropFirst(name.count + 1))
                options[name] = value.removingPercentEncoding ?? value
            } else {
                rest.append(pair)
            }
        }
        return (String(url[..<mark]) + (rest.isEmpty ? "" : "?" + rest.joined(separator: "&")), options)
    }

    /// Writes the URL of a server that is given in parts, as `REDIS_HOST` and its like do.
    package static func url(host: String, port: Int, database: Int, password: String?) -> String {
        let login = password.map { ":\(escaped($0))@" } ?? ""
        let host = host.contains(":") ? "[\(host)]" : host
        return "redis://\(login)\(host):\(port)/\(database)"
    }

    /// The same server, with another time for each attempt to connect.
    func connecting(within time: Duration) -> ServerAddress {
        var copy = self
        copy.configuration.connectTimeout = time
        return copy
    }

    /// The same server, with less patience.
    func limitingWaiting(to time: Duration) -> ServerAddress {
        var copy = connecting(within: time)
        copy.configuration.commandTimeout = time
        return copy
    }

    private static func escaped(_ text: String) -> String {
        // RFC 3986, 2.3: what may stand anywhere in a URL.
        let harmless = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: harmless) ?? ""
    }

    /// The server, without user and password.
    package var description: String { configuration.description }
}
