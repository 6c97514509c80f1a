internal import CPoppler

/// An open PDF, read page by page.
///
/// A document belongs to one task at a time. Each page's C objects are released before `text(ofPage:)` returns, so
/// memory does not grow with the number of pages. Reading a page cannot be interrupted; who opens files of strangers
/// does so in a child process with limits of time and memory.
public final class PDFDocument {
    /// The path as it was given.
    public let path: String

    /// The number of pages that the document says it has.
    ///
    /// A damaged or malicious file may claim millions; allocate nothing by this number before it is checked.
    public let pageCount: Int

    private let file: PDFFile
    private var document: OpaquePointer
    private var pagesRead = 0

    /// After so many pages the document is opened anew.
    ///
    /// Poppler keeps the annotations of every page that was asked for them: about 20 KB a page in a manual full of
    /// links, which in a long document would be more than all else.
    private static let pagesPerOpening = 500

    /// Opens a document.
    ///
    /// - Parameter path: The path of a PDF file.
    /// - Throws: A ``PDFError``; a file that is not a PDF is refused before poppler sees it.
    public convenience init(path: String) throws(PDFError) {
        try self.init(file: PDFFile(path: path))
    }

    /// Opens a document from a file that has been checked.
    ///
    /// - Parameter file: The file.
    /// - Throws: A ``PDFError`` with the code `encrypted`, `damaged` or `notReadable`.
    public init(file: PDFFile) throws(PDFError) {
        Poppler.prepare()
        let document = try PDFDocument.open(file)
        self.file = file
        self.document = document
        path = file.path
        pageCount = max(0, Int(poppler_document_get_n_pages(document)))
    }

    deinit {
        g_object_unref(UnsafeMutableRawPointer(document))
    }

    /// The text of one page.
    ///
    /// - Parameter number: The page's number, counted from 1.
    /// - Returns: The cleaned text with its paragraphs.
    /// - Throws: A ``PDFError`` with the code `noSuchPage`, or `damaged` if the page cannot be read.
    public func text(ofPage number: Int) throws(PDFError) -> PageText {
        try text(ofPage: number, maxSize: .max)
    }

    /// The text of one page, unless it is more than `maxSize` bytes of UTF-8.
    func text(ofPage number: Int, maxSize: Int) throws(PDFError) -> PageText {
        guard let raw = try rawPage(number, maxSize: maxSize) else {
            throw PDFError(
                .tooMuchText,
                "Page \(number) of \(file.name) has more than \(maxSize) bytes of text, which no real page has.",
                path: path
            )
        }
        return PageText(number: number, raw: raw)
    }

    func rawPage(_ number: Int, maxSize: Int = .max) throws(PDFError) -> RawPage? {
        guard number >= 1, number <= pageCount else {
            throw PDFError(.noSuchPage, "\(file.name) has \(pageCount) pages; there is no page \(number).", path: path)
        }
        renewIfDue()
        guard let page = poppler_document_get_page(document, Int32(number - 1)) else {
            throw PDFError(.damaged, "Page \(number) of \(file.name) cannot be read.", path: path)
        }
        defer { g_object_unref(UnsafeMutableRawPointer(page)) }
        return PageReader(page: page).read(maxSize: maxSize)
    }

    private static func open(_ file: PDFFile) throws(PDFError) -> OpaquePointer {
        let descriptor = file.duplicate()
        guard descriptor >= 0 else {
            throw PDFError(.notReadable, "\(file.name) cannot be opened again.", path: file.path)
        }
        var failure: UnsafeMutablePointer<GError>?
        // Poppler closes the descriptor, also when it fails.
        guard let document = poppler_document_new_from_fd(descriptor, nil, &failure) else {
            defer { g_clear_error(&failure) }
            throw PDFDocument.error(for: failure, file: file)
        }
        return document
    }

    private func renewIfDue() {
        pagesRead += 1
        guard pagesRead > PDFDocument.pagesPerOpening else { return }
        pagesRead = 1
        // What cannot be opened again, for want of a descriptor, is read on as it is.
        guard let renewed = try? PDFDocument.open(file) else { return }
        g_object_unref(UnsafeMutableRawPointer(document))
        document = renewed
    }

    private static func error(for failure: UnsafeMutablePointer<GError>?, file: PDFFile) -> PDFError {
        let code = cpoppler_is_poppler_error(failure) != 0 ? failure?.pointee.code : nil
        if code == Int32(bitPattern: POPPLER_ERROR_ENCRYPTED.rawValue) {
            return PDFError(
                .encrypted,
                "\(file.name) is encrypted and needs a password. Save a copy without one and send that.",
                path: file.path
            )
        }
        return PDFError(
            .damaged,
            "\(file.name) is damaged and cannot be read. Repair it (for example: qpdf in.pdf out.pdf) or export it again.",
            path: file.path
        )
    }
}
