import Celery

/// The value of `--pool`.
struct PoolName: Equatable {
    /// The pools there are.
    enum Kind: String, Equatable {
        case prefork
        case async
        case solo

        func pool(concurrency: Int, children: ProcessPoolConfiguration) -> WorkerConfiguration.Pool {
            switch self {
            case .prefork: .processes(concurrency, children)
            case .async: .async(concurrency)
            case .solo: .solo
            }
        }
    }

    /// Which pool is meant.
    var kind: Kind
    /// What to tell somebody who used a name that is not ours.
    var remark: String?

    init(kind: Kind) {
        self.kind = kind
    }

    /// Reads a name.
    ///
    /// - Parameter name: One of ours or Celery's, in any case.
    /// - Throws: ``SettingsError`` for names without a counterpart.
    init(_ name: String) throws {
        let name = name.lowercased()
        if let kind = Kind(rawValue: name) {
            self.kind = kind
            return
        }
        // celery/concurrency/__init__.py, ALIASES
        switch name {
        case "processes":
            kind = .prefork
            remark = "-P processes: the name of this pool is prefork"
        case "threads":
            kind = .async
            remark = "-P threads: tasks run as Swift tasks instead; the name of this pool is async"
        case "eventlet", "gevent":
            throw SettingsError("there is no \(name) pool here: -P async is the one for many I/O-bound tasks")
        default:
            throw SettingsError("there is no pool \"\(name)\": use prefork, async or solo")
        }
    }
}
