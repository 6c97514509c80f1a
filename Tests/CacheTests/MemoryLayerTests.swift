import Celery
import Testing

@testable import Cache

@Suite struct MemoryLayerTests {
    let start = ContinuousClock.now
    let key = Array("pdf:1:chunks".utf8)

    /// A layer whose session has begun at `start`.
    func tracking(maximumSilence: Duration = .seconds(10)) -> MemoryLayer {
        var layer = MemoryLayer(maximumEntries: 10, maximumBytes: 10_000, maximumSilence: maximumSilence)
        layer.heard(beat: layer.announce(now: start).payload)
        return layer
    }

    /// The reading that the layer asks for.
    func reading(
        _ layer: inout MemoryLayer,
        _ key: [UInt8]? = nil,
        at now: ContinuousClock.Instant? = nil
    ) throws -> MemoryLayer.Reading {
        guard case .read(let reading) = layer.answer(for: key ?? self.key, now: now ?? start) else {
            throw CacheError(.refused, operation: .get, message: "not to be read")
        }
        return reading
    }

    @Test func `what was read is answered from memory`() throws {
        var layer = tracking()
        let reading = try reading(&layer)
        layer.finish(reading, with: .value(["text"], timeToLive: nil))
        #expect(layer.answer(for: key, now: start) == .hit(["text"]))
        #expect(layer.count == 1)
        #expect(layer.hits == 1)
        #expect(layer.misses == 1)
    }

    @Test func `nothing is answered before the first beat is heard`() {
        var layer = MemoryLayer(maximumEntries: 10, maximumBytes: 10_000, maximumSilence: .seconds(10))
        #expect(layer.answer(for: key, now: start) == .unavailable)
        let beat = layer.announce(now: start)
        #expect(layer.answer(for: key, now: start) == .unavailable)
        layer.heard(beat: "\(beat.session + 1):0")
        #expect(!layer.isTracking)
        layer.heard(beat: beat.payload)
        #expect(layer.isTracking)
    }

    @Test func `what is heard of a key between its reading and its storing forbids the storing`() throws {
        var layer = tracking()
        let reading = try reading(&layer)
        layer.invalidate(key)
        layer.finish(reading, with: .value("old", timeToLive: nil))
        #expect(layer.count == 0)
    }

    @Test func `a reading that began after the message may be stored`() throws {
        var layer = tracking()
        let before = try reading(&layer)
        layer.invalidate(key)
        let after = try reading(&layer)
        layer.finish(after, with: .value("new", timeToLive: nil))
        #expect(layer.hit(for: key, now: start) == "new")
        // Two readings gave different values at the same time, so that neither is kept; least of all the older one.
        layer.finish(before, with: .value("old", timeToLive: nil))
        #expect(layer.hit(for: key, now: start) == nil)
    }

    @Test func `a message about a stored key removes it and leaves the others`() throws {
        var layer = tracking()
        let other = Array("pdf:2:chunks".utf8)
        layer.finish(try reading(&layer), with: .value("one", timeToLive: nil))
        layer.finish(try reading(&layer, other), with: .value("two", timeToLive: nil))
        layer.invalidate(key)
        #expect(try reading(&layer).key == key)
        #expect(layer.answer(for: other, now: start) == .hit("two"))
    }

    @Test func `a flush forgets everything and the readings under way`() throws {
        var layer = tracking()
        let other = Array("pdf:2:chunks".utf8)
        layer.finish(try reading(&layer), with: .value("one", timeToLive: nil))
        let underWay = try reading(&layer, other)
        layer.invalidateAll()
        layer.finish(underWay, with: .value("two", timeToLive: nil))
        #expect(layer.count == 0)
        #expect(layer.isTracking)
    }

    @Test func `several readings of a key under way are all forbidden to be stored`() throws {
        var layer = tracking()
        let first = try reading(&layer)
        let second = try reading(&layer)
        layer.invalidate(key)
        layer.finish(second, with: .value("old", timeToLive: nil))
        layer.finish(first, with: .value("old", timeToLive: nil))
        #expect(layer.count == 0)
    }

    @Test func `a failed reading leaves what is stored`() throws {
        var layer = tracking()
        let failed = try reading(&layer)
        let other = try reading(&layer)
        layer.finish(other, with: .value("text", timeToLive: nil))
        layer.finish(failed, with: .failed)
        #expect(layer.hit(for: key, now: start) == "text")
    }

    @Test func `of several readings the first to end is stored and another value of a later one removes it`() throws {
        var layer = tracking()
        let readings = [try reading(&layer), try reading(&layer), try reading(&layer), try reading(&layer)]
        layer.finish(readings[0], with: .value("one", timeToLive: nil))
        layer.finish(readings[1], with: .value("one", timeToLive: nil))
        #expect(layer.hit(for: key, now: start) == "one")
        layer.finish(readings[2], with: .value("two", timeToLive: nil))
        #expect(layer.hit(for: key, now: start) == nil)
        layer.finish(readings[3], with: .value("one", timeToLive: nil))
        #expect(layer.hit(for: key, now: start) == nil)
    }

