/// Gathers the words of chunks, one chunk after the other.
struct BM25IndexBuilder {
    private let parameters: BM25Parameters
    private var lengths: [Int32] = []
    private var numbers: [String: Int] = [:]
    /// For each word the chunks that have it, and how often.
    private var postings: [[(chunk: Int32, count: Int32)]] = []

    init(parameters: BM25Parameters) {
        self.parameters = parameters
    }

    mutating func add(_ text: String) {
        let chunk = Int32(lengths.count)
        var length: Int32 = 0
        SearchTokenizer.forEachWord(in: text) { word in
            length += 1
            let word = String(word)
            if let number = numbers[word] {
                let last = postings[number].count - 1
                if postings[number][last].chunk == chunk {
                    postings[number][last].count += 1
                } else {
                    postings[number].append((chunk, 1))
                }
            } else {
                numbers[word] = postings.count
                postings.append([(chunk, 1)])
            }
        }
        lengths.append(length)
    }

    func index() -> BM25Index {
        let total = postings.reduce(0) { $0 + $1.count }
        var chunkNumbers: [Int32] = []
        var counts: [Int32] = []
        chunkNumbers.reserveCapacity(total)
        counts.reserveCapacity(total)
        var ranges: [String: Range<Int32>] = [:]
        ranges.reserveCapacity(numbers.count)
        for (word, number) in numbers {
            let start = Int32(chunkNumbers.count)
            for posting in postings[number] {
                chunkNumbers.append(posting.chunk)
                counts.append(posting.count)
            }
            ranges[word] = start..<Int32(chunkNumbers.count)
        }
        return BM25Index(
            parameters: parameters,
            lengths: lengths,
            ranges: ranges,
            chunkNumbers: chunkNumbers,
            counts: counts
        )
    }
}
