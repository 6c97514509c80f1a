import Foundation

/// Signals by the names that Python has for them.
enum SignalName {
    private static let numbers: [String: Int32] = [
        "HUP": SIGHUP, "INT": SIGINT, "QUIT": SIGQUIT, "ILL": SIGILL, "TRAP": SIGTRAP, "ABRT": SIGABRT, "BUS": SIGBUS,
        "FPE": SIGFPE, "KILL": SIGKILL, "USR1": SIGUSR1, "SEGV": SIGSEGV, "USR2": SIGUSR2, "PIPE": SIGPIPE,
        "ALRM": SIGALRM, "TERM": SIGTERM, "CHLD": SIGCHLD, "CONT": SIGCONT, "STOP": SIGSTOP, "TSTP": SIGTSTP,
        "XCPU": SIGXCPU, "XFSZ": SIGXFSZ, "VTALRM": SIGVTALRM, "PROF": SIGPROF, "SYS": SIGSYS,
    ]

    /// A signal's number (celery/platforms.py, `Signals.signum`).
    ///
    /// - Parameter value: Its name with or without `SIG`, or its number; null means `SIGTERM`.
    /// - Returns: The number.
    /// - Throws: ``PythonException`` in Python's words.
    static func number(_ value: JSONValue) throws -> Int32 {
        switch value {
        case .null, .string(""), .integer(0):
            return SIGTERM
        case .integer(let number):
            guard let signal = Int32(exactly: number), signal > 0, signal < 65 else {
                throw PythonException.valueError("signal number out of range")
            }
            return signal
        case .string(let text) where text == text.uppercased():
            let name = text.hasPrefix("SIG") ? String(text.dropFirst(3)) : text
            guard let number = numbers[name] else {
                throw PythonException("AttributeError", message: "module 'signal' has no attribute 'SIG\(name)'")
            }
            return number
        default:
            throw PythonException.typeError("signal name must be uppercase string.")
        }
    }
}
