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

    @Test func `only a request that is clearly stale is left undone`() throws {
        let request = try request(["method": "ping"], headers: ["expires": 1000])
        #expect(!request.isStale(at: Date(timeIntervalSince1970: 1059)))
        #expect(request.isStale(at: Date(timeIntervalSince1970: 1061)))
    }
}