    @Test func `a reading that ends forbids those under way to be stored`() throws {
        var layer = tracking()
        let first = try reading(&layer)
        let second = try reading(&layer)
        layer.finish(first, with: .value("one", timeToLive: nil))
        layer.invalidate(key)
        let third = try reading(&layer)
        layer.finish(second, with: .value("two", timeToLive: nil))
        layer.finish(third, with: .value("one", timeToLive: nil))
        #expect(layer.hit(for: key, now: start) == nil)
    }

    @Test func `a missing value removes what another reading has stored`() throws {
        var layer = tracking()
        let first = try reading(&layer)
        let second = try reading(&layer)
        layer.finish(first, with: .value("one", timeToLive: nil))
        layer.finish(second, with: .missing)
        #expect(layer.count == 0)
    }

    @Test func `the end of a session forgets everything and the readings of that session`() throws {
        var layer = tracking()
        layer.finish(try reading(&layer), with: .value("one", timeToLive: nil))
        let underWay = try reading(&layer, Array("pdf:2:chunks".utf8))
        layer.end()
        #expect(layer.answer(for: key, now: start) == .unavailable)
        layer.heard(beat: layer.announce(now: start).payload)
        layer.finish(underWay, with: .value("two", timeToLive: nil))
        #expect(layer.count == 0)
    }

    @Test func `a time to live counts from before the reading`() throws {
        var layer = tracking()
        let reading = try reading(&layer)
        layer.finish(reading, with: .value("text", timeToLive: .milliseconds(100)))
        #expect(layer.answer(for: key, now: start + .milliseconds(99)) == .hit("text"))
        #expect(layer.hit(for: key, now: start + .milliseconds(100)) == nil)
    }

    @Test func `silence that is too long stops answers until a beat is heard`() throws {
        var layer = tracking(maximumSilence: .seconds(1))
        layer.finish(try reading(&layer), with: .value("text", timeToLive: nil))
        #expect(layer.answer(for: key, now: start + .seconds(1)) == .hit("text"))

        let late = start + .milliseconds(1001)
        let beat = try #require(try reading(&layer, at: late).beat)
        #expect(layer.hit(for: key, now: late) == nil)
        // One beat is enough.
        #expect(try reading(&layer, at: late).beat == nil)
        layer.heard(beat: beat.payload)
        // What was stored before is still right: all that changed before the beat was heard of.
        #expect(layer.hit(for: key, now: late) == "text")
        // The beat proves what was true when it was sent, not when it came back.
        #expect(layer.hit(for: key, now: late + .milliseconds(1001)) == nil)
    }

    @Test func `a reading in the second half of the time brings a beat along`() throws {
        var layer = tracking(maximumSilence: .seconds(1))
        #expect(try reading(&layer, at: start + .milliseconds(500)).beat == nil)
        #expect(try reading(&layer, at: start + .milliseconds(501)).beat != nil)
    }

    @Test func `a beat that does not come back is replaced and its return means nothing`() throws {
        var layer = tracking(maximumSilence: .seconds(1))
        layer.finish(try reading(&layer), with: .value("text", timeToLive: nil))
        let lost = try #require(try reading(&layer, at: start + .seconds(2)).beat)
        let second = try #require(try reading(&layer, at: start + .seconds(3)).beat)
        layer.heard(beat: lost.payload)
        #expect(layer.hit(for: key, now: start + .seconds(3)) == nil)
        layer.heard(beat: second.payload)
        #expect(layer.hit(for: key, now: start + .seconds(3)) == "text")
    }

    @Test func `a beat of an earlier session proves nothing`() throws {
        var layer = tracking(maximumSilence: .seconds(1))
        let beat = try #require(try reading(&layer, at: start + .seconds(2)).beat)
        layer.end()
        layer.heard(beat: layer.announce(now: start + .seconds(2)).payload)
        layer.finish(try reading(&layer, at: start + .seconds(2)), with: .value("text", timeToLive: nil))
        layer.heard(beat: beat.payload)
        #expect(layer.hit(for: key, now: start + .seconds(4)) == nil)
    }

    @Test func `keys that are only canonically equivalent are different keys`() throws {
        var layer = tracking()
        layer.finish(try reading(&layer, Array("caf\u{E9}".utf8)), with: .value("one", timeToLive: nil))
        #expect(layer.hit(for: Array("cafe\u{301}".utf8), now: start) == nil)
    }

    @Test func `the estimate of a value's memory grows with all its parts`() {
        let text = JSONValue.string(String(repeating: "中", count: 1000))
        #expect(text.footprint >= 3000)
        #expect(JSONValue.array([text, text]).footprint >= 2 * text.footprint)
        #expect(JSONValue.object(["key": text]).footprint > text.footprint)
        #expect(JSONValue.brokenString(Array(repeating: 0xD800, count: 1000)).footprint >= 2000)
        #expect(JSONValue.bigInteger(String(repeating: "9", count: 1000)).footprint >= 1000)
        #expect(JSONValue.integer(1).footprint == MemoryLayout<JSONValue>.stride)
    }
}
