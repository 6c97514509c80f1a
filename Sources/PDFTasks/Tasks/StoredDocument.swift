import Celery

/// A processed document as the JSON values that are kept of it.
struct StoredDocument {
    let document: ProcessedDocument
    let chunks: JSONValue
    let metadata: JSONValue
    let index: JSONValue

    /// All of it in one value, for the cache of contents.
    var whole: JSONValue { ["metadata": metadata, "chunks": chunks, "bm25": index] }

    init(_ document: ProcessedDocument) throws {
        let encoder = JSONValueEncoder()
        self.document = document
        chunks = try encoder.encode(document.chunks)
        metadata = try encoder.encode(document.metadata)
        // The index writes its own JSON: encoding its postings one by one takes ten times as long.
        index = try JSONValue(parsing: document.index.json())
    }

    /// Reads what ``whole`` made.
    init(_ whole: JSONValue) throws {
        let decoder = JSONValueDecoder()
        chunks = whole["chunks"] ?? .null
        metadata = whole["metadata"] ?? .null
        index = whole["bm25"] ?? .null
        document = ProcessedDocument(
            metadata: try decoder.decode(ProcessedDocument.Metadata.self, from: metadata),
            chunks: try decoder.decode([Chunk].self, from: chunks),
            index: try BM25Index(json: index.serialized(.compact))
        )
    }
}
