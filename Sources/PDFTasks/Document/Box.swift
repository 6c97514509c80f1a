/// A rectangle on a page in points, its origin at the top left.
struct Box: Sendable, Hashable {
    var x1: Double
    var y1: Double
    var x2: Double
    var y2: Double

    var width: Double { x2 - x1 }
    var height: Double { y2 - y1 }

    /// How far two boxes are apart sideways; 0 if they touch or overlap.
    func sidewaysGap(to other: Box) -> Double {
        max(0, max(other.x1 - x2, x1 - other.x2))
    }

    /// How much of the lower of two boxes lies beside the other, from 0 to 1.
    func verticalOverlap(with other: Box) -> Double {
        let lower = min(height, other.height)
        guard lower > 0 else { return 0 }
        return max(0, min(y2, other.y2) - max(y1, other.y1)) / lower
    }

    /// How much of the narrower of two boxes lies above or below the other, from 0 to 1.
    func sidewaysOverlap(with other: Box) -> Double {
        let narrower = min(width, other.width)
        guard narrower > 0 else { return 0 }
        return max(0, min(x2, other.x2) - max(x1, other.x1)) / narrower
    }

    func union(_ other: Box) -> Box {
        Box(x1: min(x1, other.x1), y1: min(y1, other.y1), x2: max(x2, other.x2), y2: max(y2, other.y2))
    }
}
