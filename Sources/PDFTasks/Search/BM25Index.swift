import Foundation

/// An index over chunks that ranks them by BM25 in Lucene's variant.
///
/// For every word of the query, `idf · tf / (tf + k1 · (1 − b + b · dl / avgdl))` with
/// `idf = ln(1 + (N − n + 0.5) / (n + 0.5))`, where `tf` counts the word in the chunk, `dl` is the chunk's length in
/// words, `n` the number of chunks that have the word and `N` that of all. A word that stands twice in the query
/// counts twice. Lucene's `BM25Similarity` since version 8 has no factor (k1 + 1); unlike Lucene, lengths are exact.
public struct BM25Index: Sendable, Hashable {
    /// A chunk that a search found.
    public struct Hit: Codable, Sendable, Hashable {
        /// The chunk's position among those that were indexed.
        public var index: Int
        /// Its score, above 0.
        public var score: Double

        /// Creates a hit.
        public init(index: Int, score: Double) {
            self.index = index
            self.score = score
        }
    }

    /// The parameters of the scores.
    public let parameters: BM25Parameters

    /// The length of each chunk in words.
    let lengths: [Int32]
    /// Where each word's postings are.
    let ranges: [String: Range<Int32>]
    /// Chunk numbers, in ascending order for each word, and how often the word occurs there.
    let chunkNumbers: [Int32]
    let counts: [Int32]
    /// `k1 · (1 − b + b · dl / avgdl)` of each chunk.
    private let norms: [Double]

    init(
        parameters: BM25Parameters,
        lengths: [Int32],
        ranges: [String: Range<Int32>],
        chunkNumbers: [Int32],
        counts: [Int32]
    ) {
        self.parameters = parameters
        self.lengths = lengths
        self.ranges = ranges
        self.chunkNumbers = chunkNumbers
        self.counts = counts
        let total = lengths.reduce(0) { $0 + Int($1) }
        let average = lengths.isEmpty || total == 0 ? 1 : Double(total) / Double(lengths.count)
        norms = lengths.map { parameters.k1 * (1 - parameters.b + parameters.b * Double($0) / average) }
    }

    /// Indexes texts.
    ///
    /// - Parameters:
    ///   - texts: The texts; their positions are the numbers of the hits.
    ///   - parameters: The parameters of the scores.
    public init(_ texts: [String], parameters: BM25Parameters = .init()) {
        var builder = BM25IndexBuilder(parameters: parameters)
        for text in texts { builder.add(text) }
        self = builder.index()
    }

    /// The number of chunks.
    public var count: Int { lengths.count }

    /// The number of different words.
    public var wordCount: Int { ranges.count }

    /// The best chunks for a query.
    ///
    /// - Parameters:
    ///   - query: Words in any language; every one of them adds to the score of the chunks that have it.
    ///   - limit: The most hits.
    /// - Returns: Hits with a score above 0, best first; of equal scores the earlier chunk first.
    public func search(_ query: String, limit: Int = 10) -> [Hit] {
        var best = TopHits(limit: limit)
        for (index, score) in scores(for: query).enumerated() where score > 0 {
            best.offer(Hit(index: index, score: score))
        }
        return best.sorted()
    }

    /// The score of every chunk for a query.
    func scores(for query: String) -> [Double] {
        var scores = [Double](repeating: 0, count: lengths.count)
        for word in SearchTokenizer.words(in: query) {
            guard let range = ranges[word] else { continue }
            let found = Double(range.count)
            let weight = log(1 + (Double(lengths.count) - found + 0.5) / (found + 0.5))
            for position in range {
                let chunk = Int(chunkNumbers[Int(position)])
                let frequency = Double(counts[Int(position)])
                scores[chunk] += weight * frequency / (frequency + norms[chunk])
            }
        }
        return scores
    }
}
