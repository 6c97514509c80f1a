#if Auth
import COpenSSL
#endif

/// A private RSA key that signs, with the package trait `Auth`.
#if Auth
// OpenSSL counts the references to a key, and any number of threads may use one that nobody changes.
package final class SigningKey: @unchecked Sendable {
    /// Whether this build has it.
    package static let isBuilt = true

    private let key: OpaquePointer

    /// Reads a key.
    ///
    /// - Parameters:
    ///   - pem: The key in PEM, encrypted or not.
    ///   - password: What it is encrypted with.
    /// - Throws: ``CodecError`` when it is no RSA key, or encrypted with another password.
    package init(pem: [UInt8], password: String?) throws(CodecError) {
        let read = PSS.read(pem) { bio in
            // Without a password OpenSSL would ask for one at the terminal: the empty one never fits.
            (password ?? "").withCString {
                PEM_read_bio_PrivateKey(bio, nil, nil, UnsafeMutableRawPointer(mutating: $0))
            }
        }
        key = try PSS.rsa(read)
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// Signs.
    ///
    /// - Parameters:
    ///   - bytes: What to sign.
    ///   - digest: The name of the digest, such as `sha256`.
    /// - Returns: The signature, as long as the key.
    /// - Throws: ``CodecError`` when there is no such digest, or the key is too short for it.
    package func sign(_ bytes: [UInt8], digest: String) throws(CodecError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw .failed }
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        var padding: OpaquePointer?
        var length = 0
        guard let digest = EVP_get_digestbyname(digest),
            EVP_DigestSignInit(context, &padding, digest, nil, key) == 1, PSS.pad(padding),
            EVP_DigestSign(context, nil, &length, bytes, bytes.count) == 1
        else { throw .failed }
        var isDone = false
        let signature = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            isDone = EVP_DigestSign(context, buffer.baseAddress, &length, bytes, bytes.count) == 1
            count = isDone ? length : 0
        }
        guard isDone else { throw .failed }
        return signature
    }
}
#else
package final class SigningKey: Sendable {
    /// Whether this build has it.
    package static let isBuilt = false

    /// Refuses.
    package init(pem: [UInt8], password: String?) throws(CodecError) {
        throw .notBuilt(trait: "Auth")
    }

    /// Refuses.
    package func sign(_ bytes: [UInt8], digest: String) throws(CodecError) -> [UInt8] {
        throw .notBuilt(trait: "Auth")
    }
}
#endif
