#if Auth
import COpenSSL

/// RSA signatures with the padding PSS (RFC 8017, section 8.1), as Celery makes them (celery/security/key.py): the mask is
/// made with the digest of the contents, and the salt is as long as there is room for.
enum PSS {
    /// Sets the padding of an operation that was begun; whether that could be done.
    static func pad(_ context: OpaquePointer?) -> Bool {
        EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_MAX) == 1
    }

    /// Has OpenSSL read bytes.
    static func read(_ bytes: [UInt8], _ body: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
        defer { ERR_clear_error() }
        return bytes.withUnsafeBytes { buffer in
            // It reads in place.
            guard let bio = BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count)) else { return nil }
            defer { BIO_free(bio) }
            return body(bio)
        }
    }

    /// The key, if there is one and it is of RSA; another one is freed.
    static func rsa(_ key: OpaquePointer?) throws(CodecError) -> OpaquePointer {
        guard let key, EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else {
            EVP_PKEY_free(key)
            throw .damaged
        }
        return key
    }
}
#endif
