import Foundation
import Testing

@testable import Celery

extension Fixture {
    /// The path of a file among the keys that Python made.
    static func signing(_ name: String) -> String {
        Bundle.module.bundleURL.appendingPathComponent("Fixtures/signing/\(name)").path
    }

    /// The keys of a signer, and the store of those who are believed.
    static func security(
        _ signer: String = "one",
        _ digest: MessageSecurity.Digest = .sha256
    ) throws -> MessageSecurity {
        let certificate = signing(signer == "stranger" ? "stranger.pem" : "store/\(signer).pem")
        return try MessageSecurity(
            key: signing("\(signer).key"),
            certificate: certificate,
            certificateStore: signing("store"),
            digest: digest
        )
    }
}

@Suite struct SigningWithoutLibraryTests {
    @Test func `a build without the trait says so`() {
        guard !Serializer.auth.isAvailable else { return }
        let error = #expect(throws: CeleryError.self) { try Fixture.security() }
        #expect(error?.message == "this program was built without the package trait Auth")
    }
}

@Suite(.enabled(if: Serializer.auth.isAvailable, "needs the package trait Auth"))
struct SigningTests {
    /// What Celery has signed.
    private struct Case {
        let signer: String
        let digest: MessageSecurity.Digest
        let serializer: String
        let value: JSONValue
        let signed: [UInt8]

        static func all() throws -> [Case] {
            try #require(try Fixture.json("signing-cases.json").arrayValue).map { line in
                Case(
                    signer: try #require(line[0]?.stringValue),
                    digest: try #require(line[1]?.stringValue.flatMap(MessageSecurity.Digest.init(rawValue:))),
                    serializer: try #require(line[2]?.stringValue),
                    value: try #require(line[3]),
                    signed: Array(try #require(line[4]?.stringValue).utf8)
                )
            }
        }
    }

    private static func settings() throws -> ContentSettings {
        ContentSettings(accepted: [.auth], serializer: .auth, security: try Fixture.security())
    }

