/// How JSON is written.
public struct JSONStyle: Sendable, Hashable {
    /// Whether everything but printable ASCII is escaped, as by Python's `ensure_ascii`.
    public var escapesNonASCII: Bool
    /// Whether a blank follows each comma and colon, as Python writes them.
    public var spaced: Bool
    /// Whether keys are sorted by code points, as by Python's `sort_keys`.
    public var sortsKeys: Bool
    /// Whether NaN and the infinities become `null`, for readers that know no such numbers.
    public var writesNonFiniteAsNull: Bool

    /// Makes a style; the defaults are those of Python's `json.dumps`.
    ///
    /// - Parameters:
    ///   - escapesNonASCII: Whether everything but printable ASCII is escaped.
    ///   - spaced: Whether a blank follows each comma and colon.
    ///   - sortsKeys: Whether keys are sorted by code points.
    ///   - writesNonFiniteAsNull: Whether NaN and the infinities become `null`.
    public init(
        escapesNonASCII: Bool = true,
        spaced: Bool = true,
        sortsKeys: Bool = false,
        writesNonFiniteAsNull: Bool = false
    ) {
        self.escapesNonASCII = escapesNonASCII
        self.spaced = spaced
        self.sortsKeys = sortsKeys
        self.writesNonFiniteAsNull = writesNonFiniteAsNull
    }

    /// What `json.dumps(value)` writes; everything that Celery and kombu store has this form.
    public static let python = JSONStyle()
    /// What `json.dumps(value, ensure_ascii=False)` writes.
    public static let pythonUnicode = JSONStyle(escapesNonASCII: false)
    /// The shortest form: no blanks, UTF-8 as it is.
    public static let compact = JSONStyle(escapesNonASCII: false, spaced: false)
    /// The shortest form that readers other than Python take: as ``compact``, with `null` for NaN and the infinities.
    public static let interchange = JSONStyle(escapesNonASCII: false, spaced: false, writesNonFiniteAsNull: true)

    /// This style with sorted keys.
    public var sorted: JSONStyle {
        var copy = self
        copy.sortsKeys = true
        return copy
    }
}
