#if Bzip2
import CBzip2
#endif

/// Streams of bzip2, with the package trait `Bzip2`.
package enum Bzip2 {
    #if Bzip2
    /// Whether this build has it.
    package static let isBuilt = true

    /// Compresses at the highest level, as Python does.
    ///
    /// - Parameter bytes: What to compress.
    /// - Returns: A stream.
    /// - Throws: ``CodecError``.
    package static func compress(_ bytes: [UInt8]) throws(CodecError) -> [UInt8] {
        // bzlib's manual: one percent more than the input, and 600 bytes.
        var length = UInt32(clamping: bytes.count + bytes.count / 100 + 600)
        var source = bytes.map { CChar(bitPattern: $0) }
        var status = BZ_OK
        let output = [CChar](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            status = BZ2_bzBuffToBuffCompress(buffer.baseAddress, &length, &source, UInt32(source.count), 9, 0, 0)
            count = status == BZ_OK ? Int(length) : 0
        }
        guard status == BZ_OK else { throw .failed }
        return output.map { UInt8(bitPattern: $0) }
    }

    /// Decompresses one stream.
    ///
    /// - Parameters:
    ///   - bytes: The stream.
    ///   - limit: The most bytes it may hold.
    /// - Returns: What it holds.
    /// - Throws: ``CodecError``.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(CodecError) -> [UInt8] {
        // bzlib keeps the address of its state, so that it needs one that stays.
        let stream = UnsafeMutablePointer<bz_stream>.allocate(capacity: 1)
        stream.initialize(to: bz_stream())
        defer { stream.deallocate() }
        guard BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else { throw .failed }
        defer { BZ2_bzDecompressEnd(stream) }
        return try Decompression.run(bytes, limit: limit) { input, output in
            // The addresses are bytes to us and characters to bzlib.
            stream.pointee.next_in = UnsafeMutableRawPointer(input.baseAddress)?.assumingMemoryBound(to: CChar.self)
            stream.pointee.avail_in = UInt32(clamping: input.count)
            stream.pointee.next_out = UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: CChar.self)
            stream.pointee.avail_out = UInt32(output.count)
            let offered = stream.pointee.avail_in
            let status = BZ2_bzDecompress(stream)
            guard status == BZ_OK || status == BZ_STREAM_END else { return nil }
            return DecompressionStep(
                consumed: Int(offered - stream.pointee.avail_in),
                produced: output.count - Int(stream.pointee.avail_out),
                isEnd: status == BZ_STREAM_END
            )
        }
    }
    #else
    /// Whether this build has it.
    package static let isBuilt = false

    /// Refuses.
    package static func compress(_ bytes: [UInt8]) throws(CodecError) -> [UInt8] {
        throw .notBuilt(trait: "Bzip2")
    }

    /// Refuses.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(CodecError) -> [UInt8] {
        throw .notBuilt(trait: "Bzip2")
    }
    #endif
}
