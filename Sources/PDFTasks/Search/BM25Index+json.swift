import Foundation

extension BM25Index {
    /// The index as JSON, the value of `pdf:{pdf_id}:bm25`; `json.loads` reads it in Python.
    ///
    /// It is what encoding the index as `Codable` gives, written some twenty times faster:
    /// `{"version":1,"tokenizer":"…","k1":1.5,"b":0.75,"lengths":[…],"postings":{"word":[chunk,count,…],…}}`, where
    /// `lengths` are the chunks' lengths in words, and every word has pairs of a chunk's number and a count. Words are
    /// in ascending order, so equal indexes give equal bytes.
    public func json() -> [UInt8] {
        var writer = IndexWriter()
        writer.bytes.reserveCapacity(8 * chunkNumbers.count + 16 * ranges.count + 256)
        writer.raw(IndexWriter.head(parameters))
        writer.numbers(lengths[...])
        writer.raw(IndexWriter.postings)
        var isFirst = true
        for (word, range) in ranges.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            writer.raw(isFirst ? "\"" : ",\"")
            isFirst = false
            // Words are letters, digits and marks: nothing that JSON would have to escape.
            writer.raw(word)
            writer.raw("\":")
            writer.numbers(pairs(in: range)[...])
        }
        writer.raw("}}")
        return writer.bytes
    }

    /// Reads an index from JSON.
    ///
    /// - Parameter json: What ``json()`` wrote, or the same value in any other spelling.
    /// - Throws: `DecodingError` if it is no index of this version.
    public init(json: [UInt8]) throws {
        var reader = IndexReader(bytes: json)
        if let index = reader.index() {
            self = index
        } else {
            self = try JSONDecoder().decode(BM25Index.self, from: Data(json))
        }
    }
}

private struct IndexWriter {
    static let postings = ",\"postings\":{"
    var bytes: [UInt8] = []

    static func head(_ parameters: BM25Parameters) -> String {
        "{\"version\":\(BM25Index.formatVersion),\"tokenizer\":\"\(SearchTokenizer.name)\","
            + "\"k1\":\(parameters.k1),\"b\":\(parameters.b),\"lengths\":"
    }

    mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    mutating func numbers(_ numbers: ArraySlice<Int32>) {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for number in numbers {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            if number < 10 { bytes.append(UInt8(ascii: "0") + UInt8(number)) } else { raw(String(number)) }
        }
        bytes.append(UInt8(ascii: "]"))
    }
}

/// Reads the one spelling that the writer produces; anything else gives nil.
private struct IndexReader {
    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func index() -> BM25Index? {
        guard skip("{\"version\":\(BM25Index.formatVersion),\"tokenizer\":\"\(SearchTokenizer.name)\",\"k1\":"),
            let k1 = decimal(), skip(",\"b\":"), let b = decimal(), skip(",\"lengths\":"), let lengths = numbers(),
            skip(IndexWriter.postings)
        else { return nil }
        var ranges: [String: Range<Int32>] = [:]
        var chunkNumbers: [Int32] = []
        var counts: [Int32] = []
        while !skip("}}") {
            guard ranges.isEmpty || skip(","), let word = word(), skip(":"), let pairs = numbers(),
                BM25Index.isValid(pairs, chunkCount: lengths.count)
            else { return nil }
            let start = Int32(chunkNumbers.count)
            for pair in stride(from: 0, to: pairs.count, by: 2) {
                chunkNumbers.append(pairs[pair])
                counts.append(pairs[pair + 1])
            }
            ranges[word] = start..<Int32(chunkNumbers.count)
        }
        guard position == bytes.count else { return nil }
        return BM25Index(
            parameters: BM25Parameters(k1: k1, b: b),
            lengths: lengths,
            ranges: ranges,
            chunkNumbers: chunkNumbers,
            counts: counts
        )
    }

    private mutating func skip(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    private mutating func decimal() -> Double? {
        let digits = bytes[position...].prefix { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
        position = digits.endIndex
        return Double(String(decoding: digits, as: UTF8.self))
    }

    private mutating func word() -> String? {
        guard skip("\"") else { return nil }
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            guard bytes[position] != UInt8(ascii: "\\"), bytes[position] >= 0x20 else { return nil }
            position += 1
        }
        guard position < bytes.count, let word = String(validating: bytes[start..<position], as: UTF8.self) else {
            return nil
        }
        position += 1
        return word
    }

    private mutating func numbers() -> [Int32]? {
        guard skip("[") else { return nil }
        if skip("]") { return [] }
        var numbers: [Int32] = []
        var value: Int32 = 0
        var digits = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case 0x30...0x39 where digits < 9:
                value = value * 10 + Int32(byte - 0x30)
                digits += 1
            case UInt8(ascii: ",") where digits > 0, UInt8(ascii: "]") where digits > 0:
                numbers.append(value)
                (value, digits) = (0, 0)
                if byte == UInt8(ascii: "]") { return numbers }
            default:
                return nil
            }
        }
        return nil
    }
}
