import Foundation

/// The descriptors that this process has open.
package enum OpenDescriptors {
    /// Those that a process started from here would inherit, the standard ones included.
    package static var inheritable: [Int32] {
        #if os(Linux)
        let directory = "/proc/self/fd"
        #else
        let directory = "/dev/fd"
        #endif
        // Without the list nothing is closed, which is what happens without this precaution.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.compactMap { Int32($0) }.filter { descriptor in
            let flags = fcntl(descriptor, F_GETFD)
            return flags >= 0 && flags & FD_CLOEXEC == 0
        }
    }
}
