/// How the HTTP API listens and what it accepts.
public struct HTTPAPIConfiguration: Sendable {
    /// The address it listens on: a host name or an IP address of this machine.
    public var host: String
    /// The port it listens on; any free one when 0.
    public var port: Int
    /// The folders below which PDF files may be named; any path when there are none.
    ///
    /// The worker reads the files, perhaps on another machine, so that only the text of a path is judged here: `.` and
    /// `..` are resolved, symbolic links are not. The worker has the last word.
    public var pdfRoots: [String]
    /// How long a request may wait for the broker or the result backend before it is answered with 503.
    ///
    /// Nil leaves that to the client's own limits, and saves the time that the watching costs each request.
    public var deadline: Duration?
    /// The largest request body in bytes; longer ones are answered with 413.
    public var bodyLimit: Int
    /// How long a connection may be silent, also in the middle of a request, before it is closed.
    public var idleTimeout: Duration

    /// Makes a configuration.
    public init(
        host: String = "127.0.0.1",
        port: Int = 8000,
        pdfRoots: [String] = [],
        deadline: Duration? = .seconds(3),
        bodyLimit: Int = 1024 * 1024,
        idleTimeout: Duration = .seconds(60)
    ) {
        self.host = host
        self.port = port
        self.pdfRoots = pdfRoots
        self.deadline = deadline
        self.bodyLimit = bodyLimit
        self.idleTimeout = idleTimeout
    }
}
