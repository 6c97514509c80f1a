/// Reads zlib streams (RFC 1950), which is what Celery's compressions `gzip` and `zlib` both write.
///
/// Bodies are small and compressed ones rare, so that this decodes bit by bit, after Mark Adler's `puff`, instead of by
/// tables. Whatever the bytes are, it ends with their contents or nil.
struct Inflate {
    private let input: [UInt8]
    private var position = 0
    private var bitBuffer: UInt32 = 0
    private var bitCount: UInt32 = 0
    private var output: [UInt8] = []
    private let limit: Int

    private init(_ input: [UInt8], limit: Int) {
        self.input = input
        self.limit = limit
    }

    /// Decompresses a zlib stream, or returns nil if it is none, is damaged, or holds more than `limit` bytes.
    static func zlib(_ stream: [UInt8], limit: Int) -> [UInt8]? {
        // RFC 1950, section 2.2: method 8, no preset dictionary, and a check over both bytes.
        guard stream.count >= 6, stream[0] & 0x0F == 8, stream[1] & 0x20 == 0,
            (Int(stream[0]) << 8 | Int(stream[1])) % 31 == 0
        else { return nil }
        var inflate = Inflate(stream, limit: limit)
        inflate.position = 2
        guard inflate.readBlocks(), inflate.input.count - inflate.position == 4 else { return nil }
        let checksum = stream.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return adler32(inflate.output) == checksum ? inflate.output : nil
    }

