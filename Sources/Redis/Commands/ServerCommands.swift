/// `PING`: whether the server answers.
public struct Ping: RedisCommand {
    /// Creates the command.
    public init() {}

    /// `PING`.
    public var name: String { "PING" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {}

    /// Nothing: a reply that is no error is success.
    ///
    /// - Parameter reply: The reply.
    public func decode(_ reply: RedisValue) {}
}

/// `PUBLISH`: sends a message to a channel; the response is how many got it.
public struct Publish: RedisCommand {
    /// The message.
    public var payload: any RedisArgument
    /// The channel.
    public var channel: String

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - payload: The message.
    ///   - channel: The channel.
    public init(_ payload: any RedisArgument, to channel: String) {
        self.payload = payload
        self.channel = channel
    }

    /// `PUBLISH`.
    public var name: String { "PUBLISH" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(channel)
        payload.write(to: &writer)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}

/// `TIME`: the server's clock, as the time since 1970.
public struct Time: RedisCommand {
    /// Creates the command.
    public init() {}

    /// `TIME`.
    public var name: String { "TIME" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {}

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The time since 1970.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Duration {
        guard let parts = reply.array, parts.count == 2, let seconds = parts[0].integer, let micros = parts[1].integer
        else {
            throw reply.unexpected("seconds and microseconds")
        }
        return .seconds(seconds) + .microseconds(micros)
    }
}

/// `INFO`: what the server tells about itself.
public struct Info: RedisCommand {
    /// The section, such as `clients`; nil is the usual ones.
    public var section: String?

    /// Creates the command.
    ///
    /// - Parameter section: The section, such as `clients`; nil is the usual ones.
    public init(_ section: String? = nil) {
        self.section = section
    }

    /// `INFO`.
    public var name: String { "INFO" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) { if let section { writer.write(section) } }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The fields.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> ServerInfo {
        guard let text = reply.string else { throw reply.unexpected("text") }
        return ServerInfo(text)
    }
}

/// What `INFO` tells.
public struct ServerInfo: Sendable, Hashable {
    /// The values by their names.
    public let fields: [String: String]

    init(_ text: String) {
        var fields: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] = String(line[line.index(after: colon)...])
        }
        self.fields = fields
    }

    /// The value of a field.
    ///
    /// - Parameter name: The field's name, such as `redis_version`.
    public subscript(name: String) -> String? { fields[name] }
}
