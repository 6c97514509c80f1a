import Celery

/// A failure of a PDF task, in the caller's language and as a Python exception that `except` clauses know.
struct PDFTaskError: PythonExceptionConvertible {
    let pythonException: PythonException

    init(_ error: PDFError, messages: ProgressMessages) {
        self.init(Self.type(of: error.code), error.message + (Self.hints[error.code] ?? ""), messages)
    }

    /// The error of a document that the cache refuses; why, is for the worker's log.
    static func notStored(_ messages: ProgressMessages) -> PDFTaskError {
        PDFTaskError("RuntimeError", "The cache refused the document; the worker's log tells why.", messages)
    }

    private init(_ type: String, _ text: String, _ messages: ProgressMessages) {
        pythonException = PythonException(type, arguments: [.string(messages.failurePrefix + text)])
    }

    /// What to look for when file and task come from different machines.
    private static let hints: [PDFError.Code: String] = [
        .fileNotFound: " The worker must see the same file system as the sender."
    ]

    private static func type(of code: PDFError.Code) -> String {
        switch code {
        case .fileNotFound: "FileNotFoundError"
        case .isDirectory: "IsADirectoryError"
        case .notReadable: "PermissionError"
        default: "ValueError"
        }
    }
}
