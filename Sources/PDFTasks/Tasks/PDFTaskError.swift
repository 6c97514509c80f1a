import Celery

/// A failure of a PDF task, in the caller's language and as a Python exception that `except` clauses know.
struct PDFTaskError: PythonExceptionConvertible {
    let code: PDFError.Code
    let message: String

    init(_ error: PDFError, messages: ProgressMessages) {
        code = error.code
        message = messages.failurePrefix + error.message + (Self.hints[error.code] ?? "")
    }

    /// What to look for when file and task come from different machines.
    private static let hints: [PDFError.Code: String] = [
        .fileNotFound: " The worker must see the same file system as the sender."
    ]

    var pythonException: PythonException {
        let type =
            switch code {
            case .fileNotFound: "FileNotFoundError"
            case .isDirectory: "IsADirectoryError"
            case .notReadable: "PermissionError"
            default: "ValueError"
            }
        return PythonException(type, arguments: [.string(message)])
    }
}
