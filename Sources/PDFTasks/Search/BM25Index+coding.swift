extension BM25Index: Codable {
    // {"version": 1, "tokenizer": "words-cjk-bigrams-v1", "k1": 1.5, "b": 0.75,
    //  "lengths": [words of chunk 0, of chunk 1, …],
    //  "postings": {"word": [chunk, count, chunk, count, …], …}}
    private enum CodingKeys: String, CodingKey {
        case version
        case tokenizer
        case k1
        case b
        case lengths
        case postings
    }

    static let formatVersion = 1

    /// Reads an index; refuses one of another version, or whose numbers do not fit together.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard try container.decode(Int.self, forKey: .version) == BM25Index.formatVersion else {
            throw DecodingError.dataCorruptedError(
                forKey: .version,
                in: container,
                debugDescription: "The index has another version."
            )
        }
        let lengths = try container.decode([Int32].self, forKey: .lengths)
        var ranges: [String: Range<Int32>] = [:]
        var chunkNumbers: [Int32] = []
        var counts: [Int32] = []
        for (word, pairs) in try container.decode([String: [Int32]].self, forKey: .postings) {
            let start = Int32(chunkNumbers.count)
            guard BM25Index.isValid(pairs, chunkCount: lengths.count) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .postings,
                    in: container,
                    debugDescription: "The postings of a word are broken."
                )
            }
            for position in stride(from: 0, to: pairs.count, by: 2) {
                chunkNumbers.append(pairs[position])
                counts.append(pairs[position + 1])
            }
            ranges[word] = start..<Int32(chunkNumbers.count)
        }
        self.init(
            parameters: BM25Parameters(
                k1: try container.decode(Double.self, forKey: .k1),
                b: try container.decode(Double.self, forKey: .b)
            ),
            lengths: lengths,
            ranges: ranges,
            chunkNumbers: chunkNumbers,
            counts: counts
        )
    }

    /// Writes the index in a form that Python reads with `json.loads`.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: `EncodingError`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(BM25Index.formatVersion, forKey: .version)
        try container.encode(SearchTokenizer.name, forKey: .tokenizer)
        try container.encode(parameters.k1, forKey: .k1)
        try container.encode(parameters.b, forKey: .b)
        try container.encode(lengths, forKey: .lengths)
        try container.encode(ranges.mapValues(pairs), forKey: .postings)
    }

    func pairs(in range: Range<Int32>) -> [Int32] {
        var pairs: [Int32] = []
        pairs.reserveCapacity(2 * range.count)
        for position in range {
            pairs.append(chunkNumbers[Int(position)])
            pairs.append(counts[Int(position)])
        }
        return pairs
    }

    static func isValid(_ pairs: [Int32], chunkCount: Int) -> Bool {
        guard !pairs.isEmpty, pairs.count.isMultiple(of: 2) else { return false }
        var last: Int32 = -1
        for position in stride(from: 0, to: pairs.count, by: 2) {
            let chunk = pairs[position]
            guard chunk > last, Int(chunk) < chunkCount, pairs[position + 1] > 0 else { return false }
            last = chunk
        }
        return true
    }
}
