/// How the children of the pool `processes` are started and when they are replaced.
public struct ProcessPoolConfiguration: Sendable {
    /// The executable to run; this very one when nil.
    public var executable: String?
    /// Its arguments without the name; this process's own when nil.
    public var arguments: [String]?
    /// The variables that the children do not inherit: where credentials are that they do not need.
    public var withheldEnvironment: Set<String>
    /// What the children are told over their sockets: other processes can read an environment, these nobody can.
    package var settings: JSONObject = [:]
    /// A child is replaced after so many tasks; never when nil (`--max-tasks-per-child`).
    public var maxTasksPerChild: Int?
    /// A child whose resident size is above this after a task is replaced, in KiB (`--max-memory-per-child`).
    public var maxMemoryPerChild: Int?
    /// The most address space a child may have, in bytes; more makes its allocations fail.
    public var addressSpaceLimit: Int?

    /// Makes a configuration.
    public init(
        executable: String? = nil,
        arguments: [String]? = nil,
        withheldEnvironment: Set<String> = ["CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"],
        maxTasksPerChild: Int? = nil,
        maxMemoryPerChild: Int? = nil,
        addressSpaceLimit: Int? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.withheldEnvironment = withheldEnvironment
        self.maxTasksPerChild = maxTasksPerChild
        self.maxMemoryPerChild = maxMemoryPerChild
        self.addressSpaceLimit = addressSpaceLimit
    }
}
