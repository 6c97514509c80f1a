#if LZMA
import CLzma
#endif

/// Containers of xz, with the package trait `LZMA`.
package enum LZMA {
    #if LZMA
    /// Whether this build has it.
    package static let isBuilt = true

    /// `LZMA_PRESET_DEFAULT`, a macro that Swift does not see.
    private static let preset: UInt32 = 6
    /// What a container may make the decoder allocate: enough for the highest preset.
    private static let memoryLimit: UInt64 = 128 << 20

    /// Compresses with the default preset and check, as Python does.
    ///
    /// - Parameter bytes: What to compress.
    /// - Returns: A container.
    /// - Throws: ``CodecError``.
    package static func compress(_ bytes: [UInt8]) throws(CodecError) -> [UInt8] {
        var status = LZMA_OK
        let bound = lzma_stream_buffer_bound(bytes.count)
        let output = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            status = lzma_easy_buffer_encode(
                preset,
                LZMA_CHECK_CRC64,
                nil,
                bytes,
                bytes.count,
                buffer.baseAddress,
                &count,
                bound
            )
        }
        guard status == LZMA_OK else { throw .failed }
        return output
    }

    /// Decompresses one container of xz, or of its predecessor lzma.
    ///
    /// - Parameters:
    ///   - bytes: The container.
    ///   - limit: The most bytes it may hold.
    /// - Returns: What it holds.
    /// - Throws: ``CodecError``.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(CodecError) -> [UInt8] {
        var stream = lzma_stream()
        guard lzma_auto_decoder(&stream, memoryLimit, 0) == LZMA_OK else { throw .failed }
        defer { lzma_end(&stream) }
        return try Decompression.run(bytes, limit: limit) { input, output in
            stream.next_in = UnsafePointer(input.baseAddress)
            stream.avail_in = input.count
            stream.next_out = output.baseAddress
            stream.avail_out = output.count
            let status = lzma_code(&stream, LZMA_RUN)
            guard status == LZMA_OK || status == LZMA_STREAM_END || status == LZMA_BUF_ERROR else { return nil }
            return DecompressionStep(
                consumed: input.count - stream.avail_in,
                produced: output.count - stream.avail_out,
                isEnd: status == LZMA_STREAM_END
            )
        }
    }
    #else
    /// Whether this build has it.
    package static let isBuilt = false

    /// Refuses.
    package static func compress(_ bytes: [UInt8]) throws(CodecError) -> [UInt8] {
        throw .notBuilt(trait: "LZMA")
    }

    /// Refuses.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(CodecError) -> [UInt8] {
        throw .notBuilt(trait: "LZMA")
    }
    #endif
}
