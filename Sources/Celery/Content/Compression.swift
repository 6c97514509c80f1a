import Codecs

/// How a body or a result is compressed.
///
/// `zlib` and `zstd` are always there; the others need a package trait (`Bzip2`, `LZMA`, `Brotli`), so that nobody else
/// needs their libraries.
public enum Compression: String, Sendable, Hashable, CaseIterable {
    /// zlib streams; Celery's `gzip` means the same.
    case zlib
    /// Zstandard.
    case zstd
    /// bzip2, with the package trait `Bzip2`.
    case bzip2
    /// xz, with the package trait `LZMA`.
    case lzma
    /// Brotli, with the package trait `Brotli`.
    case brotli

    /// Finds a compression by one of kombu's names for it, or by its media type.
    ///
    /// - Parameter name: Such as `gzip`, `zstandard` or `application/x-bz2`.
    public init?(named name: String) {
        // kombu/compression.py
        switch name {
        case "zlib", "gzip", "application/x-gzip": self = .zlib
        case "zstd", "zstandard", "application/zstd": self = .zstd
        case "bzip2", "bzip", "application/x-bz2": self = .bzip2
        case "lzma", "xz", "application/x-lzma": self = .lzma
        case "brotli", "application/x-brotli": self = .brotli
        default: return nil
        }
    }

    /// The media type that the header `compression` and compressed results hold.
    public var contentType: String {
        switch self {
        case .zlib: "application/x-gzip"
        case .zstd: "application/zstd"
        case .bzip2: "application/x-bz2"
        case .lzma: "application/x-lzma"
        case .brotli: "application/x-brotli"
        }
    }

    /// Whether this build can compress and decompress so.
    public var isAvailable: Bool {
        switch self {
        case .zlib, .zstd: true
        case .bzip2: Bzip2.isBuilt
        case .lzma: LZMA.isBuilt
        case .brotli: Brotli.isBuilt
        }
    }

    /// Compresses.
    ///
    /// - Parameter bytes: What to compress.
    /// - Returns: The stream.
    /// - Throws: ``ContentError``.
    public func compress(_ bytes: [UInt8]) throws(ContentError) -> [UInt8] {
        do throws(CodecError) {
            switch self {
            case .zlib: return try Zlib.compress(bytes)
            case .zstd: return try Zstandard.compress(bytes)
            case .bzip2: return try Bzip2.compress(bytes)
            case .lzma: return try LZMA.compress(bytes)
            case .brotli: return try Brotli.compress(bytes)
            }
        } catch {
            throw ContentError(error, verb: "be compressed as \(contentType)")
        }
    }

    /// Decompresses one stream.
    ///
    /// - Parameters:
    ///   - bytes: The stream, with nothing behind it.
    ///   - limit: The most bytes it may hold: no more than that, and a little of the library's own, is ever allocated.
    /// - Returns: What it holds.
    /// - Throws: ``ContentError``.
    public func decompress(_ bytes: [UInt8], limit: Int) throws(ContentError) -> [UInt8] {
        do throws(CodecError) {
            switch self {
            case .zlib: return try Zlib.decompress(bytes, limit: limit)
            case .zstd: return try Zstandard.decompress(bytes, limit: limit)
            case .bzip2: return try Bzip2.decompress(bytes, limit: limit)
            case .lzma: return try LZMA.decompress(bytes, limit: limit)
            case .brotli: return try Brotli.decompress(bytes, limit: limit)
            }
        } catch {
            throw ContentError(error, verb: "be decompressed as \(contentType)")
        }
    }
}

extension ContentError {
    /// The fault of a library; `verb` says what could not be done.
    init(_ error: CodecError, verb: String) {
        switch error {
        case .notBuilt(let trait):
            self.init(.notAvailable, "cannot \(verb): this program was built without the package trait \(trait)")
        case .damaged:
            self.init(.malformed, "cannot \(verb): it is damaged")
        case .tooLarge(let limit):
            self.init(.tooLarge, "cannot \(verb): it holds more than \(limit) bytes")
        case .tooDeep, .syntax, .failed:
            self.init(.notEncodable, "cannot \(verb): the library failed")
        }
    }
}
