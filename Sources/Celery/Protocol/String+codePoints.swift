extension String {
    /// Whether both texts consist of the same code points.
    ///
    /// Swift's `==` also holds for texts that are only canonically equivalent, such as a composed and a decomposed "é",
    /// which Python tells apart.
    func hasSameCodePoints(as other: String) -> Bool {
        // Same code points imply Swift's equality, which is the faster of the two to refute.
        self == other && (utf8.count == other.utf8.count) && utf8.elementsEqual(other.utf8)
    }

    /// Feeds the code points into `hasher`.
    func hashCodePoints(into hasher: inout Hasher) {
        var copy = self
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }

    /// Whether this text comes before `other` in the order of code points, which is Python's order of texts.
    func precedesByCodePoints(_ other: String) -> Bool {
        // The order of UTF-8 bytes is the order of code points.
        utf8.lexicographicallyPrecedes(other.utf8)
    }
}
