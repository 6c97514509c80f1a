/// What Celery's serializer `auth` writes: contents of another serializer with the signature of whoever sent them.
///
/// Signer, signature, media type, encoding and contents with separators between, all of it in Base64
/// (celery/security/serialization.py, `_pack`). Only the contents are signed.
struct SignedContent {
    /// The certificate of the signer: its issuer and its serial number.
    let signer: String
    let signature: [UInt8]
    /// The media type of the contents.
    let contentType: String
    let body: [UInt8]

    /// Takes it apart, and verifies nothing.
    ///
    /// - Parameter bytes: What was written; Base64 is read strictly, where Python skips what does not belong to it.
    /// - Throws: ``ContentError`` when it is anything else.
    init(unpacking bytes: [UInt8]) throws(ContentError) {
        guard let fields = Base64.decode(String(decoding: bytes, as: UTF8.self)), let parts = Self.split(fields),
            let signer = Self.decoded(parts[0]).flatMap({ String(validating: $0, as: UTF8.self) }),
            let signature = Self.decoded(parts[1]), let type = String(validating: parts[2], as: UTF8.self)
        else { throw ContentError(.malformed, "is not what the serializer auth writes") }
        self.signer = signer
        self.signature = signature
        contentType = type
        body = Array(parts[4])
    }

    /// The value that is signed.
    ///
    /// Celery reads it in any serializer, whatever is accepted without a signature.
    func value() throws(ContentError) -> JSONValue {
        guard let serializer = Serializer(named: contentType), serializer != .auth else {
            throw ContentError(.malformed, "is signed, but in a serializer that is not read here")
        }
        return try serializer.decode(body)
    }

    /// Puts contents together with their signature.
    static func pack(signer: String, signature: [UInt8], _ body: [UInt8], _ serializer: Serializer) -> [UInt8] {
        let fields: [[UInt8]] = [
            Base64.encode(Array(signer.utf8)), Base64.encode(signature), Array(serializer.contentType.utf8),
            Array(serializer.contentEncoding.utf8), body,
        ]
        return Base64.encode(Array(fields.joined(separator: separator)))
    }

    private static let separator: [UInt8] = [0, 1]

    /// The five fields; in the last one separators are nothing but bytes.
    private static func split(_ fields: [UInt8]) -> [ArraySlice<UInt8>]? {
        var parts: [ArraySlice<UInt8>] = []
        var rest = fields[...]
        while parts.count < 4 {
            guard
                let end = zip(rest.indices, rest.indices.dropFirst()).first(where: {
                    fields[$0] == 0 && fields[$1] == 1
                })
            else { return nil }
            parts.append(rest[..<end.0])
            rest = rest[(end.1 + 1)...]
        }
        return parts + [rest]
    }

    private static func decoded(_ field: ArraySlice<UInt8>) -> [UInt8]? {
        Base64.decode(String(decoding: field, as: UTF8.self))
    }
}
