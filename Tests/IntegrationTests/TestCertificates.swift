import Foundation

/// An authority, a certificate for a server on this machine, and one for a client; made with the openssl program.
enum TestCertificates {
    static func make(in directory: URL, names: String) async throws {
        try "subjectAltName=\(names)".write(
            to: directory.appending(path: "server.ext"),
            atomically: true,
            encoding: .utf8
        )
        try await openssl(
            directory,
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=Test-Authority "
                + "-keyout ca.key -out ca.crt -addext basicConstraints=critical,CA:TRUE"
        )
        for (name, extra) in [("server", " -extfile server.ext"), ("client", "")] {
            try await openssl(
                directory,
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=\(name) "
                    + "-keyout \(name).key -out \(name).csr"
            )
            try await openssl(
                directory,
                "x509 -req -in \(name).csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out \(name).crt" + extra
            )
        }
    }

    private static func openssl(_ directory: URL, _ arguments: String) async throws {
        let process = try RunningProcess(
            executable: "/bin/sh",
            arguments: ["-c", "cd '\(directory.path)' && exec openssl \(arguments)"]
        )
        await process.waitUntilEnded()
        guard process.process.terminationStatus == 0 else {
            throw RedisServer.Failure(description: "openssl failed: \(process.output)")
        }
    }
}