    private static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var low: UInt32 = 1
        var high: UInt32 = 0
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }

    private mutating func bits(_ count: UInt32) -> Int? {
        while bitCount < count {
            guard position < input.count else { return nil }
            bitBuffer |= UInt32(input[position]) << bitCount
            position += 1
            bitCount += 8
        }
        let value = bitBuffer & ((1 << count) - 1)
        bitBuffer >>= count
        bitCount -= count
        return Int(value)
    }

    private mutating func readBlocks() -> Bool {
        while true {
            guard let isLast = bits(1), let type = bits(2) else { return false }
            let isRead =
                switch type {
                case 0: readStored()
                case 1: readCompressed(HuffmanCode.fixedLengths, HuffmanCode.fixedDistances)
                case 2: readDynamic()
                default: false
                }
            guard isRead else { return false }
            if isLast == 1 { return true }
        }
    }

    private mutating func readStored() -> Bool {
        bitBuffer = 0
        bitCount = 0
        guard position + 4 <= input.count else { return false }
        let length = Int(input[position]) | Int(input[position + 1]) << 8
        let complement = Int(input[position + 2]) | Int(input[position + 3]) << 8
        position += 4
        guard length == complement ^ 0xFFFF, position + length <= input.count, output.count + length <= limit else {
            return false
        }
        output.append(contentsOf: input[position..<position + length])
        position += length
        return true
    }

    private mutating func readDynamic() -> Bool {
        guard let lengthCount = bits(5).map({ $0 + 257 }), let distanceCount = bits(5).map({ $0 + 1 }),
            let codeCount = bits(4).map({ $0 + 4 }), lengthCount <= 286, distanceCount <= 30
        else { return false }
        var codeLengths = [UInt8](repeating: 0, count: 19)
        for place in HuffmanCode.codeLengthOrder.prefix(codeCount) {
            guard let length = bits(3) else { return false }
            codeLengths[place] = UInt8(length)
        }
        guard let code = HuffmanCode(codeLengths) else { return false }
        var lengths: [UInt8] = []
        while lengths.count < lengthCount + distanceCount {
            guard let symbol = symbol(of: code) else { return false }
            switch symbol {
            case 0..<16:
                lengths.append(UInt8(symbol))
            case 16:
                guard let previous = lengths.last, let times = bits(2) else { return false }
                lengths += [UInt8](repeating: previous, count: times + 3)
            case 17:
                guard let times = bits(3) else { return false }
                lengths += [UInt8](repeating: 0, count: times + 3)
            default:
                guard let times = bits(7) else { return false }
                lengths += [UInt8](repeating: 0, count: times + 11)
            }
        }
        guard lengths.count == lengthCount + distanceCount, lengths[256] != 0,
            let literals = HuffmanCode(Array(lengths[..<lengthCount])),
            let distances = HuffmanCode(Array(lengths[lengthCount...]))
        else { return false }
        return readCompressed(literals, distances)
    }

    private mutating func readCompressed(_ literals: HuffmanCode, _ distances: HuffmanCode) -> Bool {
        while true {
            guard let symbol = symbol(of: literals) else { return false }
            if symbol < 256 {
                guard output.count < limit else { return false }
                output.append(UInt8(symbol))
            } else if symbol == 256 {
                return true
            } else if !readCopy(symbol - 257, distances) {
                return false
            }
        }
    }

    private mutating func readCopy(_ lengthIndex: Int, _ distances: HuffmanCode) -> Bool {
        guard lengthIndex < HuffmanCode.lengths.count,
            let lengthBits = bits(UInt32(HuffmanCode.lengths[lengthIndex].extra)),
            let index = symbol(of: distances), index < HuffmanCode.distances.count,
            let distanceBits = bits(UInt32(HuffmanCode.distances[index].extra))
        else { return false }
        let length = HuffmanCode.lengths[lengthIndex].base + lengthBits
        let distance = HuffmanCode.distances[index].base + distanceBits
        guard distance <= output.count, output.count + length <= limit else { return false }
        let start = output.count - distance
        for offset in 0..<length {
            // What is copied may itself still be being written.
            output.append(output[start + offset])
        }
        return true
    }

    private mutating func symbol(of code: HuffmanCode) -> Int? {
        var value = 0
        var first = 0
        var index = 0
        for length in 1...15 {
            guard let bit = bits(1) else { return nil }
            value |= bit
            let count = code.counts[length]
            if value - count < first { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        return nil
    }
}

/// A canonical Huffman code (RFC 1951, section 3.2.2).
private struct HuffmanCode {
    /// How many codes have each length.
    private(set) var counts = [Int](repeating: 0, count: 16)
    /// The symbols in the order of their codes.
    private(set) var symbols: [Int]

    /// Makes a code of the lengths of its symbols' codes, or returns nil if there are more codes than fit.
    init?(_ lengths: [UInt8]) {
        for length in lengths {
            counts[Int(length)] += 1
        }
        counts[0] = 0
        var left = 1
        var offsets = [Int](repeating: 0, count: 16)
        for length in 1...15 {
            left = left << 1 - counts[length]
            guard left >= 0 else { return nil }
            offsets[length] = offsets[length - 1] + counts[length - 1]
        }
        symbols = [Int](repeating: 0, count: lengths.count)
        for (symbol, length) in lengths.enumerated() where length != 0 {
            symbols[offsets[Int(length)]] = symbol
            offsets[Int(length)] += 1
        }
    }

    static let codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    static let fixedLengths = known(
        [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112) + [UInt8](repeating: 7, count: 24)
            + [UInt8](repeating: 8, count: 8)
    )
    static let fixedDistances = known([UInt8](repeating: 5, count: 30))

    private static func known(_ lengths: [UInt8]) -> HuffmanCode {
        HuffmanCode(lengths) ?? HuffmanCode()
    }

    private init() {
        symbols = []
    }

    /// The lengths of copies: what the symbol stands for, and how many bits are added (RFC 1951, section 3.2.5).
    static let lengths: [(base: Int, extra: Int)] = {
        var table = runs(from: 3, extras: [0, 0, 1, 2, 3, 4, 5])
        table[28] = (258, 0)
        return table
    }()

    /// The distances of copies, likewise.
    static let distances: [(base: Int, extra: Int)] = {
        var table: [(base: Int, extra: Int)] = []
        var base = 1
        for index in 0..<30 {
            let extra = max(index / 2 - 1, 0)
            table.append((base, extra))
            base += 1 << extra
        }
        return table
    }()

    /// Four symbols for each number of added bits, and one more behind them.
    private static func runs(from start: Int, extras: [Int]) -> [(base: Int, extra: Int)] {
        var table: [(base: Int, extra: Int)] = []
        var base = start
        for extra in extras {
            for _ in 0..<4 {
                table.append((base, extra))
                base += 1 << extra
            }
        }
        table.append((base, 0))
        return table
    }
}
