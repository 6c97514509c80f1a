import Foundation
import Testing

@testable import Celery

struct ControlRequestTests {
    private func request(_ body: JSONObject, headers: JSONObject = [:]) throws -> ControlRequest {
        let message = Message(
            body: JSONValue.object(body).serialized(),
            headers: headers,
            properties: MessageProperties(exchange: "celery.pidbox", routingKey: "")
        )
        return try ControlRequest(envelope: message.envelope())
    }

    @Test func `what a client sends is read`() throws {
        let request = try request(
            [
                "method": "revoke", "arguments": ["task_id": "a"], "destination": nil, "pattern": nil, "matcher": nil,
                "ticket": "t", "reply_to": ["exchange": "reply.celery.pidbox", "routing_key": "r"],
            ],
            headers: ["clock": 7, "expires": 1795461326.33]
        )
        #expect(request.method == "revoke")
        #expect(request.arguments == ["task_id": "a"])
        #expect(request.replyAddress == .init(exchange: "reply.celery.pidbox", routingKey: "r"))
        #expect(request.clock == 7)
        #expect(try request.concerns("w1@host"))
    }

    @Test func `a request without an address wants no answer and never expires`() throws {
        let request = try request(["method": "revoke"], headers: ["clock": 1, "expires": 0])
        #expect(request.replyAddress == nil)
        #expect(!request.isStale(at: .distantFuture))
    }

    @Test(
        arguments: [
            (["destination": ["w1@host", "w2@host"]], true),
            (["destination": ["w2@host"]], false),
            (["destination": [], "pattern": "w*", "matcher": "glob"], true),
            (["pattern": "x*", "matcher": "glob"], false),
            (["pattern": "w\\d@.*", "matcher": "pcre"], true),
            (["pattern": "w\\d", "matcher": "pcre"], true),
            (["pattern": "1@", "matcher": "pcre"], false),
            (["destination": ["w1@host"], "pattern": "x*", "matcher": "glob"], true),
            // kombu/pidbox.py: a pattern without a matcher selects nobody out.
            (["pattern": "x*"], true),
        ] as [(JSONObject, Bool)]
    )
    func `a request is for those whom it names`(selection: JSONObject, isConcerned: Bool) throws {
        var body: JSONObject = ["method": "ping"]
        for (name, value) in selection { body[name] = value }
        #expect(try request(body).concerns("w1@host") == isConcerned)
    }

    @Test func `an unknown matcher is an error`() throws {
        let request = try request(["method": "ping", "pattern": "x", "matcher": "soundex"])
        #expect(throws: PythonException.self) { try request.concerns("w1@host") }
    }

    @Test func `a request is read in the serializers that are accepted`() throws {
        var message = Message(body: [], headers: [:], properties: MessageProperties())
        message.setContent(["method": "ping"], preferring: .msgpack, security: nil)
        let envelope = message.envelope()
        let content = ContentSettings(accepted: [.json, .msgpack])
        #expect(try ControlRequest(envelope: envelope, content: content).method == "ping")
        let error = #expect(throws: MessageError.self) { try ControlRequest(envelope: envelope) }
        #expect(error?.code == .contentDisallowed)
    }

    @Test func `an answer is written in the serializer of who answers`() throws {
        let address = ControlRequest.ReplyAddress(exchange: "reply.celery.pidbox", routingKey: "r")
        let request = try request(["method": "ping"])
        let reply = request.reply(
            ["ok": "pong"],
            from: "w@h",
            to: address,
            clock: 3,
            content: ContentSettings(serializer: .msgpack)
        )
        #expect(reply.contentType == "application/x-msgpack")
        #expect(try reply.content(ContentSettings(accepted: [.msgpack])) == ["w@h": ["ok": "pong"]])
        // What MessagePack does not have is answered all the same.
        let big = request.reply(
            .bigInteger("1" + String(repeating: "0", count: 30)),
            from: "w@h",
            to: address,
            clock: 3,
            content: ContentSettings(serializer: .msgpack)
        )
        #expect(big.contentType == "application/json")
    }

    @Test func `only a request that is clearly stale is left undone`() throws {
        let request = try request(["method": "ping"], headers: ["expires": 1000])
        #expect(!request.isStale(at: Date(timeIntervalSince1970: 1059)))
        #expect(request.isStale(at: Date(timeIntervalSince1970: 1061)))
    }
}
