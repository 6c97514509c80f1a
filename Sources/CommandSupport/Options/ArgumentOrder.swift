/// Celery's way to write arguments: `celery -A app -b URL worker -c4` has the program's flags before the command, and a value
/// right behind its flag.
package enum ArgumentOrder {
    private static let flagsWithValues: Set<String> = [
        "-A", "--app", "-b", "--broker", "--result-backend", "--config", "--loader", "--workdir",
    ]

    /// The flags of one letter that have values.
    private static let lettersWithValues = Set("AIOPQSXabcfklnos")

    /// Sets apart the values that stand right behind their flags, as in `-c4 -Ofair`.
    ///
    /// ArgumentParser's own way (`allowingJoined`) finds the flag `-h` in `-Qhigh`.
    ///
    /// - Parameter arguments: The arguments without the program's name.
    /// - Returns: The arguments, with `-c=4` for `-c4`.
    package static func valuesApart(_ arguments: [String]) -> [String] {
        let options = arguments.prefix { $0 != "--" }
        let apart = options.map { argument in
            guard argument.hasPrefix("-"), let letter = argument.dropFirst().first, lettersWithValues.contains(letter)
            else { return argument }
            let value = argument.dropFirst(2)
            return value.isEmpty || value.hasPrefix("=") ? argument : "-\(letter)=\(value)"
        }
        return apart + arguments[options.endIndex...]
    }

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
