import Foundation
import Testing

@testable import PDFTasks

@Suite struct BM25Tests {
    struct Reference: Decodable {
        struct Document: Decodable {
            var text: String
            var words: [String]
        }
        struct Query: Decodable {
            var text: String
            var words: [String]
            var scores: [Double]
        }
        var documents: [Document]
        var queries: [Query]
    }

    @Test func `words and scores equal those of the Python reference`() throws {
        let reference = try Fixtures.json(Reference.self, "bm25.json")
        for document in reference.documents {
            #expect(SearchTokenizer.words(in: document.text) == document.words)
        }
        let index = BM25Index(reference.documents.map(\.text))
        for query in reference.queries {
            #expect(SearchTokenizer.words(in: query.text) == query.words)
            for (score, expected) in zip(index.scores(for: query.text), query.scores) {
                #expect(abs(score - expected) <= 1e-12 * max(1, expected), "\(query.text)")
            }
            let hits = index.search(query.text, limit: 100)
            let expected = query.scores.enumerated().filter { $0.element > 0 }
                .sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
            #expect(hits.map(\.index) == expected.map(\.offset), "\(query.text)")
        }
    }

    @Test func `scores equal those of Redis, whose variant keeps the factor`() {
        // Measured on Redis 8.6 with BM25STD and NOSTEM: a document of "apple" × f among L words.
        let documents = [(2, 12), (1, 3), (3, 18), (1, 2), (2, 6)]
        let expected = [0.1058452990, 0.1174914512, 0.1088547702, 0.1259779929, 0.1294052591]
        let texts = documents.map { count, length in
            (Array(repeating: "apple", count: count) + Array(repeating: "filler", count: length - count)).joined(
                separator: " "
            )
        }
        let index = BM25Index(texts, parameters: .init(k1: 1.2, b: 0.75))
        for (score, expected) in zip(index.scores(for: "apple"), expected) {
            #expect(abs(score * 2.2 - expected) < 1e-6)
        }
    }

    @Test func `equal scores come in the order of the chunks`() {
        let index = BM25Index(Array(repeating: "same words here", count: 50))
        #expect(index.search("words", limit: 7).map(\.index) == Array(0..<7))
        #expect(index.search("words", limit: 100).map(\.index) == Array(0..<50))
        #expect(index.search("words", limit: 0).isEmpty)
        #expect(index.search("words", limit: -1).isEmpty)
    }

    @Test func `the best of many are the same as all of them sorted`() {
        var random = SeededGenerator(seed: 5)
        let words = ["ant", "bee", "cat", "dog", "eel", "fox"]
        let texts = (0..<500).map { _ in
            (0..<Int.random(in: 1...30, using: &random)).map { _ in words.randomElement(using: &random) ?? "ant" }
                .joined(separator: " ")
        }
        let index = BM25Index(texts)
        let all = index.search("ant bee", limit: 500)
        #expect(all == all.sorted { ($1.score, $0.index) < ($0.score, $1.index) })
        for limit in [1, 2, 10, 99] {
            #expect(index.search("ant bee", limit: limit) == Array(all.prefix(limit)))
        }
    }

    @Test func `an index survives JSON in both spellings`() throws {
        let reference = try Fixtures.json(Reference.self, "bm25.json")
        let index = BM25Index(reference.documents.map(\.text))
        let json = index.json()
        let loaded = try BM25Index(json: json)
        #expect(loaded.json() == json)
        // What Python writes: other spaces, escapes, another order.
        let value = try JSONSerialization.jsonObject(with: Data(json))
        let pretty = try JSONSerialization.data(withJSONObject: value, options: [.prettyPrinted])
        let other = try BM25Index(json: Array(pretty))
        #expect(other.json() == json)
        let codable = try JSONDecoder().decode(BM25Index.self, from: JSONEncoder().encode(index))
        #expect(codable.json() == json)
        for query in reference.queries {
            #expect(loaded.search(query.text) == index.search(query.text))
            #expect(other.search(query.text) == index.search(query.text))
        }
    }

    @Test func `the JSON has the documented shape`() throws {
        let json = BM25Index(["b a b", "", "a"]).json()
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"{"version":1,"tokenizer":"words-cjk-bigrams-v1","k1":1.5,"b":0.75,"lengths":[3,0,1],"#
                + #""postings":{"a":[0,1,2,1],"b":[0,2]}}"#
        )
    }

    @Test(arguments: [
        "", "{}", "[]",
        #"{"version":2,"tokenizer":"words-cjk-bigrams-v1","k1":1.5,"b":0.75,"lengths":[],"postings":{}}"#,
        #"{"version":1,"tokenizer":"words-cjk-bigrams-v1","k1":1.5,"b":0.75,"lengths":[1],"postings":{"a":[1,1]}}"#,
        #"{"version":1,"tokenizer":"words-cjk-bigrams-v1","k1":1.5,"b":0.75,"lengths":[1],"postings":{"a":[0]}}"#,
        #"{"version":1,"tokenizer":"words-cjk-bigrams-v1","k1":1.5,"b":0.75,"lengths":[1],"postings":{"a":[0,0]}}"#,
        #"{"version":1,"tokenizer":"words-cjk-bigrams-v1","k1":1.5,"b":0.75,"lengths":[1,1],"postings":{"a":[1,1,0,1]}}"#,
        #"{"version":1,"tokenizer":"words-cjk-bigrams-v1","k1":1.5,"b":0.75,"lengths":[1],"postings":{"a":[0,99999999999]}}"#,
    ])
    func `a broken index is refused`(json: String) {
        #expect(throws: (any Error).self) { try BM25Index(json: Array(json.utf8)) }
    }

    @Test func `an index of nothing finds nothing`() throws {
        #expect(BM25Index([]).search("a").isEmpty)
        #expect(BM25Index(["", ""]).search("a").isEmpty)
        #expect(try BM25Index(json: BM25Index([]).json()).count == 0)
    }

    @Test func `endless words are cut off`() {
        let words = SearchTokenizer.words(in: String(repeating: "x", count: 100_000) + " end")
        #expect(words == [String(repeating: "x", count: 64), "end"])
    }
}
