/// What one step of a decompressor has done.
struct DecompressionStep {
    /// How many bytes of the input it has read.
    var consumed: Int
    /// How many bytes of output it has written.
    var produced: Int
    /// Whether the stream is complete.
    var isEnd: Bool
}

/// Runs a library's decompressor over one stream, with no more output than is allowed.
enum Decompression {
    private static let chunk = 64 << 10

    /// Decompresses.
    ///
    /// - Parameters:
    ///   - input: One stream and nothing behind it.
    ///   - limit: The most bytes it may hold.
    ///   - step: Reads from the one buffer and writes to the other; nil when the stream is damaged.
    /// - Returns: What the stream holds.
    /// - Throws: ``CodecError``.
    static func run(
        _ input: [UInt8],
        limit: Int,
        step: (UnsafeMutableBufferPointer<UInt8>, UnsafeMutableBufferPointer<UInt8>) -> DecompressionStep?
    ) throws(CodecError) -> [UInt8] {
        // Several of the libraries declare their input as mutable, so that they get a copy.
        let source = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(input.count, 1))
        _ = source.initialize(from: input)
        let target = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: chunk)
        defer {
            source.deallocate()
            target.deallocate()
        }
        var output: [UInt8] = []
        var position = 0
        while true {
            let rest = UnsafeMutableBufferPointer(rebasing: source[position..<input.count])
            guard let done = step(rest, target) else { throw .damaged }
            position += done.consumed
            guard output.count + done.produced <= limit else { throw .tooLarge(limit: limit) }
            output.append(contentsOf: target[..<done.produced])
            if done.isEnd {
                guard position == input.count else { throw .damaged }
                return output
            }
            // A stream that is cut off: nothing comes out of it any more.
            guard done.consumed > 0 || done.produced > 0 else { throw .damaged }
        }
    }
}
