public import Foundation

/// How results are kept, and read again; the defaults are Celery's (celery/app/defaults.py, `result_*`).
///
/// They belong to a ``ResultBackend``: whoever writes results and whoever reads them have the same ones.
public struct ResultSettings: Sendable, Hashable {
    /// How long results are kept (`result_expires`), in whole seconds; zero for ever.
    ///
    /// A day by default.
    public var expires: Duration
    /// How long failures are kept (`result_failure_expires`); as other results when nil, zero for ever.
    public var failureExpires: Duration?
    /// How long the parts of chords are kept (`result_chord_expires`); as results when nil, zero for ever.
    public var chordExpires: Duration?
    /// Whether a result tells of its task's name, arguments, worker, retries and queue (`result_extended`).
    public var isExtended: Bool
    /// How results are compressed (`result_compression`); not at all when nil.
    ///
    /// Compressed results are read whatever this says. Celery reads them from version 5.7 on.
    public var compression: Compression?
    /// How results are written (`result_serializer`).
    ///
    /// A reader must have the same setting, since a stored result does not tell; ours also reads JSON,
    /// unless results are signed.
    public var serializer: Serializer
    /// The serializers of results that are read (`result_accept_content`); all that are known when nil.
    public var accepted: Set<Serializer>?
    /// Whether the parts of a chord keep the order of its header (`result_chord_ordered`).
    ///
    /// All workers must agree on it.
    public var keepsChordOrder: Bool
    /// How often a result is written again when the backend cannot be reached.
    public var retries: ResultRetries
    /// How many bytes a compressed result may hold, 256 MiB by default.
    public var maximumSize: Int
    /// Who signs results, and whose are believed, where the serializer is ``Serializer/auth``.
    public var security: MessageSecurity?
    /// In which time zone the end of a task is written (`timezone`, `enable_utc`); in UTC when nil.
    public var timeZone: TimeZone?

    /// Makes settings; the defaults are Celery's.
    public init(
        expires: Duration = .seconds(86400),
        failureExpires: Duration? = nil,
        chordExpires: Duration? = nil,
        isExtended: Bool = false,
        compression: Compression? = nil,
        serializer: Serializer = .json,
        accepted: Set<Serializer>? = nil,
        keepsChordOrder: Bool = true,
        retries: ResultRetries = .init(),
        maximumSize: Int = 256 << 20,
        security: MessageSecurity? = nil,
        timeZone: TimeZone? = nil
    ) {
        self.expires = expires
        self.failureExpires = failureExpires
        self.chordExpires = chordExpires
        self.isExtended = isExtended
        self.compression = compression
        self.serializer = serializer
        self.accepted = accepted
        self.keepsChordOrder = keepsChordOrder
        self.retries = retries
        self.maximumSize = maximumSize
        self.security = security
        self.timeZone = timeZone
    }
}

// MARK: Lifetimes

extension ResultSettings {
    /// Seconds for which a state is kept; 0 for ever.
    package func lifetime(of state: TaskState) -> Int {
        // celery/backends/redis.py, _set_with_state
        Self.seconds(state == .failure ? failureExpires ?? expires : expires)
    }

    /// Seconds for which the parts of a chord are kept; 0 for ever.
    package var chordLifetime: Int { Self.seconds(chordExpires ?? expires) }

    /// Seconds for which what users read of a group as well is kept; 0 for ever.
    package var groupLifetime: Int {
        // celery/backends/base.py, _chord_result_expires: never for less than results.
        let (chord, result) = (chordLifetime, Self.seconds(expires))
        return chord == 0 || result == 0 ? 0 : max(chord, result)
    }

    private static func seconds(_ duration: Duration) -> Int {
        max(Int(duration.components.seconds), 0)
    }
}

// MARK: Form

extension ResultSettings {
    // celery/backends/base.py, COMPRESSED_PAYLOAD_MAGIC: then the media type, a zero byte, and the compressed bytes.
    private static let compressedMark = Array("\0celery-compressed\0".utf8)

    /// Writes what is stored: a result document, a part of a chord, a group.
    ///
    /// What the serializer has no form for is written as the text that Python's `repr` shows for it, so that there always
    /// is something to store. Return values are refused before it comes to that.
    package func encode(_ value: JSONValue) -> [UInt8] {
        let bytes: [UInt8]
        do throws(ContentError) {
            bytes = try serializer.encode(value, security: security)
        } catch {
            // A serializer that is not built in cannot write anything; others can write this.
            bytes = (try? serializer.encode(serializer.representable(value))) ?? value.serialized()
        }
        // Only a library without memory fails here, and uncompressed results are read by everybody.
        guard let compression, let compressed = try? compression.compress(bytes) else { return bytes }
        return Self.compressedMark + Array(compression.contentType.utf8) + [0] + compressed
    }

    /// Reads what is stored.
    ///
    /// - Parameter bytes: What was written here or by Celery.
    /// - Returns: The value.
    /// - Throws: ``ContentError`` when it is anything else.
    package func decode(_ bytes: [UInt8]) throws(ContentError) -> JSONValue {
        let bytes = try decompressed(bytes)
        // What another serializer writes for a dict or a list never begins so. Where results are signed, all are.
        let isJSON = bytes.first == UInt8(ascii: "{") || bytes.first == UInt8(ascii: "[") && serializer != .yaml
        let serializer = isJSON && serializer != .auth ? .json : serializer
        guard accepted?.contains(serializer) ?? true else {
            throw ContentError(.notAccepted, "is in \(serializer.rawValue), which result_accept_content does not name")
        }
        return try serializer.decode(bytes, security: security)
    }

    private func decompressed(_ bytes: [UInt8]) throws(ContentError) -> [UInt8] {
        guard bytes.starts(with: Self.compressedMark) else { return bytes }
        let rest = bytes[Self.compressedMark.count...]
        guard let end = rest.firstIndex(of: 0) else {
            throw ContentError(.malformed, "is compressed, but not said how")
        }
        let name = String(decoding: rest[..<end], as: UTF8.self)
        guard let compression = Compression(named: name) else {
            throw ContentError(.notAvailable, "is compressed in a way that is not known")
        }
        return try compression.decompress(Array(rest[(end + 1)...]), limit: maximumSize)
    }

    /// What is wrong with a value that cannot be stored; nil when it can.
    func problem(with value: JSONValue) -> String? {
        // Everything has a form in JSON.
        guard serializer != .json, serializer != .auth else { return nil }
        do throws(ContentError) {
            _ = try serializer.encode(value)
            return nil
        } catch {
            return "the result \(error)"
        }
    }
}

extension Serializer {
    /// The value with everything that this serializer has no form for shown as text.
    func representable(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements):
            return .array(elements.map(representable))
        case .object(let object) where JSONTag.parts(of: value) == nil:
            return .object(JSONObject(pairs: object.map { ($0.key, representable($0.value)) }))
        default:
            let isWritable = (try? encode(value)) != nil
            return isWritable ? value : .string(value.pythonRepr())
        }
    }
}
