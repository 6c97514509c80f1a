internal import Celery

extension JSONValue {
    /// About how many bytes of memory the value takes.
    ///
    /// An estimate to keep accounts by, on the high side: what the allocator adds is not known.
    var footprint: Int { MemoryLayout<JSONValue>.stride + footprintOutside }

    // What lies behind references. Texts of up to 15 bytes lie within the value.
    private var footprintOutside: Int {
        switch self {
        case .null, .bool, .integer, .double: 0
        case .bigInteger(let digits): digits.footprintOutside
        case .string(let text): text.footprintOutside
        case .brokenString(let units): arrayHeader + 2 * units.count
        case .array(let elements): elements.reduce(arrayHeader) { $0 + $1.footprint }
        case .object(let object):
            object.reduce(arrayHeader) { sum, member in
                sum + MemoryLayout<String>.stride + member.key.footprintOutside + member.value.footprint
            }
        }
    }
}

private let arrayHeader = 32

extension String {
    fileprivate var footprintOutside: Int {
        utf8.count > 15 ? arrayHeader + utf8.count : 0
    }
}
