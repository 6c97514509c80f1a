import Testing

@testable import CommandSupport

@Suite struct ArgumentOrderTests {
    private let commands: Set<String> = ["worker", "result"]

    @Test(arguments: [
        ("-A app worker -c 4", "worker -A app -c 4"),
        ("--app=app -b redis://h worker -Q q", "worker --app=app -b redis://h -Q q"),
        ("-A=app -b=redis://h worker -c=4", "worker -A=app -b=redis://h -c=4"),
        ("worker -A app", "worker -A app"),
        ("--help worker", "worker --help"),
        ("-A worker result id", "result -A worker id"),
    ])
    func `flags before the command go behind it`(given: String, expected: String) {
        let words = given.split(separator: " ").map(String.init)
        let ordered = ArgumentOrder.commandFirst(words, commands: commands)
        #expect(ordered.joined(separator: " ") == expected)
    }

    @Test(arguments: [
        ("-Aapp -bredis://h?a=b worker -c4", "-A=app -b=redis://h?a=b worker -c=4"),
        ("-A app -c=4 -El info --concurrency=4 -B -", "-A app -c=4 -El info --concurrency=4 -B -"),
        ("process -ofile -- -c4", "process -o=file -- -c4"),
    ])
    func `values right behind their flags are set apart`(given: String, expected: String) {
        let words = given.split(separator: " ").map(String.init)
        #expect(ArgumentOrder.valuesApart(words).joined(separator: " ") == expected)
    }

    @Test(arguments: ["--help", "-A app", "-A", "typo -c 4", ""])
    func `without a known command everything stays`(given: String) {
        let words = given.split(separator: " ").map(String.init)
        #expect(ArgumentOrder.commandFirst(words, commands: commands) == words)
    }
}
