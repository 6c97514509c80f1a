internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// What NIO reports, in the words of this client.
enum ConnectionFailure {
    static func error(_ error: any Error, server: String) -> RedisError {
        switch error {
        case let error as RedisError:
            error.server.isEmpty ? error.at(server) : error
        case let error as NIOSSLError:
            sslError(error, server: server)
        case is NIOSSLExtraError, is BoringSSLError:
            RedisError(.tlsFailed, message: "no encrypted connection: \(error)", server: server)
        case let error as NIOConnectionError:
            RedisError(.connectionFailed, message: connectionMessage(error), server: server)
        case ChannelError.connectTimeout:
            RedisError(.connectionFailed, message: "no connection before the deadline", server: server)
        case let error as IOError:
            RedisError(.connectionClosed, message: error.description, server: server)
        default:
            RedisError(.connectionClosed, message: "the connection broke: \(error)", server: server)
        }
    }

    // A peer that goes away in the middle of a handshake may come back; a refused certificate stays refused.
    private static func sslError(_ error: NIOSSLError, server: String) -> RedisError {
        switch error {
        case .handshakeFailed(.sslError), .handshakeFailed(.invalidSNIName), .unableToValidateCertificate,
            .noCertificateToValidate, .failedToLoadCertificate, .failedToLoadPrivateKey:
            RedisError(.tlsFailed, message: "no encrypted connection: \(error)", server: server)
        case .uncleanShutdown:
            RedisError(.connectionClosed, message: "the server closed the connection", server: server)
        default:
            RedisError(.connectionClosed, message: "the encrypted connection broke: \(error)", server: server)
        }
    }

    private static func connectionMessage(_ error: NIOConnectionError) -> String {
        if let failure = error.connectionErrors.first {
            return "\(error.host):\(error.port): \(failure.error)"
        }
        if let cause = error.dnsAError ?? error.dnsAAAAError {
            return "the host's name cannot be resolved: \(cause)"
        }
        return "no address of the host answered"
    }
}
