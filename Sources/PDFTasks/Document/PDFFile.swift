import Crypto
import Foundation

/// An open file that has been checked to be a PDF, before any parser sees a byte of it.
///
/// The file is opened once. The checks, the content hash and poppler all read that one descriptor, so a file that
/// is replaced under its name in between cannot be taken for the one that was checked.
public final class PDFFile {
    /// The path as it was given.
    public let path: String

    /// The size in bytes.
    public let size: Int

    private let descriptor: Int32

    /// Opens a file and checks that it can be a PDF.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - maxSize: The largest size in bytes that is accepted.
    /// - Throws: A ``PDFError`` that says which of the checks failed.
    public convenience init(path: String, maxSize: Int = .max) throws(PDFError) {
        try self.init(path: path, location: path, maxSize: maxSize)
    }

    /// Opens a file at the place that its path leads to, under the path as it was given.
    init(path: String, location: String, maxSize: Int) throws(PDFError) {
        let name = PDFFile.displayName(path)
        // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        let descriptor = location.utf8.contains(0) ? -1 : open(location, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw PDFFile.openingError(number: location.utf8.contains(0) ? ENOENT : errno, path: path)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            close(descriptor)
            throw PDFError(.notReadable, "\(name) cannot be read.", path: path)
        }
        if let refusal = PDFFile.refusal(of: status, name: name, path: path, maxSize: maxSize) {
            close(descriptor)
            throw refusal
        }
        guard PDFFile.hasHeader(descriptor) else {
            close(descriptor)
            throw PDFError(
                .notAPDF,
                "\(name) is not a PDF: its first 1024 bytes hold no %PDF- header. Convert it to PDF first.",
                path: path
            )
        }
        self.path = path
        self.size = Int(status.st_size)
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// The last component of the path, which is what messages show.
    public var name: String { PDFFile.displayName(path) }

    /// The SHA-256 of the content as 64 lower-case hexadecimal digits.
    ///
    /// - Returns: The digest.
    /// - Throws: A ``PDFError`` with the code `notReadable` if the file cannot be read to its end.
    public func contentHash() throws(PDFError) -> String {
        var hasher = SHA256()
        // Read in pieces: a file may be larger than the memory that a worker may use.
        var buffer = [UInt8](repeating: 0, count: 256 * 1024)
        var offset: off_t = 0
        while true {
            let count = pread(descriptor, &buffer, buffer.count, offset)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw PDFError(.notReadable, "\(name) cannot be read to its end.", path: path) }
            if count == 0 { break }
            buffer.withUnsafeBytes { hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            offset += off_t(count)
        }
        return hasher.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    /// A second descriptor of the same open file, at its start, for a reader that closes what it is given.
    func duplicate() -> Int32 {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        if copy >= 0 { lseek(copy, 0, SEEK_SET) }
        return copy
    }

    static func displayName(_ path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.isEmpty ? "The empty path" : name
    }

    /// Why a file could not be opened.
    ///
    /// - Parameters:
    ///   - number: The system's error number.
    ///   - path: The path as it was given.
    /// - Returns: The error.
    static func openingError(number: Int32, path: String) -> PDFError {
        let name = displayName(path)
        return switch number {
        case ENOENT, ENOTDIR, ENAMETOOLONG:
            PDFError(.fileNotFound, "\(name) does not exist. Check the path.", path: path)
        case EACCES, EPERM:
            PDFError(.notReadable, "\(name) may not be read by this process. Check its permissions.", path: path)
        case ENXIO:
            PDFError(.notAFile, "\(name) is not a regular file.", path: path)
        default:
            PDFError(.notReadable, "\(name) cannot be opened: \(String(cString: strerror(number))).", path: path)
        }
    }

    private static func refusal(of status: stat, name: String, path: String, maxSize: Int) -> PDFError? {
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            return PDFError(.isDirectory, "\(name) is a directory. Give the path of a PDF file.", path: path)
        case S_IFREG:
            break
        default:
            return PDFError(.notAFile, "\(name) is not a regular file.", path: path)
        }
        if status.st_size == 0 {
            return PDFError(.empty, "\(name) is empty (0 bytes). It may not have been written completely.", path: path)
        }
        if status.st_size > maxSize {
            return PDFError(
                .tooLarge,
                "\(name) has \(status.st_size) bytes; at most \(maxSize) are accepted.",
                path: path
            )
        }
        return nil
    }

    // ISO 32000-1, Annex H, implementation note 13: readers accept the header within the first 1024 bytes.
    private static func hasHeader(_ descriptor: Int32) -> Bool {
        var head = [UInt8](repeating: 0, count: 1024)
        let count = pread(descriptor, &head, head.count, 0)
        guard count > 0 else { return false }
        let mark = Array("%PDF-".utf8)
        return head[..<count].indices.contains { head[$0..<count].starts(with: mark) }
    }
}
