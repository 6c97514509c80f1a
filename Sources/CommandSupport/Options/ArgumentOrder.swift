/// Celery's order of arguments: `celery -A app -b URL worker -c 4` has the program's flags before the command.
package enum ArgumentOrder {
    private static let flagsWithValues: Set<String> = [
        "-A", "--app", "-b", "--broker", "--result-backend", "--config", "--loader", "--workdir",
    ]

    /// Moves flags before the command behind it.
    ///
    /// - Parameters:
    ///   - arguments: The arguments without the program's name.
    ///   - commands: The names of the commands.
    /// - Returns: The arguments with the command first, or as they were if there is none.
    package static func commandFirst(_ arguments: [String], commands: Set<String>) -> [String] {
        var index = arguments.startIndex
        while index < arguments.endIndex, arguments[index].hasPrefix("-") {
            index += flagsWithValues.contains(arguments[index]) ? 2 : 1
        }
        guard index < arguments.endIndex, commands.contains(arguments[index]) else { return arguments }
        return [arguments[index]] + arguments[..<index] + arguments[(index + 1)...]
    }
}
