import Celery
import Foundation
import Testing

@Suite struct ProtocolResultTests {
    @Test func `every captured result is written again byte for byte`() throws {
        let results = try #require(try Fixture.json("results.json").arrayValue)
        #expect(results.count > 100)
        for entry in results {
            let text = try #require(entry[1]?.stringValue)
            // These were captured from workers with another timezone; here all times are in UTC.
            if ["variant-timezone-local", "variant-no-utc"].contains(entry[0]?.stringValue) { continue }
            let document = try ResultDocument(parsing: Array(text.utf8))
            #expect(String(decoding: document.serialized(), as: UTF8.self) == text, "\(entry[0] ?? .null)")
            #expect(document.state.isReady == (document.dateDone != nil))
            #expect(document.state.holdsException == (document.exception != nil))
        }
    }

    @Test func `captured tracebacks end as written here`() throws {
        let results = try #require(try Fixture.json("results.json").arrayValue)
        var seen = 0
        for entry in results {
            let document = try ResultDocument(parsing: Array(try #require(entry[1]?.stringValue).utf8))
            guard document.state == .failure, let exception = document.exception, let traceback = document.traceback
            else { continue }
            seen += 1
            #expect(traceback.hasSuffix(exception.summaryLine + "\n"), "\(exception.summaryLine)")
        }
        #expect(seen > 3)
    }

    @Test func `exceptions show themselves as in Python`() throws {
        let cases = try #require(try Fixture.json("exception-cases.json").arrayValue)
        #expect(cases.count > 20)
        for testCase in cases {
            let exception = PythonException(
                try #require(testCase[0]?.stringValue),
                module: testCase[1]?.stringValue,
                arguments: try #require(testCase[2]?.arrayValue)
            )
            #expect(exception.description == testCase[3]?.stringValue)
            #expect(exception.summaryLine == testCase[4]?.stringValue)
            #expect(PythonException(json: exception.jsonValue) == exception)
        }
    }

    @Test func `exceptions are read as leniently as by Celery`() {
        #expect(PythonException(json: ["exc_type": "E", "exc_message": "text"])?.arguments == ["text"])
        #expect(PythonException(json: ["exc_type": "E"])?.arguments == [""])
        #expect(PythonException(json: ["exc_type": "E"])?.module == nil)
        #expect(PythonException(json: "E") == nil)
        #expect(PythonException(json: nil) == nil)
        #expect(PythonException(json: ["exc_type": 1]) == nil)
    }

    @Test func `tracebacks have Python's shape`() {
        let exception = PythonException.valueError("bad value")
        let frame = TracebackFrame(file: "Tasks/Split.swift", line: 12, function: "run()")
        #expect(
            exception.traceback(frames: [frame])
                == """
                Traceback (most recent call last):
                  File "Tasks/Split.swift", line 12, in run()
                ValueError: bad value

                """
        )
        #expect(
            exception.traceback(cause: .typeError("x"))
                == """
                Traceback (most recent call last):
                TypeError: x

                The above exception was the direct cause of the following exception:

                Traceback (most recent call last):
                ValueError: bad value

                """
        )
    }

    @Test func `Swift's errors become exceptions`() {
        struct Missing: Error, CustomStringConvertible {
            var description: String { "no such page" }
        }
        struct Mapped: PythonExceptionConvertible {
            var pythonException: PythonException { .valueError("mapped") }
        }
        #expect(PythonException(Missing()).summaryLine == "swift.Missing: no such page")
        #expect(PythonException(Mapped()) == .valueError("mapped"))
        #expect(PythonException(PythonException.softTimeLimitExceeded) == .softTimeLimitExceeded)
        #expect(PythonException.timeLimitExceeded(.seconds(1)).arguments == [1])
        #expect(PythonException.timeLimitExceeded(.milliseconds(1500)).arguments == [1.5])
    }

