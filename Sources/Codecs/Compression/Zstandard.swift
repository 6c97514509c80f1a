import CZstd

/// Frames of Zstandard (RFC 8878).
package enum Zstandard {
    /// Compresses at the library's default level, as Python does; the frame says how much it holds.
    ///
    /// - Parameter bytes: What to compress.
    /// - Returns: A frame.
    /// - Throws: ``CodecError``.
    package static func compress(_ bytes: [UInt8]) throws(CodecError) -> [UInt8] {
        var isFailed = false
        let output = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { buffer, count in
            let length = ZSTD_compress(buffer.baseAddress, buffer.count, bytes, bytes.count, ZSTD_CLEVEL_DEFAULT)
            isFailed = ZSTD_isError(length) != 0
            count = isFailed ? 0 : length
        }
        if isFailed { throw .failed }
        return output
    }

    /// Decompresses one frame.
    ///
    /// - Parameters:
    ///   - bytes: The frame; one that needs a window above 128 MiB is refused by the library.
    ///   - limit: The most bytes it may hold.
    /// - Returns: What it holds.
    /// - Throws: ``CodecError``.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(CodecError) -> [UInt8] {
        guard let context = ZSTD_createDCtx() else { throw .failed }
        defer { ZSTD_freeDCtx(context) }
        return try Decompression.run(bytes, limit: limit) { input, output in
            var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
            var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
            // What is left to do for this frame: nothing at its end.
            let left = ZSTD_decompressStream(context, &target, &source)
            guard ZSTD_isError(left) == 0 else { return nil }
            return DecompressionStep(consumed: source.pos, produced: target.pos, isEnd: left == 0)
        }
    }
}
