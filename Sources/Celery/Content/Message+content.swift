extension Message {
    /// Decompresses and reads the body.
    ///
    /// - Parameter settings: Which bodies are read.
    /// - Returns: What the body holds.
    /// - Throws: ``MessageError`` when it is not accepted, or cannot be read.
    public func content(_ settings: ContentSettings = .init()) throws(MessageError) -> JSONValue {
        // kombu/serialization.py, loads: no type means bytes, which nobody needs to accept since nothing is read in them.
        let type = contentType.flatMap { $0.isEmpty ? nil : $0 } ?? "application/data"
        let serializer = Serializer(named: type).flatMap { settings.accepted.contains($0) ? $0 : nil }
        if serializer == nil, type != "application/data", type != "application/text" {
            throw MessageError(.contentDisallowed, member: "content-type", problem: "\(type) is not accepted")
        }
        do throws(ContentError) {
            let bytes = try decompressed(limit: settings.maximumBodySize)
            guard let serializer else {
                try Self.refuseSigned(bytes)
                return try raw(bytes)
            }
            return try settings.decode(bytes, by: serializer)
        } catch {
            let code: MessageError.Code = error.code == .notAvailable ? .unsupportedCompression : .malformed
            throw MessageError(code, member: "body", problem: error.problem)
        }
    }

    private func decompressed(limit: Int) throws(ContentError) -> [UInt8] {
        guard let name = compression else { return body }
        guard let compression = Compression(named: name) else {
            throw ContentError(.notAvailable, "is compressed as \(name), which is not known")
        }
        return try compression.decompress(body, limit: limit)
    }

    /// Says what to do about a body that Celery's serializer `auth` has written: its own type is that of bytes.
    private static func refuseSigned(_ body: [UInt8]) throws(ContentError) {
        guard (try? SignedContent(unpacking: body)) != nil else { return }
        let reason =
            Serializer.auth.isAvailable
            ? "which accept_content does not name: name it, and say in security_cert_store who is believed"
            : "and this program was built without the package trait Auth: build it with that"
        throw ContentError(
            .notAvailable,
            "is signed by the serializer auth, \(reason), or have its sender use another serializer, such as json"
        )
    }

    /// A body that no serializer wrote: text in the encoding that the message names, or bytes.
    private func raw(_ bytes: [UInt8]) throws(ContentError) -> JSONValue {
        switch contentEncoding?.lowercased() {
        case "binary", "ascii-8bit":
            return .tagged(bytes: bytes)
        case nil, "", "utf-8", "utf8", "us-ascii", "ascii":
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ContentError(.malformed, "is not UTF-8")
            }
            return .string(text)
        case let encoding?:
            throw ContentError(.malformed, "is text in \(encoding), which is not known")
        }
    }

    /// Makes the body anew.
    ///
    /// - Parameters:
    ///   - content: What it holds.
    ///   - serializer: How it is written.
    ///   - compression: How it is compressed; not at all when nil.
    ///   - security: Who signs it, where it is signed.
    /// - Throws: ``ContentError`` when the serializer has no form for it.
    mutating func setContent(
        _ content: JSONValue,
        serializer: Serializer,
        compression: Compression?,
        security: MessageSecurity?
    ) throws(ContentError) {
        body = try serializer.encode(content, security: security)
        contentType = serializer.contentType
        contentEncoding = serializer.contentEncoding
        headers["compression"] = nil
        guard let compression else { return }
        body = try compression.compress(body)
        headers["compression"] = .string(compression.contentType)
    }

    /// Makes the body anew, written and compressed as the body of another message is, or in JSON where that has no form
    /// for it.
    mutating func setContent(_ content: JSONValue, like other: Message, security: MessageSecurity?) {
        setContent(
            content,
            preferring: other.contentType.flatMap(Serializer.init(named:)) ?? .json,
            compression: other.compression.flatMap(Compression.init(named:)),
            security: security
        )
    }

    /// Makes the body anew in a serializer, or in JSON where that has no form for it.
    mutating func setContent(
        _ content: JSONValue,
        preferring serializer: Serializer,
        compression: Compression? = nil,
        security: MessageSecurity?
    ) {
        do throws(ContentError) {
            try setContent(content, serializer: serializer, compression: compression, security: security)
        } catch {
            body = content.serialized()
            contentType = Serializer.json.contentType
            contentEncoding = Serializer.json.contentEncoding
            headers["compression"] = nil
        }
    }
}
