import Foundation
import Testing

@testable import Celery

@Suite struct ResultSettingsTests {
    private static let serializers = Serializer.allCases.filter { $0.isAvailable && $0 != .auth }
    private static let compressions = [nil] + Compression.allCases.filter(\.isAvailable).map { $0 as Compression? }

    @Test func `a compressed result of Celery is read`() throws {
        let captured = """
            AGNlbGVyeS1jb21wcmVzc2VkAGFwcGxpY2F0aW9uL3gtZ3ppcAB4nBWNTQqDMBgFryLZtinfjyY1W+kJbFelSExSFIMFE1eld29czvCY9xUp27wn\
            YSrRP7ru1vfiXIktpD3mIrlA3qwLo3VL4XWPsSg3zdFvYS3m+SrsbQ6D/6zh6BCQkoiS+I5X02iD9aVmTaROAAbgOMg2LcPsjzmHNnBDKJEIZI3c\
            yJZglOz8qNi+tdVK/P79vy2v
            """
        let bytes = try #require(Base64.decode(captured))
        let document = try ResultDocument(parsing: bytes)
        #expect(document.state == .success)
        #expect(document.result == 3)
        #expect(document.taskID == "3e9e3521-1220-4135-920b-3cdb63af7a76")
        // What is read is written again in the same form.
        let settings = ResultSettings(compression: .zlib)
        #expect(
            settings.encode(document.jsonValue).starts(with: Array("\0celery-compressed\0application/x-gzip\0".utf8))
        )
        #expect(try ResultDocument(parsing: settings.encode(document.jsonValue)) == document)
    }

    @Test(arguments: serializers, compressions)
    func `what is written is read, compressed or not`(serializer: Serializer, compression: Compression?) throws {
        let settings = ResultSettings(compression: compression, serializer: serializer)
        let values: [JSONValue] = [
            ["status": "SUCCESS", "result": ["a": [1, 2.5, nil, "文"]]], [1, "id", "SUCCESS", [3]], [],
        ]
        for value in values { #expect(try settings.decode(settings.encode(value)) == value) }
        // Results from before the settings were changed are JSON.
        let older = ResultSettings().encode(values[0])
        #expect(try settings.decode(older) == values[0])
    }

    @Test func `damaged compressed results are refused`() {
        let settings = ResultSettings()
        for text in [
            "\0celery-compressed\0", "\0celery-compressed\0application/zip\0x", "\0celery-compressed\0gzip\0x",
        ] {
            #expect(throws: ContentError.self) { try settings.decode(Array(text.utf8)) }
        }
        let bomb = ResultSettings(compression: .zstd).encode(.string(String(repeating: "x", count: 10_000)))
        #expect(throws: ContentError.self) { try ResultSettings(maximumSize: 9_999).decode(bomb) }
    }

    @Test func `what is not accepted is not read`() throws {
        let json = ResultSettings().encode(["status": "SUCCESS"])
        let open = ResultSettings(serializer: .msgpack)
        #expect(try open.decode(json)["status"] == "SUCCESS")
        let strict = ResultSettings(serializer: .msgpack, accepted: [.msgpack])
        #expect { try strict.decode(json) } throws: { ($0 as? ContentError)?.code == .notAccepted }
        #expect(try strict.decode(strict.encode(["status": "SUCCESS"]))["status"] == "SUCCESS")
    }

    @Test func `what a serializer does not have is stored as text`() throws {
        let uuid: JSONValue = ["__type__": "uuid", "__value__": ["hex": "00000000000000000000000000000005"]]
        let settings = ResultSettings(serializer: .msgpack)
        let stored = try settings.decode(settings.encode(["exc_message": [1, uuid, .brokenString([0xD800])]]))
        #expect(stored["exc_message"]?[0] == 1)
        #expect(stored["exc_message"]?[1] == "UUID('00000000-0000-0000-0000-000000000005')")
        #expect(stored["exc_message"]?[2] == .string("'\\ud800'"))
        #expect(settings.problem(with: [uuid]) == "the result holds a uuid, which msgpack does not have")
        #expect(settings.problem(with: [1]) == nil)
        #expect(ResultSettings().problem(with: [uuid]) == nil)
    }

    @Test func `lifetimes follow Celery's rules`() {
        let plain = ResultSettings()
        #expect(plain.lifetime(of: .success) == 86400)
        #expect(plain.lifetime(of: .failure) == 86400)
        #expect(plain.chordLifetime == 86400)
        #expect(plain.groupLifetime == 86400)
        let settings = ResultSettings(
            expires: .milliseconds(2900),
            failureExpires: .seconds(10),
            chordExpires: .seconds(1)
        )
        #expect(settings.lifetime(of: .success) == 2)
        #expect(settings.lifetime(of: .retry) == 2)
        #expect(settings.lifetime(of: .failure) == 10)
        #expect(settings.chordLifetime == 1)
        #expect(settings.groupLifetime == 2)
        #expect(ResultSettings(expires: .zero).lifetime(of: .failure) == 0)
        #expect(ResultSettings(failureExpires: .zero).lifetime(of: .failure) == 0)
        #expect(ResultSettings(expires: .seconds(5), chordExpires: .seconds(9)).groupLifetime == 9)
        #expect(ResultSettings(expires: .zero, chordExpires: .seconds(9)).groupLifetime == 0)
        #expect(ResultSettings(chordExpires: .zero).groupLifetime == 0)
    }

    @Test func `pauses between tries follow Celery's policies`() {
        let usual = ResultRetries()
        #expect(
            (1...4).map { usual.pause(after: $0, isWrite: true) } == [.zero, .seconds(1), .seconds(1), .seconds(1)]
        )
        #expect(usual.pause(after: 20, isWrite: true) != nil)
        #expect(usual.pause(after: 21, isWrite: true) == nil)
        #expect(usual.pause(after: 1, isWrite: false) == nil)
        #expect(ResultRetries(writes: nil).pause(after: 1_000_000, isWrite: true) == .seconds(1))
        let always = ResultRetries(writes: 0, always: true, most: 40, maximumPause: .seconds(2))
        for failures in 1...40 {
            let pause = always.pause(after: failures, isWrite: failures.isMultiple(of: 2))
            let most = min(Duration.milliseconds(10 * (1 << failures)), .seconds(2))
            #expect((.zero...most).contains(pause ?? .seconds(9)), "\(failures)")
        }
        #expect(always.pause(after: 41, isWrite: false) == nil)
    }
}
