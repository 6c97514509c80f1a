extension RedisClientConfiguration {
    /// How a connection is encrypted and whom it trusts.
    public struct TLS: Sendable, Hashable {
        /// What is checked of the server's certificate.
        @nonexhaustive
        public enum Verification: Sendable, Hashable {
            /// The chain up to a trusted authority, and the server's name.
            case full
            /// The chain only.
            case noHostname
            /// Nothing: anybody may listen. Only ever when asked for.
            case none
        }

        /// The path of a PEM file with the trusted authorities; nil trusts those of the system.
        public var certificateAuthorityPath: String?
        /// The path of a PEM file with the client's certificate chain.
        public var certificatePath: String?
        /// The path of a PEM file with the client's private key.
        public var privateKeyPath: String?
        /// What is checked of the server's certificate.
        public var verification: Verification
        /// The name that the certificate must have, when it is not the host's.
        public var serverName: String?

        /// Creates settings; files are read at each attempt to connect, so that renewed ones are picked up.
        ///
        /// - Parameters:
        ///   - certificateAuthorityPath: The path of a PEM file with the trusted authorities.
        ///   - certificatePath: The path of a PEM file with the client's certificate chain.
        ///   - privateKeyPath: The path of a PEM file with the client's private key.
        ///   - verification: What is checked of the server's certificate.
        ///   - serverName: The name that the certificate must have, when it is not the host's.
        public init(
            certificateAuthorityPath: String? = nil,
            certificatePath: String? = nil,
            privateKeyPath: String? = nil,
            verification: Verification = .full,
            serverName: String? = nil
        ) {
            self.certificateAuthorityPath = certificateAuthorityPath
            self.certificatePath = certificatePath
            self.privateKeyPath = privateKeyPath
            self.verification = verification
            self.serverName = serverName
        }
    }
}
