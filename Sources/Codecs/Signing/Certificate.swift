#if Auth
import COpenSSL
#endif

/// An X.509 certificate of an RSA key, with the package trait `Auth`.
///
/// It says whose signatures are believed; who issued it is not looked into (celery/security/certificate.py).
#if Auth
// OpenSSL counts the references to a key, and any number of threads may use one that nobody changes.
package final class Certificate: @unchecked Sendable {
    /// What signatures name it by: the values of the issuer's name and the serial number, with blanks between.
    package let id: String
    /// When it expires, in seconds since 1970.
    package let expiry: Int

    private let key: OpaquePointer

    /// Reads a certificate.
    ///
    /// - Parameter pem: The certificate in PEM; what follows it does not count.
    /// - Throws: ``CodecError`` when it is none, or its key is not of RSA.
    package init(pem: [UInt8]) throws(CodecError) {
        guard let certificate = PSS.read(pem, { PEM_read_bio_X509($0, nil, nil, nil) }) else { throw .damaged }
        defer {
            X509_free(certificate)
            ERR_clear_error()
        }
        guard let issuer = Self.values(of: X509_get_issuer_name(certificate)),
            let serial = Self.serial(of: certificate), let expiry = Self.expiry(of: certificate)
        else { throw .damaged }
        id = (issuer + [serial]).joined(separator: " ")
        self.expiry = expiry
        key = try PSS.rsa(X509_get_pubkey(certificate))
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// Whether its key has made a signature.
    ///
    /// - Parameters:
    ///   - bytes: What was signed.
    ///   - signature: The signature.
    ///   - digest: The name of the digest, such as `sha256`.
    /// - Returns: Whether it is good; false when there is no such digest.
    package func verifies(_ bytes: [UInt8], signature: [UInt8], digest: String) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        var padding: OpaquePointer?
        guard let digest = EVP_get_digestbyname(digest),
            EVP_DigestVerifyInit(context, &padding, digest, nil, key) == 1, PSS.pad(padding)
        else { return false }
        return EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
    }

    /// The values of a name in the order in which they are written; nil when one is no text.
    private static func values(of name: OpaquePointer?) -> [String]? {
        guard let name else { return nil }
        var values: [String] = []
        for index in 0..<X509_NAME_entry_count(name) {
            var text: UnsafeMutablePointer<UInt8>?
            let length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)))
            guard let text, length >= 0 else { return nil }
            defer { CRYPTO_free(text, nil, 0) }
            let bytes = UnsafeBufferPointer(start: text, count: Int(length))
            guard let value = String(validating: bytes, as: UTF8.self) else { return nil }
            values.append(value)
        }
        return values
    }

    private static func serial(of certificate: OpaquePointer) -> String? {
        guard let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil) else { return nil }
        defer { BN_free(number) }
        guard let digits = BN_bn2dec(number) else { return nil }
        defer { CRYPTO_free(digits, nil, 0) }
        return String(cString: digits)
    }

    private static func expiry(of certificate: OpaquePointer) -> Int? {
        let epoch = ASN1_TIME_set(nil, 0)
        defer { ASN1_TIME_free(epoch) }
        var (days, seconds): (Int32, Int32) = (0, 0)
        guard ASN1_TIME_diff(&days, &seconds, epoch, X509_get0_notAfter(certificate)) == 1 else { return nil }
        return Int(days) * 86400 + Int(seconds)
    }
}
#else
package final class Certificate: Sendable {
    /// What signatures name it by.
    package let id = ""
    /// When it expires, in seconds since 1970.
    package let expiry = 0

    /// Refuses.
    package init(pem: [UInt8]) throws(CodecError) {
        throw .notBuilt(trait: "Auth")
    }

    /// Verifies nothing.
    package func verifies(_ bytes: [UInt8], signature: [UInt8], digest: String) -> Bool { false }
}
#endif
