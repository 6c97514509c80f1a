/// What a broker is and where: kombu's `Connection.info()` without the password.
public struct BrokerDescription: Sendable, Hashable {
    /// The transport's name, such as `redis`.
    public var transport: String
    /// The host, or the path of a Unix socket; nil where there is none.
    public var host: String?
    /// The port; nil where there is none.
    public var port: Int?
    /// The user; nil for the default one.
    public var user: String?
    /// The number of the database, as text.
    public var virtualHost: String
    /// Whether the connection is encrypted.
    public var isEncrypted: Bool
    /// Whether a password is needed.
    public var hasPassword: Bool
    /// Options of the transport that differ from the defaults.
    public var options: JSONObject
    /// The URLs of several servers that lead to the same broker, the first one included, with asterisks for passwords.
    public var alternates: [String] = []

    /// Makes a description.
    public init(
        transport: String,
        host: String? = nil,
        port: Int? = nil,
        user: String? = nil,
        virtualHost: String = "/",
        isEncrypted: Bool = false,
        hasPassword: Bool = false,
        options: JSONObject = [:]
    ) {
        self.transport = transport
        self.host = host
        self.port = port
        self.user = user
        self.virtualHost = virtualHost
        self.isEncrypted = isEncrypted
        self.hasPassword = hasPassword
        self.options = options
    }

    /// A broker in this process's memory.
    public static let memory = BrokerDescription(transport: "memory")

    /// The URL, with asterisks for the password; those of ``alternates`` with semicolons between them.
    public var url: String {
        guard alternates.isEmpty else { return alternates.joined(separator: ";") }
        let scheme = isEncrypted ? transport + "s" : transport
        let login = hasPassword ? "\(user ?? ""):********@" : user.map { "\($0)@" } ?? ""
        let place = (host.map { $0.contains(":") ? "[\($0)]" : $0 } ?? "") + (port.map { ":\($0)" } ?? "")
        return "\(scheme)://\(login)\(place)/\(virtualHost == "/" ? "" : virtualHost)"
    }

    /// The members of `stats()["broker"]`, in Celery's order.
    var jsonValue: JSONValue {
        [
            "hostname": host.map { .string($0) } ?? .null,
            "userid": user.map { .string($0) } ?? .null,
            "virtual_host": .string(virtualHost),
            "port": port.map { .integer($0) } ?? .null,
            "insist": false,
            "ssl": .bool(isEncrypted),
            "transport": .string(transport),
            "connect_timeout": 4,
            "transport_options": .object(options),
            "login_method": nil,
            "uri_prefix": nil,
            // kombu/connection.py asks for this by default; Redis has no such thing.
            "heartbeat": 120.0,
            "failover_strategy": "round-robin",
            "alternates": .array(alternates.map { .string($0) }),
            "credential_provider": nil,
        ]
    }
}
