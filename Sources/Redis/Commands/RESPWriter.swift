internal import NIOCore

/// Writes commands as RESP arrays of bulk strings, one after another into one buffer.
///
/// Each argument is written once, straight into the buffer that goes to the socket. The number of arguments comes
/// first on the wire but is known last, so its place is kept free and filled in at the end.
public struct RESPWriter: Sendable {
    private var buffer: ByteBuffer
    private var headerIndex = 0
    private var argumentCount = 0

    init(buffer: ByteBuffer = ByteBuffer()) {
        self.buffer = buffer
    }

    /// Writes one argument.
    ///
    /// - Parameter argument: The argument.
    public mutating func write(_ argument: some RedisArgument) {
        argument.write(to: &self)
    }

    /// Writes one argument from text.
    ///
    /// - Parameter text: The argument.
    public mutating func write(_ text: String) {
        beginArgument(byteCount: text.utf8.count)
        buffer.writeString(text)
        endArgument()
    }

    /// Writes one argument from text.
    ///
    /// - Parameter text: The argument.
    public mutating func write(_ text: Substring) {
        beginArgument(byteCount: text.utf8.count)
        buffer.writeSubstring(text)
        endArgument()
    }

    /// Writes one argument from bytes.
    ///
    /// - Parameter bytes: The argument.
    public mutating func write(_ bytes: [UInt8]) {
        beginArgument(byteCount: bytes.count)
        buffer.writeBytes(bytes)
        endArgument()
    }

    /// Writes one argument from bytes.
    ///
    /// - Parameter bytes: The argument.
    public mutating func write(_ bytes: ArraySlice<UInt8>) {
        beginArgument(byteCount: bytes.count)
        buffer.writeBytes(bytes)
        endArgument()
    }

    /// Writes one argument from a number.
    ///
    /// - Parameter number: The argument, written in decimal digits.
    public mutating func write(_ number: Int) {
        write(String(number))
    }

    /// Writes a command: its name, then what `arguments` writes.
    mutating func command(_ name: String, _ arguments: (inout RESPWriter) -> Void) {
        headerIndex = buffer.writerIndex
        argumentCount = 0
        // The place of "*1\r\n": most commands have fewer than ten arguments.
        buffer.writeStaticString("*0\r\n")
        write(name)
        arguments(&self)
        writeHeader()
    }

    /// Takes what has been written so far; the next command starts in an empty buffer.
    mutating func take() -> ByteBuffer {
        let taken = buffer
        // As large as last time, within limits: the bursts of one loop turn resemble each other.
        buffer = ByteBuffer()
        buffer.reserveCapacity(min(max(taken.readableBytes, 256), 64 * 1024))
        return taken
    }

    var isEmpty: Bool { buffer.readableBytes == 0 }

    private mutating func writeHeader() {
        guard argumentCount > 9 else {
            buffer.setInteger(UInt8(ascii: "0") + UInt8(argumentCount), at: headerIndex + 1)
            return
        }
        // More digits than room for them: the arguments move to the right.
        let header = "*\(argumentCount)\r\n"
        let shift = header.utf8.count - 4
        let arguments = buffer.getSlice(at: headerIndex + 4, length: buffer.writerIndex - headerIndex - 4)
        buffer.writeRepeatingByte(0, count: shift)
        buffer.setString(header, at: headerIndex)
        if let arguments {
            buffer.setBuffer(arguments, at: headerIndex + 4 + shift)
        }
    }

    private mutating func beginArgument(byteCount: Int) {
        argumentCount += 1
        buffer.writeInteger(UInt8(ascii: "$"))
        if byteCount < 10 {
            buffer.writeInteger(UInt8(ascii: "0") + UInt8(byteCount))
        } else {
            buffer.writeString(String(byteCount))
        }
        buffer.writeStaticString("\r\n")
    }

    private mutating func endArgument() {
        buffer.writeStaticString("\r\n")
    }
}
