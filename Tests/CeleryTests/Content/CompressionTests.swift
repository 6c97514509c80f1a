import Testing

@testable import Celery

@Suite struct CompressionTests {
    /// Those that this build has: `zlib` and `zstd` always.
    private static let available = Compression.allCases.filter(\.isAvailable)

    @Test func `zlib and Zstandard are always there`() {
        #expect(Set(Self.available).isSuperset(of: [.zlib, .zstd]))
    }

    @Test func `all of kombu's names are known`() {
        let names: [Compression: [String]] = [
            .zlib: ["gzip", "zlib", "application/x-gzip"],
            .bzip2: ["bzip2", "bzip", "application/x-bz2"],
            .lzma: ["lzma", "xz", "application/x-lzma"],
            .brotli: ["brotli", "application/x-brotli"],
            .zstd: ["zstd", "zstandard", "application/zstd"],
        ]
        #expect(names.count == Compression.allCases.count)
        for (compression, names) in names {
            #expect(names.allSatisfy { Compression(named: $0) == compression })
            #expect(names.last == compression.contentType)
        }
        #expect(Compression(named: "rot13") == nil)
        #expect(Compression(named: "") == nil)
    }

    @Test func `what kombu has compressed is read`() throws {
        let cases = try #require(try Fixture.json("compression-cases.json").arrayValue)
        #expect(Set(cases.compactMap { $0[0]?.stringValue }).count == 5)
        for testCase in cases {
            let compression = try #require(testCase[0]?.stringValue.flatMap(Compression.init(named:)))
            let contents = try #require(testCase[1]?.hexadecimalBytes)
            let stream = try #require(testCase[2]?.hexadecimalBytes)
            guard compression.isAvailable else {
                let error = #expect(throws: ContentError.self) { try compression.decompress(stream, limit: 9000) }
                #expect(error?.code == .notAvailable)
                #expect(error?.problem.contains("package trait") == true)
                continue
            }
            #expect(try compression.decompress(stream, limit: 9000) == contents)
            #expect(try compression.decompress(stream, limit: contents.count) == contents)
        }
    }

    @Test(arguments: available)
    func `what is compressed is read again`(compression: Compression) throws {
        var generator = SeededGenerator(state: 41)
        for length in [0, 1, 100, 65_536, 65_537, 300_000] {
            let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            for contents in [noise, noise.map { $0 & 3 }, [UInt8](repeating: 7, count: length)] {
                let stream = try compression.compress(contents)
                #expect(try compression.decompress(stream, limit: length) == contents)
            }
        }
    }

    @Test(arguments: available)
    func `a bomb is given up at the limit`(compression: Compression) throws {
        let stream = try compression.compress([UInt8](repeating: 0, count: 64 << 20))
        #expect(stream.count < 1 << 20)
        for limit in [0, 1, 1 << 20, 64 << 20 - 1] {
            let error = #expect(throws: ContentError.self) { try compression.decompress(stream, limit: limit) }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test(arguments: available)
    func `a stream must be whole and alone`(compression: Compression) throws {
        let stream = try compression.compress(Array("some words, some words, some more words".utf8))
        for length in 0..<stream.count {
            #expect(throws: ContentError.self) { try compression.decompress(Array(stream.prefix(length)), limit: 1000) }
        }
        #expect(throws: ContentError.self) { try compression.decompress(stream + [0], limit: 1000) }
        #expect(throws: ContentError.self) { try compression.decompress(stream + stream, limit: 1000) }
    }

    @Test(arguments: available)
    func `damage ends in an error or in bytes within the limit`(compression: Compression) throws {
        var generator = SeededGenerator(state: 43)
        let contents = (0..<2000).map { _ in UInt8.random(in: 0...15, using: &generator) }
        let stream = try compression.compress(contents)
        for _ in 0..<2000 {
            var damaged = stream
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                damaged[Int.random(in: 0..<damaged.count, using: &generator)] ^= .random(in: 1...255, using: &generator)
            }
            let read = try? compression.decompress(damaged, limit: 4000)
            #expect((read?.count ?? 0) <= 4000)
        }
        for length in 0..<300 {
            let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = try? compression.decompress(noise, limit: 4000)
        }
    }
}
