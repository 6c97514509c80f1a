/// The two parameters of BM25.
///
/// See Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3.4.
public struct BM25Parameters: Codable, Sendable, Hashable {
    /// How fast more occurrences of a word stop to matter.
    public var k1: Double

    /// How much long chunks are held back, from 0 to 1.
    public var b: Double

    /// Creates parameters.
    public init(k1: Double = 1.5, b: Double = 0.75) {
        self.k1 = k1
        self.b = b
    }
}
