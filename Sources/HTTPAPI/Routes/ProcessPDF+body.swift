import Celery
import PDFTasks

extension ProcessPDF {
    /// Reads `{"pdf_path": …, "pdf_id": …}`.
    ///
    /// - Parameters:
    ///   - body: The request's body; unknown fields are ignored.
    ///   - pathRule: Which paths may be named.
    /// - Throws: ``APIError``, listing everything that is wrong.
    init(body: SubmittedBody, pathRule: PathRule) throws(APIError) {
        var fields = try BodyFields(body)
        let path = fields.text("pdf_path") { pathRule.fault(of: $0, at: $1) }
        let id = fields.text("pdf_id")
        guard let path, let id else { throw .validation(fields.faults) }
        self.init(pdfPath: path, pdfID: id)
    }
}
