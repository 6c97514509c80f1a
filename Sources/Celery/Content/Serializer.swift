import Codecs

/// How values are written into bodies and results, by kombu's names.
///
/// Python's `pickle` is missing on purpose: reading it runs whatever its sender wants.
public enum Serializer: String, Sendable, Hashable, CaseIterable {
    /// JSON with kombu's tags for what JSON does not have.
    case json
    /// YAML as PyYAML's `safe_load` reads it, with the package trait `YAML`.
    case yaml
    /// MessagePack.
    case msgpack
    /// JSON that is signed, with the package trait `Auth`; what is read may be signed in any other serializer.
    case auth

    /// Finds a serializer by its name, or by its media type.
    ///
    /// - Parameter name: Such as `yaml` or `application/x-yaml`.
    public init?(named name: String) {
        guard let serializer = Self.allCases.first(where: { $0.rawValue == name || $0.contentType == name }) else {
            return nil
        }
        self = serializer
    }

    /// The media type of what it writes (kombu/serialization.py).
    public var contentType: String {
        switch self {
        case .json: "application/json"
        case .yaml: "application/x-yaml"
        case .msgpack: "application/x-msgpack"
        case .auth: "application/data"
        }
    }

    /// The encoding of what it writes.
    public var contentEncoding: String {
        switch self {
        case .json, .yaml, .auth: "utf-8"
        case .msgpack: "binary"
        }
    }

    /// Whether this build can read and write it.
    public var isAvailable: Bool {
        switch self {
        case .json, .msgpack: true
        case .yaml: YAML.isBuilt
        case .auth: SigningKey.isBuilt
        }
    }

    /// Writes a value.
    ///
    /// What JSON does not have, such as a date, is given in kombu's tagged form: `{"__type__": …, "__value__": …}`.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - security: Who signs, for ``auth``.
    /// - Returns: Its bytes.
    /// - Throws: ``ContentError`` when the value has no form in this serializer.
    public func encode(_ value: JSONValue, security: MessageSecurity? = nil) throws(ContentError) -> [UInt8] {
        switch self {
        case .json: return value.serialized()
        case .yaml: return try YAMLWriter.write(value)
        case .msgpack: return try MessagePackWriter.write(value)
        case .auth:
            guard let security else { throw ContentError(.notAvailable, "cannot be signed: no key is set") }
            return try security.encode(value)
        }
    }

    /// Reads a value.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - security: Whose signatures are believed, for ``auth``.
    /// - Returns: The value; what JSON does not have is in kombu's tagged form.
    /// - Throws: ``ContentError`` when the bytes are anything else, or their signature is not believed.
    public func decode(_ bytes: [UInt8], security: MessageSecurity? = nil) throws(ContentError) -> JSONValue {
        switch self {
        case .json:
            do throws(JSONError) {
                return try JSONValue(parsing: bytes)
            } catch {
                throw ContentError(.malformed, "is not JSON: \(error)")
            }
        case .yaml:
            return try YAMLReader.read(bytes)
        case .msgpack:
            return try MessagePackReader.read(bytes)
        case .auth:
            guard let security else { throw ContentError(.notAvailable, "is signed, and no certificate store is set") }
            return try security.decode(bytes)
        }
    }
}
