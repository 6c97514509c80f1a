/// Cuts a document into chunks of at most so many tokens, with overlap, at the ends of sentences where it can.
///
/// What holds for every chunk:
/// - the limit includes the overlap and the headings above the chunk;
/// - its text is the pages' text, unchanged, with exact positions carried along from the start;
/// - it starts and ends between words, unless one word alone is longer than the overlap (or than 24 tokens);
/// - a sentence that fits into a chunk together with the overlap is not cut;
/// - it starts with the last 40 to 50 tokens (for an overlap of 50) of the chunk before, if possible with whole
///   sentences; only before a heading does a chunk start without;
/// - a heading is never the end of a chunk that goes on below it.
public struct Chunker: Sendable, Hashable {
    /// The most tokens of a chunk, by ``TokenCounter``.
    public let maxTokens: Int

    /// The tokens that a chunk repeats of the one before.
    public let overlap: Int

    /// Creates a chunker.
    ///
    /// - Parameters:
    ///   - maxTokens: The most tokens of a chunk; values below 16 are taken as 16.
    ///   - overlap: The tokens to repeat; at most half of `maxTokens`, and 0 for none.
    public init(maxTokens: Int = 512, overlap: Int = 50) {
        self.maxTokens = max(16, min(maxTokens, 1_000_000))
        self.overlap = max(0, min(overlap, self.maxTokens / 2))
    }

    /// All chunks of a document.
    public func chunks(of pages: [PageText], pdfID: String) -> [Chunk] {
        var run = ChunkRun(chunker: self, pages: pages, pdfID: pdfID)
        var chunks: [Chunk] = []
        while let chunk = run.next() { chunks.append(chunk) }
        return chunks
    }

    /// Words that cost more hundredths of a token may be cut: they would leave no room for an overlap.
    ///
    /// No word of a language is as long as 24 tokens, and what is longer must fit behind overlap and headings.
    var longestWord: Int {
        overlap == 0 ? longestGrapheme : min(100 * max(overlap, 24), longestGrapheme)
    }

    /// A grapheme that costs more hundredths of a token is cut: it would not fit behind overlap and headings.
    var longestGrapheme: Int { 100 * maxTokens * 3 / 8 }

    /// The most hundredths of a token that headings above a chunk may take.
    var longestPrefix: Int { 100 * maxTokens / 8 }
}
