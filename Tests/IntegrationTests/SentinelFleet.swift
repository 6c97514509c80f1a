import Foundation
import Logging
import Redis
import Testing

/// A master with its replica, and the sentinels that watch them.
struct SentinelFleet: Sendable {
    /// The server that is the master at the start, and the one that becomes it.
    let first: RedisServer
    let second: RedisServer
    let sentinels: [RedisServer]

    /// What both servers and, separately, the sentinels want to hear.
    static let password = "geheim"
    static let sentinelPassword = "verschwiegen"

    /// The URL of all sentinels, after one that nobody listens at.
    var url: String {
        get throws {
            let nobody = try RedisServer.freePort()
            let urls = ([nobody] + sentinels.map(\.port)).map { "sentinel://:\(Self.password)@127.0.0.1:\($0)/1" }
            return urls.joined(separator: ";") + "?master_name=mymaster&sentinel_password=\(Self.sentinelPassword)"
        }
    }

    /// A configuration with short pauses.
    func configuration() throws -> RedisClientConfiguration {
        var configuration = try RedisClientConfiguration(url: url)
        configuration.commandTimeout = .seconds(20)
        configuration.backoff = .init(minimum: .milliseconds(5), maximum: .milliseconds(100))
        return configuration
    }

    /// A configuration for one of the servers, whatever the sentinels say.
    func configuration(of server: RedisServer) -> RedisClientConfiguration {
        var configuration = server.configuration()
        configuration.database = 1
        configuration.password = server.options.isSentinel ? Self.sentinelPassword : Self.password
        if server.options.isSentinel { configuration.database = 0 }
        return configuration
    }

    /// Has the sentinels make the second server the master, and waits until they say so.
    func failOver() async throws {
        try await withClient(configuration(of: sentinels[0])) { sentinel in
            let isUnderWay = try await eventually {
                // NOGOODSLAVE until it has heard from the replica.
                try? await sentinel.send(["SENTINEL", "FAILOVER", "mymaster"])
            } until: {
                $0?.string == "OK"
            }
            #expect(isUnderWay?.string == "OK")
            let port = try await eventually {
                try await sentinel.send(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"]).array?.last?.string
            } until: {
                $0 == "\(second.port)"
            }
            #expect(port == "\(second.port)")
        }
    }
}

/// Starts a master, a replica and sentinels, and runs `body` with them.
///
/// - Parameters:
///   - count: How many sentinels there are.
///   - body: The test.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws.
func withSentinels<R>(_ count: Int = 1, _ body: (SentinelFleet) async throws -> R) async throws -> R {
    let password = SentinelFleet.password
    let login = RedisServerOptions(requirepass: password, config: ["masterauth \(password)"])
    return try await withRedisServer(login) { first in
        var follower = login
        follower.config.append("replicaof 127.0.0.1 \(first.port)")
        // A half-synchronous copy is not worth waiting for.
        follower.config.append("repl-diskless-load disabled")
        return try await withRedisServer(follower) { second in
            let fleet = SentinelFleet(first: first, second: second, sentinels: [])
            try await withClient(fleet.configuration(of: second)) { replica in
                let link = try await eventually {
                    try await replica.send(Info("replication"))["master_link_status"]
                } until: {
                    $0 == "up"
                }
                #expect(link == "up")
            }
            return try await withSentinels(count, watching: first) { sentinels in
                try await body(SentinelFleet(first: first, second: second, sentinels: sentinels))
            }
        }
    }
}

private func withSentinels<R>(
    _ count: Int,
    watching server: RedisServer,
    _ body: ([RedisServer]) async throws -> R
) async throws -> R {
    guard count > 0 else { return try await body([]) }
    let options = RedisServerOptions(
        requirepass: SentinelFleet.sentinelPassword,
        config: [
            "sentinel monitor mymaster 127.0.0.1 \(server.port) 1",
            // Long, so that a busy machine makes no failover of its own.
            "sentinel down-after-milliseconds mymaster 60000", "sentinel failover-timeout mymaster 60000",
            "sentinel auth-pass mymaster \(SentinelFleet.password)",
            "sentinel sentinel-pass \(SentinelFleet.sentinelPassword)",
        ],
        isSentinel: true
    )
    return try await withRedisServer(options) { sentinel in
        try await withSentinels(count - 1, watching: server) { try await body([sentinel] + $0) }
    }
}