    @Test func `what Celery has signed is read, by whom it believes and in the same digest`() throws {
        for signed in try Case.all() where signed.signer != "stranger" && signed.serializer != "pickle" {
            guard Serializer(named: signed.serializer)?.isAvailable == true else { continue }
            for digest in MessageSecurity.Digest.allCases {
                let reader = try Fixture.security("one", digest)
                guard digest != signed.digest else {
                    #expect(try reader.decode(signed.signed) == signed.value)
                    continue
                }
                let error = #expect(throws: ContentError.self) { try reader.decode(signed.signed) }
                #expect(
                    error?.problem.hasPrefix("has a bad signature: the key of the certificate DE Sellerie é") == true
                )
            }
        }
    }

    @Test(arguments: ["one", "other"], MessageSecurity.Digest.allCases)
    func `what is signed here is read here`(signer: String, digest: MessageSecurity.Digest) throws {
        let value: JSONValue = [["文", .null], ["k": .string("\0\u{1}")]]
        let signed = try Fixture.security(signer, digest).encode(value)
        #expect(try Fixture.security("one", digest).decode(signed) == value)
        // The salt is drawn anew.
        #expect(try Fixture.security(signer, digest).encode(value) != signed)
    }

    @Test func `who is not believed, or not any more, is refused`() throws {
        let security = try Fixture.security()
        let foreign = try Fixture.security("stranger").encode([1])
        let unknown = #expect(throws: ContentError.self) { try security.decode(foreign) }
        #expect(unknown?.problem == "is signed with a certificate that is not in security_cert_store")
        let own = try security.encode([1])
        let century: TimeInterval = 100 * 366 * 86400
        let expired = #expect(throws: ContentError.self) {
            try security.decode(own, now: Date(timeIntervalSinceNow: century))
        }
        #expect(
            expired?.problem.contains("DE Sellerie é one 1427247692705959881058285969449495136382746625, which") == true
        )
    }

    @Test func `a signature under another name is bad`() throws {
        let security = try Fixture.security()
        let own = try SignedContent(unpacking: security.encode([1]))
        let other = try SignedContent(unpacking: Fixture.security("other").encode([1]))
        let swapped = SignedContent.pack(signer: other.signer, signature: own.signature, own.body, .json)
        let error = #expect(throws: ContentError.self) { try security.decode(swapped) }
        #expect(error?.problem.hasPrefix("has a bad signature") == true)
    }

    @Test func `pickle is not read, whoever has signed it`() throws {
        let pickled = try #require(try Case.all().first { $0.serializer == "pickle" })
        let error = #expect(throws: ContentError.self) { try Fixture.security().decode(pickled.signed) }
        #expect(error?.problem == "is signed, but in a serializer that is not read here")
    }

    @Test func `damaged contents are refused, or mean what was signed`() throws {
        let security = try Fixture.security()
        let value: JSONValue = [["x", 1], ["k": .null], [:]]
        let signed = try security.encode(value)
        let fields = try #require(Base64.decode(String(decoding: signed, as: UTF8.self)))
        var generator = SeededGenerator(state: 67)
        var refusals = 0
        for round in 0..<4000 {
            // In turn what is sent, and the fields that it holds.
            var bytes = round.isMultiple(of: 2) ? signed : fields
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = .random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(.random(in: 0...1, using: &generator), at: place)
                default: bytes.removeSubrange(place...)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            do throws(ContentError) {
                let read = try security.decode(round.isMultiple(of: 2) ? bytes : Base64.encode(bytes))
                #expect(read == value)
            } catch {
                refusals += 1
                #expect(!error.problem.contains("\"x\""))
            }
        }
        #expect(refusals > 3500)
    }

    // MARK: Messages

    @Test func `a worker of signed messages reads no others`() throws {
        let settings = try Self.settings()
        let call = TaskCall(task: "t", args: [1])
        let unsigned = #expect(throws: MessageError.self) { try TaskMessage(call.message(), content: settings) }
        #expect(unsigned?.code == .contentDisallowed)
        var signed = try call.message(settings)
        #expect(signed.contentType == "application/data")
        #expect(signed.contentEncoding == "utf-8")
        #expect(try TaskMessage(signed, content: settings).args == [1])
        // What names no type, or that of bytes, is no way around.
        for type in [nil, "", "application/data"] {
            var bare = call.message()
            bare.contentType = type
            let error = #expect(throws: MessageError.self) { try TaskMessage(bare, content: settings) }
            #expect(error?.description == "body is not what the serializer auth writes")
            #expect(error?.pythonException.type == "DecodeError")
        }
        signed.contentType = "application/text"
        #expect(throws: MessageError.self) { try TaskMessage(signed, content: settings) }
    }

    @Test func `a signed message to who does not accept them says what to do`() throws {
        let signed = try TaskCall(task: "t").message(Self.settings())
        let error = #expect(throws: MessageError.self) { try TaskMessage(signed) }
        #expect(error?.problem.contains("which accept_content does not name") == true)
    }

    @Test func `a retry keeps its signature, and has its own with other arguments`() throws {
        let (settings, other) = (try Self.settings(), try Fixture.security("other"))
        let message = try TaskMessage(TaskCall(task: "t", args: [1]).message(settings), content: settings)
        #expect(message.retry(at: nil, security: other).body == message.message().body)
        let changed = message.retry(at: nil, args: [2], security: other)
        #expect(try TaskMessage(changed, content: settings).args == [2])
        #expect(try SignedContent(unpacking: changed.body).signer == "DE Sellerie é other 7")
    }

    @Test func `a pool's children read what their worker has verified`() throws {
        let message = try TaskCall(task: "t", args: [1]).message(Self.settings())
        #expect(try TaskMessage(message, content: .trusting).args == [1])
    }

    @Test func `remote control is signed as tasks are`() throws {
        let settings = try Self.settings()
        let address = ControlRequest.ReplyAddress(exchange: "e", routingKey: "r")
        var message = TaskCall(task: "t").message()
        message.setContent(["method": "ping"], preferring: .auth, security: settings.security)
        let request = try ControlRequest(envelope: message.envelope(), content: settings)
        let reply = request.reply(["ok": "pong"], from: "w", to: address, clock: 1, content: settings)
        #expect(try reply.content(settings) == ["w": ["ok": "pong"]])
        message.setContent(["method": "shutdown"], preferring: .json, security: settings.security)
        #expect(throws: MessageError.self) { try ControlRequest(envelope: message.envelope(), content: settings) }
    }

    // MARK: Results

    @Test(arguments: [nil, .zlib] as [Compression?])
    func `signed results are read, and no others`(compression: Compression?) throws {
        let settings = ResultSettings(
            compression: compression,
            serializer: .auth,
            security: try Fixture.security()
        )
        let document: JSONValue = ["status": "SUCCESS", "result": 1]
        #expect(try settings.decode(settings.encode(document)) == document)
        #expect(throws: ContentError.self) { try settings.decode(ResultSettings().encode(document)) }
        #expect(throws: ContentError.self) {
            try settings.decode(ResultSettings(compression: .zlib).encode(document))
        }
        #expect(settings.problem(with: ["__type__": "uuid", "__value__": ["hex": "x"]]) == nil)
    }

    // MARK: Files

    @Test func `an encrypted key takes its password`() throws {
        func security(_ password: String?) throws -> MessageSecurity {
            try MessageSecurity(
                key: Fixture.signing("one-encrypted.key"),
                keyPassword: password,
                certificate: Fixture.signing("store/one.pem"),
                certificateStore: Fixture.signing("store/*.pem")
            )
        }
        #expect(try Fixture.security().decode(security("s3cret").encode([1])) == [1])
        for password in [nil, "", "another"] {
            let error = #expect(throws: CeleryError.self) { try security(password) }
            #expect(error?.message.contains("one-encrypted.key is not an RSA key in PEM, or encrypted with") == true)
            #expect(error?.message.contains("another password") == true)
        }
    }

    @Test(arguments: [
        ("absent.key", "store/one.pem", "store", "absent.key cannot be read"),
        ("store", "store/one.pem", "store", "signing/store cannot be read"),
        ("store/one.pem", "store/one.pem", "store", "one.pem is not an RSA key"),
        ("curve.key", "store/one.pem", "store", "curve.key is not an RSA key"),
        ("one.key", "one.key", "store", "one.key is not a certificate"),
        ("one.key", "curve.pem", "store", "curve.pem is not a certificate of an RSA key"),
        ("one.key", "store/one.pem", "absent", "absent has no certificate"),
        ("one.key", "store/one.pem", "*.txt", "*.txt has no certificate"),
        ("one.key", "store/one.pem", "expired.pem", "expired.pem has expired"),
        ("one.key", "store/one.pem", "*.key", "curve.key is not a certificate"),
        ("one.key", "store/one.pem", "s*", "signing/store cannot be read"),
    ])
    func `what cannot be used is named`(key: String, certificate: String, store: String, words: String) {
        let error = #expect(throws: CeleryError.self) {
            try MessageSecurity(
                key: Fixture.signing(key),
                certificate: Fixture.signing(certificate),
                certificateStore: Fixture.signing(store)
            )
        }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
}
