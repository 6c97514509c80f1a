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
    ///   - url: A `redis://`, `rediss://`, `redis+socket://` or `sentinel://` URL; of the last kind also several.
    ///   - setting: The setting that it comes from, for the error.
    ///   - sentinelOptions: Parameters of `sentinel://` URLs that are set elsewhere, which win.
    /// - Throws: ``SettingsError`` that says what is wrong, without the URL.
    package init(url: String, setting: SettingKey, sentinelOptions: [String: String] = [:]) throws {
        let plain: String
        (plain, transportOptions) = Self.split(url, sentinelOptions)
        // Whoever gets the URL needs no other setting.
        self.url = sentinelOptions.isEmpty || !Self.isSentinels(url) ? url : plain
        do {
            configuration = try RedisClientConfiguration(url: plain)
        } catch {
            throw SettingsError("\(setting.name) (\(setting.environmentVariable)) is not usable: \(error.message)")
        }
    }

    private static func isSentinels(_ url: String) -> Bool { url.lowercased().hasPrefix("sentinel:") }

    /// Takes the options of the transport out of a URL, and puts those of sentinels in.
    private static func split(
        _ url: String,
        _ sentinelOptions: [String: String]
    ) -> (plain: String, options: [String: String]) {
        let known = Set(SettingKey.routing.compactMap { $0.components.count > 1 ? $0.components.last : nil })
        var options: [String: String] = [:]
        var urls: [String] = []
        let added = isSentinels(url) ? sentinelOptions : [:]
        for part in isSentinels(url) ? url.split(separator: ";") : [url[...]] {
            let parts = part.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            var rest: [Substring] = []
            for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
                let name = String(pair.prefix { $0 != "=" })
                if known.contains(name) {
                    let value = String(pair.dropFirst(name.count + 1))
                    options[name] = value.removingPercentEncoding ?? value
                } else if added[name] == nil {
                    rest.append(pair)
                }
            }
            urls.append(parts[0] + (rest.isEmpty ? "" : "?" + rest.joined(separator: "&")))
        }
        for (name, value) in added.sorted(by: { $0.key < $1.key }) {
            let last = urls.count - 1
            urls[last] += (urls[last].contains("?") ? "&" : "?") + "\(name)=\(escaped(value))"
        }
        return (urls.joined(separator: ";"), options)
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
