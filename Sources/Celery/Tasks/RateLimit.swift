/// How often a task may start in one worker (Celery's `rate_limit`).
///
/// Each worker counts for itself, and each task: one start, then a pause before the next one, whatever the pool's size.
public struct RateLimit: Sendable, Hashable, CustomStringConvertible {
    /// Starts in a second; zero for no limit.
    public let perSecond: Double
    /// The limit as it was written, such as `10/m`.
    public let description: String

    /// No limit, also where the worker has a default one.
    public static let none = RateLimit(perSecond: 0, description: "0")

    /// Reads a limit as Celery writes it: `"10/m"`, `"2/s"`, `"100/h"`, or a number of starts in a second.
    ///
    /// - Parameter text: The limit; an empty text and zero are no limit.
    /// - Throws: ``CeleryError`` with the code `invalidConfiguration` and Celery's words.
    public init(_ text: String) throws {
        do throws(PythonException) {
            try self.init(python: text)
        } catch {
            throw CeleryError(.invalidConfiguration, "Invalid rate limit string: \(error)")
        }
    }

    /// Makes a limit of starts in some time.
    ///
    /// - Parameters:
    ///   - count: How many; zero for no limit.
    ///   - time: In how long.
    public init(_ count: Int, per time: Duration) {
        let rate = time > .zero ? Double(max(count, 0)) / time.seconds : 0
        switch time {
        case .seconds(1): self.init(perSecond: rate, description: "\(count)/s")
        case .seconds(60): self.init(perSecond: rate, description: "\(count)/m")
        case .seconds(3600): self.init(perSecond: rate, description: "\(count)/h")
        default: self.init(perSecond: rate, description: "\(rate)/s")
        }
    }

    /// Reads a limit (celery/utils/time.py, `rate`).
    ///
    /// - Parameter text: The limit.
    /// - Throws: What Python throws for what it cannot read.
    init(python text: String) throws(PythonException) {
        guard !text.isEmpty else {
            self = .none
            return
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let seconds: Double
        switch parts.count > 1 ? parts[1] : "" {
        case "", "s": seconds = 1
        case "m": seconds = 60
        case "h": seconds = 3600
        case let unit: throw PythonException("KeyError", message: String(unit))
        }
        let digits = parts[0].drop(while: \.isWhitespace)
        let end = digits.lastIndex { !$0.isWhitespace }
        guard let number = end.flatMap({ Double(digits[...$0]) }), !number.isNaN, number >= 0 else {
            let shown = JSONValue.string(String(parts[0])).exactPythonRepr
            throw .valueError("could not convert string to float: \(shown)")
        }
        // As often as anybody likes is no limit.
        self.init(perSecond: number.isInfinite ? 0 : number / seconds, description: text)
    }

    private init(perSecond: Double, description: String) {
        self.perSecond = perSecond
        self.description = description
    }
}
