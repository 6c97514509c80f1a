#if Brotli
import CBrotli
#endif

/// Streams of Brotli (RFC 7932), with the package trait `Brotli`.
package enum Brotli {
    #if Brotli
    /// Whether this build has it.
    package static let isBuilt = true

    /// Python compresses at the highest quality, which is hundreds of times slower for a few percent.
    private static let quality: Int32 = 5

    /// Compresses.
    ///
    /// - Parameter bytes: What to compress.
    /// - Returns: A stream.
    /// - Throws: ``CodecError``.
    package static func compress(_ bytes: [UInt8]) throws(CodecError) -> [UInt8] {
        // The bound is 0 for what is too large to be bounded.
        let bound = BrotliEncoderMaxCompressedSize(bytes.count)
        guard bound > 0 else { throw .failed }
        var isDone = false
        let output = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            var length = bound
            isDone =
                BrotliEncoderCompress(
                    quality,
                    BROTLI_DEFAULT_WINDOW,
                    BROTLI_MODE_GENERIC,
                    bytes.count,
                    bytes,
                    &length,
                    buffer.baseAddress
                ) == BROTLI_TRUE
            count = isDone ? length : 0
        }
        guard isDone else { throw .failed }
        return output
    }

    /// Decompresses one stream.
    ///
    /// - Parameters:
    ///   - bytes: The stream.
    ///   - limit: The most bytes it may hold.
    /// - Returns: What it holds.
    /// - Throws: ``CodecError``.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(CodecError) -> [UInt8] {
        guard let state = BrotliDecoderCreateInstance(nil, nil, nil) else { throw .failed }
        defer { BrotliDecoderDestroyInstance(state) }
        return try Decompression.run(bytes, limit: limit) { input, output in
            var (available, free) = (input.count, output.count)
            var source = UnsafePointer(input.baseAddress)
            var target = output.baseAddress
            let status = BrotliDecoderDecompressStream(state, &available, &source, &free, &target, nil)
            guard status != BROTLI_DECODER_RESULT_ERROR else { return nil }
            return DecompressionStep(
                consumed: input.count - available,
                produced: output.count - free,
                isEnd: status == BROTLI_DECODER_RESULT_SUCCESS
            )
        }
    }
    #else
    /// Whether this build has it.
    package static let isBuilt = false

    /// Refuses.
    package static func compress(_ bytes: [UInt8]) throws(CodecError) -> [UInt8] {
        throw .notBuilt(trait: "Brotli")
    }

    /// Refuses.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(CodecError) -> [UInt8] {
        throw .notBuilt(trait: "Brotli")
    }
    #endif
}
