import Foundation
import Synchronization
import Testing

@testable import PDFTasks

@Suite struct PDFPipelineTests {
    @Test func `a document is processed from file to search`() async throws {
        let progress = Mutex<[[Int]]>([])
        let document = try await PDFPipeline().process(path: Fixtures.path("sample.pdf"), pdfID: "s1") { done, total in
            progress.withLock { $0.append([done, total]) }
        }
        #expect(progress.withLock { $0 } == [[1, 4], [2, 4], [3, 4], [4, 4]])
        #expect(document.metadata.pages == 4)
        #expect(document.metadata.chunkCount == document.chunks.count)
        #expect(document.metadata.filename == (try Fixtures.path("sample.pdf")))
        #expect(document.metadata.contentHash.count == 64)
        #expect(document.metadata.tokenizer == "estimate-v1")
        #expect(document.chunks.map(\.id) == document.chunks.indices.map { "s1_chunk_\($0)" })
        #expect(document.chunks.first?.page == 1)
        #expect(document.chunks.last?.pageEnd == 4)
        for (query, word) in [("BM25", "BM25"), ("续租", "续租"), ("child processes", "child processes")] {
            let hit = try #require(document.index.search(query).first)
            #expect(document.chunks[hit.index].text.contains(word), "\(query)")
        }
    }

    @Test func `results have the names that readers in Python know`() async throws {
        let document = try await PDFPipeline().process(path: Fixtures.path("english.pdf"), pdfID: "e")
        let value = try JSONSerialization.jsonObject(with: JSONEncoder().encode(document)) as? [String: Any]
        let metadata = try #require(value?["metadata"] as? [String: Any])
        #expect(
            Set(metadata.keys) == [
                "filename", "chunk_count", "text_length", "pages", "empty_pages", "unreadable_pages", "sha256",
                "file_size", "tokenizer", "settings_version",
            ]
        )
        let chunk = try #require((value?["chunks"] as? [[String: Any]])?.first)
        #expect(
            Set(chunk.keys) == [
                "id", "index", "text", "page", "page_end", "tokens", "overlap", "headings", "spans",
            ]
        )
        let copy = try JSONDecoder().decode(ProcessedDocument.self, from: JSONEncoder().encode(document))
        #expect(copy.chunks == document.chunks)
        #expect(copy.renamed(pdfID: "other", filename: "b.pdf").chunks.first?.id == "other_chunk_0")
        #expect(copy.renamed(pdfID: "other", filename: "b.pdf").metadata.filename == "b.pdf")
    }

    @Test func `a scan is an error that says what to do`() async throws {
        let error = await #expect(throws: PDFError.self) {
            try await PDFPipeline().process(path: Fixtures.path("scan.pdf"), pdfID: "s")
        }
        #expect(error?.code == .noTextLayer)
        #expect(error?.message.contains("2 pages") == true)
        #expect(error?.message.contains("ocrmypdf") == true)
    }

    @Test func `limits give errors of their own`() async throws {
        for (settings, code) in [
            (PDFPipeline.Settings(maxFileSize: 10), PDFError.Code.tooLarge),
            (.init(maxPages: 2), .tooManyPages),
            (.init(maxPageSize: 100), .tooMuchText),
            (.init(maxTextLength: 600), .tooMuchText),
        ] {
            let error = await #expect(throws: PDFError.self) {
                try await PDFPipeline(settings: settings).extract(path: Fixtures.path("english.pdf"))
            }
            #expect(error?.code == code)
        }
    }

    @Test func `a lie about the number of pages is refused`() async throws {
        let error = await #expect(throws: PDFError.self) {
            try await PDFPipeline().extract(path: Fixtures.path("page-count-lie.pdf"))
        }
        #expect(error?.code == .damaged || error?.code == .tooManyPages)
    }

    @Test func `cancellation stops between pages`() async throws {
        let pages = Mutex(0)
        let path = try Fixtures.path("many-pages.pdf")
        let work = Task {
            try await PDFPipeline().extract(path: path) { done, _ in
                pages.withLock { $0 = done }
                if done == 5 { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(pages.withLock { $0 } == 5)
    }

    @Test func `cancellation stops chunking and indexing`() async throws {
        let document = try await PDFPipeline().extract(path: Fixtures.path("many-pages.pdf"))
        let chunks = try PDFPipeline().chunk(document.pages, pdfID: "m")
        let work = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            #expect(throws: CancellationError.self) { try PDFPipeline().chunk(document.pages, pdfID: "m") }
            #expect(throws: CancellationError.self) { try PDFPipeline().index(chunks) }
        }
        await work.value
    }

    @Test func `running heads and feet are left out of chunks but not of pages`() async throws {
        let document = try await PDFPipeline().extract(path: Fixtures.path("many-pages.pdf"))
        let chunks = try PDFPipeline().chunk(document.pages, pdfID: "m")
        #expect(document.pages.allSatisfy { $0.text.hasPrefix("Handbook of Queues\n") })
        #expect(chunks.count { $0.text.contains("Handbook") } == 1)
        #expect(chunks.contains { $0.page != $0.pageEnd })
        #expect(chunks.allSatisfy { $0.text.hasSuffix(".") })
    }

    @Test func `the version changes with the settings that results depend on`() {
        let version = PDFPipeline.Settings().version
        #expect(version == "v1-t512-o50-k1.5-b0.75")
        #expect(PDFPipeline.Settings(maxPages: 3).version == version)
        for settings in [PDFPipeline.Settings(maxTokens: 256), .init(overlap: 0), .init(bm25: .init(k1: 1.2))] {
            #expect(settings.version != version)
        }
    }
}
