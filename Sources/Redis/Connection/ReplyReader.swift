internal import CHiredis
internal import NIOCore

/// hiredis' parser with callbacks that build Swift values.
///
/// The one place with unsafe memory. hiredis gets no pointer to any Swift value: the callbacks put what they see into
/// a ``ReplyBuilder`` and hand hiredis a mark that is never followed.
///
/// Not `Sendable`: belongs to the event loop of its connection.
struct ReplyReader: ~Copyable {
    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private let builder = ReplyBuilder()
    private let maximumReplySize: Int
    private var bytesSinceReply = 0

    // Feeding in slices keeps what the parser moves about small, whatever one read of the socket brings.
    private static let sliceSize = 16 * 1024
    // The parser's buffer is given back when it is empty and larger than this (hiredis: redisReader.maxbuf).
    private static let retainedBufferSize = 256 * 1024
    // hiredis 0.14 indexes its buffer with an int in one place (sds.c, sdsrange).
    private static let sizeLimit = 1 << 30

    /// Creates a reader; nil when there is no memory for it.
    ///
    /// - Parameter maximumReplySize: The bytes that one reply may take.
    init?(maximumReplySize: Int) {
        self.maximumReplySize = min(max(maximumReplySize, 1), ReplyReader.sizeLimit)
        functions = .allocate(capacity: 1)
        functions.initialize(to: ReplyReader.callbacks())
        guard let reader = redisReaderCreateWithFunctions(functions) else {
            functions.deallocate()
            return nil
        }
        reader.pointee.maxbuf = ReplyReader.retainedBufferSize
        // Not retained: the builder lives as long as this value, which frees the reader.
        reader.pointee.privdata = Unmanaged.passUnretained(builder).toOpaque()
        self.reader = reader
    }

    deinit {
        redisReaderFree(reader)
        functions.deallocate()
    }

    /// Parses bytes that follow those of the calls before.
    ///
    /// After an error the reader is of no use any more.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - values: Where whole replies are appended, also those before an error.
    /// - Throws: ``RedisError/Code/protocolError``.
    mutating func read(_ bytes: ByteBuffer, into values: inout [RedisValue]) throws(RedisError) {
        var rest = bytes
        while let slice = rest.readSlice(length: min(rest.readableBytes, ReplyReader.sliceSize)),
            slice.readableBytes > 0
        {
            let status = slice.withUnsafeReadableBytes { bytes in
                redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
            }
            guard status == REDIS_OK else { throw failure() }
            bytesSinceReply += slice.readableBytes
            try drain(into: &values)
            try checkSize(bytesSinceReply)
        }
    }

    private mutating func drain(into values: inout [RedisValue]) throws(RedisError) {
        while true {
            var mark: UnsafeMutableRawPointer?
            guard redisReaderGetReply(reader, &mark) == REDIS_OK else { throw failure() }
            guard mark != nil else { return }
            guard let value = builder.take() else {
                throw RedisError(.protocolError, message: "the parser gave a reply without a value")
            }
            let rest = reader.pointee.len - reader.pointee.pos
            try checkSize(bytesSinceReply - rest)
            values.append(value)
            bytesSinceReply = rest
        }
    }

    private func checkSize(_ size: Int) throws(RedisError) {
        guard size > maximumReplySize else { return }
        throw RedisError(.protocolError, message: "a reply is larger than \(maximumReplySize) bytes")
    }

    // hiredis' message may quote a byte of the stream, so only the kind of error is told.
    private func failure() -> RedisError {
        let message =
            switch reader.pointee.err {
            case REDIS_ERR_OOM: "no memory for the reply, or it is of a type that RESP2 does not have"
            case REDIS_ERR_PROTOCOL: "the server sent what is not RESP2, or arrays nested too deeply"
            default: "the reply could not be read"
            }
        return RedisError(.protocolError, message: message)
    }

    private static func callbacks() -> redisReplyObjectFunctions {
        var functions = redisReplyObjectFunctions()
        chiredis_refuse_resp3(&functions)
        functions.createString = { task, bytes, count in
            guard let task, let bytes, let builder = ReplyReader.builder(of: task) else { return nil }
            let text = UnsafeRawBufferPointer(start: bytes, count: count)
            switch task.pointee.type {
            case REDIS_REPLY_STRING: builder.add(.bulk([UInt8](text)))
            case REDIS_REPLY_STATUS: builder.add(.simpleString(String(decoding: text, as: UTF8.self)))
            case REDIS_REPLY_ERROR: builder.add(.error(String(decoding: text, as: UTF8.self)))
            default: return nil
            }
            return ReplyReader.mark
        }
        functions.createArray = { task, count in
            guard let task, task.pointee.type == REDIS_REPLY_ARRAY, let builder = ReplyReader.builder(of: task) else {
                return nil
            }
            builder.beginArray(count: Int(count))
            return ReplyReader.mark
        }
        functions.createInteger = { task, number in
            guard let task, let builder = ReplyReader.builder(of: task) else { return nil }
            builder.add(.integer(Int64(number)))
            return ReplyReader.mark
        }
        functions.createNil = { task in
            guard let task, let builder = ReplyReader.builder(of: task) else { return nil }
            builder.add(.null)
            return ReplyReader.mark
        }
        functions.freeObject = { _ in }
        return functions
    }

    private static func builder(of task: UnsafePointer<redisReadTask>) -> ReplyBuilder? {
        guard let pointer = task.pointee.privdata else { return nil }
        return Unmanaged<ReplyBuilder>.fromOpaque(pointer).takeUnretainedValue()
    }

    // "Not NULL" is all that hiredis looks at.
    private static var mark: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: 1) }
}

/// Puts values, which come in the order of the bytes, back into their arrays.
final class ReplyBuilder {
    private struct Frame {
        var remaining: Int
        var elements: [RedisValue] = []
    }

    private var frames: [Frame] = []
    private var finished: RedisValue?

    // A server may announce two thousand million elements and never send one.
    private static let reservationLimit = 1024

    func beginArray(count: Int) {
        guard count > 0 else {
            add(.array([]))
            return
        }
        var frame = Frame(remaining: count)
        frame.elements.reserveCapacity(min(count, ReplyBuilder.reservationLimit))
        frames.append(frame)
    }

    func add(_ value: RedisValue) {
        var value = value
        while let last = frames.indices.last {
            frames[last].elements.append(value)
            frames[last].remaining -= 1
            guard frames[last].remaining == 0 else { return }
            value = .array(frames.removeLast().elements)
        }
        finished = value
    }

    func take() -> RedisValue? {
        defer { finished = nil }
        return finished
    }
}
