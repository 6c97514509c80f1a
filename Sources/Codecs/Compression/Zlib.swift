import CZlib

/// Streams of zlib (RFC 1950), which kombu's `gzip` and `zlib` both mean.
package enum Zlib {
    /// Compresses at zlib's own default level, as Python does.
    ///
    /// - Parameter bytes: What to compress.
    /// - Returns: A stream.
    /// - Throws: ``CodecError``.
    package static func compress(_ bytes: [UInt8]) throws(CodecError) -> [UInt8] {
        var length = compressBound(uLong(bytes.count))
        var status = Z_OK
        let output = [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            status = compress2(buffer.baseAddress, &length, bytes, uLong(bytes.count), Z_DEFAULT_COMPRESSION)
            count = status == Z_OK ? Int(length) : 0
        }
        guard status == Z_OK else { throw .failed }
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
        // zlib keeps the address of its state, so that it needs one that stays.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        guard inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { throw .failed }
        defer { inflateEnd(stream) }
        return try Decompression.run(bytes, limit: limit) { input, output in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = uInt(clamping: input.count)
            stream.pointee.next_out = output.baseAddress
            stream.pointee.avail_out = uInt(output.count)
            let offered = stream.pointee.avail_in
            let status = inflate(stream, Z_NO_FLUSH)
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { return nil }
            return DecompressionStep(
                consumed: Int(offered - stream.pointee.avail_in),
                produced: output.count - Int(stream.pointee.avail_out),
                isEnd: status == Z_STREAM_END
            )
        }
    }
}
