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
        }
    }

    /// The encoding of what it writes.
    public var contentEncoding: String {
        switch self {
        case .json, .yaml: "utf-8"
        case .msgpack: "binary"
        }
    }

    /// Whether this build can read and write it.
    public var isAvailable: Bool {
        switch self {
        case .json, .msgpack: true
        case .yaml: YAML.isBuilt
        }
    }

    /// Writes a value.
    ///
    /// What JSON does not have, such as a date, is given in kombu's tagged form: `{"__type__": …, "__value__": …}`.
    ///
    /// - Parameter value: The value.
    /// - Returns: Its bytes.
    /// - Throws: ``ContentError`` when the value has no form in this serializer.
    public func encode(_ value: JSONValue) throws(ContentError) -> [UInt8] {
        switch self {
        case .json: return value.serialized()
        case .yaml: return try YAMLWriter.write(value)
        case .msgpack: return try MessagePackWriter.write(value)
        }
    }

    /// Reads a value.
    ///
    /// - Parameter bytes: The bytes.
    /// - Returns: The value; what JSON does not have is in kombu's tagged form.
    /// - Throws: ``ContentError`` when the bytes are anything else.
    public func decode(_ bytes: [UInt8]) throws(ContentError) -> JSONValue {
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
        }
    }
}
