import Codecs
import Foundation

/// Who signs, and whose signatures are believed: what Celery's serializer `auth` needs, with the package trait `Auth`.
///
/// As in Celery (celery/security) a message is signed with RSA, padded by PSS, and names the certificate of its key. A
/// reader believes it if its own store has that certificate, and it has not expired. What is signed is the body: the
/// arguments and what follows the task. Its name, id and times stand in headers, which are not.
public struct MessageSecurity: Sendable, Hashable {
    /// The digests that Celery names (`security_digest`).
    public enum Digest: String, Sendable, CaseIterable {
        case sha1, sha224, sha256, sha384, sha512
    }

    private let key: SigningKey
    private let certificate: Certificate
    private let store: [String: Certificate]
    private let digest: Digest

    /// Reads keys and certificates, all in PEM.
    ///
    /// - Parameters:
    ///   - key: The file of the private key (`security_key`).
    ///   - keyPassword: What it is encrypted with, if it is (`security_key_password`).
    ///   - certificate: The file of its certificate (`security_certificate`).
    ///   - certificateStore: The certificates whose signatures are believed: a file, a folder of files, or a pattern
    ///     such as `certs/*.pem` (`security_cert_store`).
    ///   - digest: The digest that all programs agree on (`security_digest`).
    /// - Throws: ``CeleryError`` with the code `invalidConfiguration` that names what is missing or unusable.
    public init(
        key: String,
        keyPassword: String? = nil,
        certificate: String,
        certificateStore: String,
        digest: Digest = .sha256
    ) throws(CeleryError) {
        self.digest = digest
        self.key = try Self.load(key, as: "an RSA key in PEM, or encrypted with another password") {
            pem throws(CodecError) in
            try SigningKey(pem: pem, password: keyPassword)
        }
        self.certificate = try Self.loadCertificate(certificate)
        var store: [String: Certificate] = [:]
        for path in try Self.files(certificateStore) {
            let certificate = try Self.loadCertificate(path)
            // celery/security/certificate.py, FSCertStore and CertStore.add_cert
            guard !Self.isExpired(certificate, at: Date()) else {
                throw CeleryError(.invalidConfiguration, "the certificate \(path) has expired")
            }
            guard store.updateValue(certificate, forKey: certificate.id) == nil else {
                throw CeleryError(.invalidConfiguration, "the certificate \(path) is in the certificate store twice")
            }
        }
        self.store = store
    }

    /// Signs a value, written in JSON.
    func encode(_ value: JSONValue) throws(ContentError) -> [UInt8] {
        let body = value.serialized()
        do throws(CodecError) {
            let signature = try key.sign(body, digest: digest.rawValue)
            return SignedContent.pack(signer: certificate.id, signature: signature, body, .json)
        } catch {
            throw ContentError(error, verb: "be signed with \(digest)")
        }
    }

    /// Reads a value, if its signature is believed.
    func decode(_ bytes: [UInt8], now: Date = Date()) throws(ContentError) -> JSONValue {
        let content = try SignedContent(unpacking: bytes)
        guard let certificate = store[content.signer] else {
            throw ContentError(.malformed, "is signed with a certificate that is not in security_cert_store")
        }
        guard !Self.isExpired(certificate, at: now) else {
            throw ContentError(.malformed, "is signed with the certificate \(certificate.id), which has expired")
        }
        guard certificate.verifies(content.body, signature: content.signature, digest: digest.rawValue) else {
            throw ContentError(
                .malformed,
                "has a bad signature: the key of the certificate \(certificate.id) did not make it with \(digest)"
            )
        }
        return try content.value()
    }

    private static func isExpired(_ certificate: Certificate, at now: Date) -> Bool {
        now.timeIntervalSince1970 >= Double(certificate.expiry)
    }

    // MARK: Files

    private static func loadCertificate(_ path: String) throws(CeleryError) -> Certificate {
        try load(path, as: "a certificate of an RSA key in PEM") { pem throws(CodecError) in try Certificate(pem: pem) }
    }

    private static func load<Value>(
        _ path: String,
        as kind: String,
        _ read: ([UInt8]) throws(CodecError) -> Value
    ) throws(CeleryError) -> Value {
        // Why a file cannot be read may quote it; that it cannot is enough.
        guard let pem = FileManager.default.contents(atPath: path) else {
            throw CeleryError(.invalidConfiguration, "the file \(path) cannot be read")
        }
        do throws(CodecError) {
            return try read(Array(pem))
        } catch {
            guard case .notBuilt(let trait) = error else {
                throw CeleryError(.invalidConfiguration, "the file \(path) is not \(kind)")
            }
            throw CeleryError(.invalidConfiguration, "this program was built without the package trait \(trait)")
        }
    }

    /// The files that a pattern names, in order; those of a folder if it names one.
    private static func files(_ pattern: String) throws(CeleryError) -> [String] {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: pattern, isDirectory: &isFolder)
        var found = glob_t()
        defer { globfree(&found) }
        let status = glob(exists && isFolder.boolValue ? pattern + "/*" : pattern, 0, nil, &found)
        let paths = (0..<Int(found.gl_pathc)).compactMap { index in found.gl_pathv[index].map { String(cString: $0) } }
        guard status == 0, !paths.isEmpty else {
            throw CeleryError(.invalidConfiguration, "the certificate store \(pattern) has no certificate")
        }
        return paths
    }

    // MARK: Identity

    /// Whether both are the same: keys are not compared.
    public static func == (one: MessageSecurity, other: MessageSecurity) -> Bool { one.key === other.key }

    /// Hashes the identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(key)) }
}
