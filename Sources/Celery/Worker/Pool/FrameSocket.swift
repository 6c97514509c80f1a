import Foundation
import Synchronization

/// A pool child's end of the socket: blocking reads by one thread, whole frames written under a lock.
final class FrameSocket: Sendable {
    let descriptor: Int32
    private let writing = Mutex(())

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// The next frame.
    ///
    /// - Returns: Nil at the end of the stream.
    /// - Throws: ``PoolFrameError`` when the bytes make no frame.
    func read() throws -> PoolFrame? {
        guard var header = readExactly(PoolFrame.headerLength)?[...], let length: UInt32 = header.popBigEndian()
        else { return nil }
        guard length <= PoolFrame.maximumLength else { throw PoolFrameError() }
        guard let payload = readExactly(Int(length)) else { return nil }
        return try PoolFrame(decoding: payload[...])
    }

    /// Writes a frame.
    ///
    /// If the worker is gone the process ends.
    func write(_ frame: PoolFrame) {
        let bytes = frame.encoded()
        writing.withLock { _ in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { _exit(0) }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Waits until the other end is closed, whatever has been sent before.
    func waitForEnd() {
        // No events: only the hang-up, which is always told, ends the wait.
        var ends = pollfd(fd: descriptor, events: 0, revents: 0)
        while poll(&ends, 1, -1) < 0, errno == EINTR {}
    }

    private func readExactly(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Foundation.read(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled)
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return nil }
            filled += got
        }
        return bytes
    }
}
