/// Estimates how many tokens a text has, without a vocabulary and without a network.
///
/// The tokenizer it follows is cl100k_base: text falls into words, runs of digits, runs of punctuation and single
/// Chinese characters as tiktoken's pattern cuts it (tiktoken_ext/openai_public.py), and each piece costs what pieces
/// of its kind and length cost on average. Costs are counted in hundredths of a token, so that a chunk's sum is
/// rounded once and not word by word. How far it is off is measured in `docs/`-independent tests and stated in
/// ``TokenCounter/name``'s documentation.
public struct TokenCounter: Sendable, Hashable {
    /// The name that results carry, so that a reader knows what "tokens" means.
    public static let name = "estimate-v1"

    /// Creates a counter.
    public init() {}

    /// The estimated number of tokens of a text.
    public func count(_ text: String) -> Int {
        count(Array(text.unicodeScalars)[...])
    }

    func count(_ scalars: ArraySlice<Unicode.Scalar>) -> Int {
        TokenCounter.tokens(hundredths: hundredths(scalars))
    }

    func hundredths(_ scalars: ArraySlice<Unicode.Scalar>) -> Int {
        var scanner = TokenScanner(scalars)
        var sum = 0
        while let piece = scanner.next() { sum += piece.cost }
        return sum
    }

    static func tokens(hundredths: Int) -> Int { (hundredths + 99) / 100 }
}
