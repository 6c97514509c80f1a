/// What a pool child is told before its first task.
struct PoolChildConfiguration: Sendable, Hashable {
    /// The node name of the worker, for ``TaskRequest/nodeName``.
    var nodeName: String
    /// The most address space the child may have, in bytes (`RLIMIT_AS`).
    var addressSpaceLimit: Int?
    /// The settings of the program, as far as its tasks need them.
    var settings: JSONObject

    var jsonValue: JSONValue {
        [
            "node": .string(nodeName), "address_space": addressSpaceLimit.map(JSONValue.integer) ?? .null,
            "settings": .object(settings),
        ]
    }

    init(nodeName: String, addressSpaceLimit: Int? = nil, settings: JSONObject = [:]) {
        self.nodeName = nodeName
        self.addressSpaceLimit = addressSpaceLimit
        self.settings = settings
    }

    init(_ value: JSONValue) throws {
        guard let nodeName = value["node"]?.stringValue else { throw PoolFrameError() }
        self.init(
            nodeName: nodeName,
            addressSpaceLimit: value["address_space"]?.intValue,
            settings: value["settings"]?.objectValue ?? [:]
        )
    }
}
