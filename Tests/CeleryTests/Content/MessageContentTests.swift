import Foundation
import Testing

@testable import Celery

@Suite struct MessageContentTests {
    private static let all = ContentSettings(accepted: Set(Serializer.allCases).subtracting([.auth]))
    private static let serializers = Serializer.allCases.filter { $0.isAvailable && $0 != .auth }

    @Test(arguments: serializers, Compression.allCases.filter(\.isAvailable))
    func `a call is read as it was written`(serializer: Serializer, compression: Compression) throws {
        var call = TaskCall(task: "t", args: [1, "文本", [1.5, nil]], kwargs: ["k": ["a": true]])
        call.embed = TaskEmbed(callbacks: [["task": "next"]])
        let sent = try call.message(ContentSettings(serializer: serializer, compression: compression))
        #expect(sent.contentType == serializer.contentType)
        #expect(sent.contentEncoding == serializer.contentEncoding)
        #expect(sent.headers["compression"] == .string(compression.contentType))
        let read = try TaskMessage(Message(envelope: sent.envelope()), content: Self.all)
        #expect(read.args == call.args)
        #expect(read.kwargs == call.kwargs)
        #expect(read.embed == call.embed)
        // A retry is the same bytes; with other arguments it has the same form.
        #expect(read.retry(at: Date()).body == sent.body)
        let changed = read.retry(at: Date(), args: [2])
        #expect(changed.contentType == serializer.contentType)
        #expect(changed.headers["compression"] == .string(compression.contentType))
        #expect(try TaskMessage(changed, content: Self.all).args == [2])
        #expect(try TaskMessage(changed, content: Self.all).kwargs == call.kwargs)
    }

    @Test func `a call's own word counts before the settings`() throws {
        var call = TaskCall(task: "t")
        call.serializer = .json
        call.compression = .zstd
        let message = try call.message(ContentSettings(serializer: .msgpack, compression: .zlib))
        #expect(message.contentType == "application/json")
        #expect(message.compression == "application/zstd")
    }

    @Test func `what a serializer does not have is an error of the sender`() {
        let uuid: JSONValue = ["__type__": "uuid", "__value__": ["hex": "00000000000000000000000000000005"]]
        let call = TaskCall(task: "t", args: [uuid])
        #expect {
            try call.outgoing(ContentSettings(serializer: .msgpack))
        } throws: { error in
            (error as? CeleryError)?.code == .codingFailed && "\(error)".contains("uuid")
                && !"\(error)".contains("0005")
        }
    }

    @Test func `a retry that its serializer cannot hold is sent in JSON`() throws {
        let sent = try TaskCall(task: "t", args: [1]).message(ContentSettings(serializer: .msgpack, compression: .zlib))
        let uuid: JSONValue = ["__type__": "uuid", "__value__": ["hex": "00000000000000000000000000000005"]]
        let retry = try TaskMessage(sent, content: Self.all).retry(at: Date(), args: [uuid])
        #expect(retry.contentType == "application/json")
        #expect(retry.compression == nil)
        #expect(try TaskMessage(retry).args == [uuid])
    }

    @Test func `only what is accepted is read, and nothing is decompressed before`() throws {
        let sent = try TaskCall(task: "t").message(ContentSettings(serializer: .msgpack, compression: .zlib))
        let error = #expect(throws: MessageError.self) { try TaskMessage(sent) }
        #expect(error?.code == .contentDisallowed)
        #expect(error?.taskID == sent.taskID)
        #expect(error?.pythonException.type == "ContentDisallowed")
        let words = "Refusing to deserialize untrusted content of type msgpack (application/x-msgpack)"
        #expect(error?.pythonException.arguments == [.string(words)])
        #expect(throws: Never.self) { try TaskMessage(sent, content: Self.all) }
        let narrow = ContentSettings(accepted: [.msgpack], maximumBodySize: 3)
        let tooLarge = #expect(throws: MessageError.self) { try TaskMessage(sent, content: narrow) }
        #expect(tooLarge?.problem.hasSuffix("it holds more than 3 bytes") == true)
    }

    @Test(
        arguments: [
            ("text/plain", "utf-8", "content-type", "text/plain is not accepted"),
            (
                "application/x-python-serialize", "binary", "content-type",
                "application/x-python-serialize is not accepted"
            ),
            ("application/data", "binary", "body", "must be list, not dict"),
            ("application/data", "utf-8", "body", "must be list, not str"),
            ("application/text", "us-ascii", "body", "must be list, not str"),
            ("application/data", "utf-16", "body", "is text in utf-16, which is not known"),
            (nil, nil, "body", "must be list, not str"),
        ] as [(String?, String?, String, String)]
    )
    func `raw bodies are no calls`(type: String?, encoding: String?, member: String, problem: String) throws {
        var message = TaskCall(task: "t").message()
        message.contentType = type
        message.contentEncoding = encoding
        let error = #expect(throws: MessageError.self) { try TaskMessage(message, content: Self.all) }
        #expect(error?.member == member)
        #expect(error?.problem == problem)
        #expect(error?.taskID == message.taskID)
    }

    @Test func `a signed body is said to be one`() throws {
        // celery/security/serialization.py, _pack: five parts in Base64, the last of which may be anything.
        let parts = [
            Array("MQ==".utf8), Array("c2ln".utf8), Array("application/json".utf8), Array("utf-8".utf8), [0, 1],
        ]
        var message = TaskCall(task: "t").message()
        message.contentType = "application/data"
        message.body = Base64.encode(Array(parts.joined(separator: [0, 1])))
        let error = #expect(throws: MessageError.self) { try TaskMessage(message) }
        #expect(error?.description.hasPrefix("body is signed by the serializer auth") == true)
        #expect(error?.description.contains("trait Auth") == !Serializer.auth.isAvailable)
        #expect(error?.pythonException.type == "DecodeError")
    }

    @Test func `raw bodies are read as kombu reads them`() throws {
        var message = Message(
            body: Array("é".utf8),
            contentType: nil,
            contentEncoding: nil,
            headers: [:],
            properties: .init()
        )
        #expect(try message.content() == "é")
        message.contentType = "application/data"
        message.contentEncoding = "binary"
        #expect(try message.content() == ["__type__": "bytes", "__value__": "é"])
        message.body = [0xFF]
        #expect(try message.content() == ["__type__": "base64", "__value__": "/w=="])
    }

    @Test func `the encoding of what a serializer wrote does not matter`() throws {
        var message = TaskCall(task: "t", args: ["é"]).message()
        message.contentEncoding = "iso-8859-15"
        #expect(try TaskMessage(message).args == ["é"])
    }

    @Test func `an unknown compression is named`() throws {
        var message = TaskCall(task: "t").message()
        message.headers["compression"] = "application/x-rot13"
        let error = #expect(throws: MessageError.self) { try TaskMessage(message) }
        #expect(error?.code == .unsupportedCompression)
        #expect(error?.description == "body is compressed as application/x-rot13, which is not known")
    }

    @Test func `captured yaml is read, and written alike`() throws {
        guard Serializer.yaml.isAvailable else { return }
        let body = "- - 1\n  - 2\n- {}\n- callbacks: null\n  chain: null\n  chord: null\n  errbacks: null\n"
        let sent = try TaskCall(task: "labapp.add", args: [1, 2]).message(ContentSettings(serializer: .yaml))
        #expect(String(decoding: sent.body, as: UTF8.self) == body)
        #expect(try TaskMessage(sent, content: Self.all).args == [1, 2])
    }
}
