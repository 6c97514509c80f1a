import Testing

@testable import CommandSupport

@Suite struct ArgumentOrderTests {
    private let commands: Set<String> = ["worker", "result"]

    @Test(arguments: [
        ("-A app worker -c 4", "worker -A app -c 4"),
        ("--app=app -b redis://h worker -Q q", "worker --app=app -b redis://h -Q q"),
        ("worker -A app", "worker -A app"),
        ("--help worker", "worker --help"),
        ("-A worker result id", "result -A worker id"),
    ])
    func `flags before the command go behind it`(given: String, expected: String) {
        let words = given.split(separator: " ").map(String.init)
        let ordered = ArgumentOrder.commandFirst(words, commands: commands)
        #expect(ordered.joined(separator: " ") == expected)
    }

    @Test(arguments: ["--help", "-A app", "-A", "typo -c 4", ""])
    func `without a known command everything stays`(given: String) {
        let words = given.split(separator: " ").map(String.init)
        #expect(ArgumentOrder.commandFirst(words, commands: commands) == words)
    }
}
