internal import NIOCore
internal import NIOSSL

extension RedisClientConfiguration.TLS {
    /// The settings in NIOSSL's words; reads the certificate and key files.
    func clientConfiguration() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        switch verification {
        case .full: configuration.certificateVerification = .fullVerification
        case .noHostname: configuration.certificateVerification = .noHostnameVerification
        case .none: configuration.certificateVerification = .none
        }
        if let certificateAuthorityPath {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(certificateAuthorityPath))
        }
        if let certificatePath {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificatePath).map {
                .certificate($0)
            }
            // As in Python's ssl: without a key file, the key is in the certificate's file.
            let key = try NIOSSLPrivateKey(file: privateKeyPath ?? certificatePath, format: .pem)
            configuration.privateKey = .privateKey(key)
        }
        return configuration
    }
}

extension RedisClientConfiguration {
    /// The name to ask for and to verify; nil for an IP address, which NIOSSL verifies by the connection's own.
    var tlsServerName: String? {
        if let name = tls?.serverName { return name }
        guard case .host(let host, _) = address else { return nil }
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil  // any error: it is a name
        return isAddress ? nil : host
    }
}
