/// Why a PDF could not be turned into text.
///
/// The message says what is wrong and what to do about it. It names the file, never what the file holds.
public struct PDFError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that a caller can tell apart.
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// There is no file at the path.
        case fileNotFound = "file_not_found"
        /// The path names a directory.
        case isDirectory = "is_directory"
        /// The path names a device, a socket or a pipe.
        case notAFile = "not_a_file"
        /// The file exists, but this process may not read it, or reading failed.
        case notReadable = "not_readable"
        /// The file has no bytes.
        case empty
        /// The file has no PDF header.
        case notAPDF = "not_a_pdf"
        /// The file is larger than the settings allow.
        case tooLarge = "too_large"
        /// The document says that it has more pages than the settings allow.
        case tooManyPages = "too_many_pages"
        /// A page, or the whole document, has more text than the settings allow.
        case tooMuchText = "too_much_text"
        /// Opening the document needs a password.
        case encrypted
        /// The document cannot be read: its structure is broken.
        case damaged
        /// A page number lies outside of the document.
        case noSuchPage = "no_such_page"
        /// The pages hold pictures only.
        case noTextLayer = "no_text_layer"
    }

    /// The kind of failure.
    public var code: Code

    /// What is wrong and what to do, in one or two sentences.
    public var message: String

    /// The file, as the caller named it.
    public var path: String

    /// Creates an error.
    public init(_ code: Code, _ message: String, path: String) {
        self.code = code
        self.message = message
        self.path = path
    }

    /// The message.
    public var description: String { message }
}