    @Test func `broken documents are refused by name`() {
        func failure(_ text: String) -> String? {
            let error = #expect(throws: MessageError.self) { try ResultDocument(parsing: Array(text.utf8)) }
            return error?.description
        }
        #expect(failure("[]") == "result document must be dict, not list")
        #expect(failure("{}") == "result.status is missing")
        #expect(failure(#"{"status": 1}"#) == "result.status must be str, not int")
        #expect(failure(#"{"status": "SUCCESS", "date_done": "x"}"#) == "result.date_done is not an ISO 8601 time")
        #expect(
            failure("\0celery-compressed\0application/x-gzip\0x")
                == "result document cannot be decompressed as application/x-gzip: it is damaged"
        )
        #expect(failure("x") == "result document is not JSON: expected a value at byte 0")
    }

    @Test func `values show themselves as Celery shows them`() throws {
        let cases = try #require(try Fixture.json("repr-cases.json").arrayValue)
        #expect(cases.count > 300)
        for testCase in cases {
            let value = try #require(testCase[0])
            let length = try #require(testCase[1]?.intValue)
            let levels = try #require(testCase[2]?.intValue)
            #expect(value.pythonRepr(maxLength: length, maxLevels: levels) == testCase[3]?.stringValue)
            if let elements = value.arrayValue {
                let shown = JSONValue.pythonRepr(tuple: elements, maxLength: length, maxLevels: levels)
                #expect(shown == testCase[4]?.stringValue)
            }
            #expect(value.exactPythonRepr == testCase[5]?.stringValue)
        }
    }

    @Test(arguments: [
        ("uuid", #"{"hex": "00000000000000000000000000000005"}"#, "UUID('00000000-0000-0000-0000-000000000005')"),
        ("decimal", #""1.50""#, "Decimal('1.50')"),
        ("bytes", #""text""#, "b'text'"),
        ("base64", #""//4=""#, "b'fffe'"),
        ("date", #""2026-01-02""#, "datetime.date(2026, 1, 2)"),
        ("time", #""03:04:00""#, "datetime.time(3, 4)"),
        ("datetime", #""2026-01-02T03:04:05""#, "datetime.datetime(2026, 1, 2, 3, 4, 5)"),
        (
            "datetime", #""2026-01-02T03:04:00.000006Z""#,
            "datetime.datetime(2026, 1, 2, 3, 4, 0, 6, tzinfo=datetime.timezone.utc)"
        ),
        (
            "datetime", #""2026-01-02T03:04:00-05:30""#,
            "datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=66600)))"
        ),
        ("datetime", "1", "{'__type__': 'datetime', '__value__': 1}"),
        (
            // No zone that there is; the number must not be calculated with.
            "time", #""01:02:03+9223372036854775807:00""#,
            "{'__type__': 'time', '__value__': '01:02:03+9223372036854775807:00'}"
        ),
        ("other", #""x""#, "{'__type__': 'other', '__value__': 'x'}"),
    ]) func `tagged values show themselves as what kombu makes of them`(
        type: String,
        value: String,
        shown: String
    ) throws {
        let tagged: JSONValue = ["__type__": .string(type), "__value__": try JSONValue(parsing: Array(value.utf8))]
        #expect(tagged.pythonRepr() == shown)
    }

    @Test func `times are read and written as by Python`() throws {
        let cases = try #require(try Fixture.json("time-cases.json").arrayValue)
        #expect(cases.count > 300)
        for testCase in cases {
            let text = try #require(testCase[0]?.stringValue)
            let timestamp = Timestamp(iso: text)
            #expect(timestamp?.microseconds == testCase[1]?.intValue, "\(text)")
            #expect(timestamp?.isoFormat == testCase[2]?.stringValue, "\(text)")
            if let timestamp, abs(timestamp.microseconds) < 8_000_000_000_000_000 {
                #expect(Timestamp(timestamp.date) == timestamp, "\(text)")
            }
        }
    }

    @Test func `a time is written in a zone as Python does`() throws {
        let noon = Date(timeIntervalSince1970: 1_783_425_600)
        // datetime.fromtimestamp(1783425600, ZoneInfo(…)).isoformat()
        for (zone, text) in [
            ("Europe/Berlin", "2026-07-07T14:00:00+02:00"), ("America/St_Johns", "2026-07-07T09:30:00-02:30"),
            ("Asia/Kathmandu", "2026-07-07T17:45:00+05:45"), ("UTC", "2026-07-07T12:00:00+00:00"),
        ] {
            let zone = try #require(TimeZone(identifier: zone))
            #expect(Timestamp(noon).isoFormat(in: zone) == text)
            #expect(Timestamp(iso: text) == Timestamp(noon))
        }
        #expect(Timestamp(.distantPast).isoFormat(in: TimeZone(secondsFromGMT: -60)) == "0001-01-01T00:00:00+00:00")
    }

    @Test func `dates beyond Python's years are bounded`() {
        #expect(Timestamp(.distantPast).isoFormat == "0001-01-01T00:00:00+00:00")
        #expect(Timestamp(Date(timeIntervalSince1970: 1e300)).isoFormat == "9999-12-31T23:59:59.999999+00:00")
        #expect(Timestamp(Date(timeIntervalSince1970: -.infinity)).isoFormat == "0001-01-01T00:00:00+00:00")
        #expect(Timestamp(Date(timeIntervalSince1970: .nan)).isoFormat == "2001-01-01T00:00:00+00:00")
    }
}
