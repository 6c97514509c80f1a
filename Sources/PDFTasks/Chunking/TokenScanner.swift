/// Cuts text into the pieces that a token never crosses, each with its estimated cost in hundredths of a token.
struct TokenScanner {
    /// One piece.
    struct Piece: Hashable {
        var range: Range<Int>
        var cost: Int
    }

    private let scalars: ArraySlice<Unicode.Scalar>
    private var position: Int

    init(_ scalars: ArraySlice<Unicode.Scalar>) {
        self.scalars = scalars
        position = scalars.startIndex
    }

    mutating func next() -> Piece? {
        guard position < scalars.endIndex else { return nil }
        let start = position
        let kind = TokenKind(scalars[start])
        position += 1
        switch kind {
        case .space:
            var breaks = scalars[start].isLineBreak ? 1 : 0
            advance { scalar in
                guard scalar.isSpace else { return false }
                breaks += scalar.isLineBreak ? 1 : 0
                return true
            }
            let cost = TokenCosts.space(
                length: position - start,
                breaks: breaks,
                after: start > scalars.startIndex ? scalars[start - 1] : nil,
                before: position < scalars.endIndex ? scalars[position] : nil
            )
            return piece(start, cost)
        case .latin:
            var uppercase = scalars[start].isUppercaseLetter ? 1 : 0
            var accented = scalars[start].value > 0x7F ? 1 : 0
            advance { scalar in
                guard TokenKind(scalar) == .latin else { return false }
                uppercase += scalar.isUppercaseLetter ? 1 : 0
                accented += scalar.value > 0x7F ? 1 : 0
                return true
            }
            let cost = TokenCosts.word(
                length: position - start,
                uppercase: uppercase,
                startsUppercase: scalars[start].isUppercaseLetter,
                accented: accented,
                followsSpace: start == scalars.startIndex || scalars[start - 1].isSpace
            )
            return piece(start, cost)
        case .digit:
            advance { TokenKind($0) == .digit }
            return piece(start, TokenCosts.digits(length: position - start))
        case .sign:
            let first = scalars[start]
            var isRepeated = true
            advance { scalar in
                guard TokenKind(scalar) == .sign else { return false }
                isRepeated = isRepeated && scalar == first
                return true
            }
            return piece(start, TokenCosts.signs(length: position - start, isRepeated: isRepeated))
        case .single(let cost):
            return piece(start, cost)
        }
    }

    private mutating func advance(while condition: (Unicode.Scalar) -> Bool) {
        while position < scalars.endIndex, condition(scalars[position]) { position += 1 }
    }

    private func piece(_ start: Int, _ cost: Int) -> Piece {
        Piece(range: start..<position, cost: cost)
    }
}

/// What kind of piece a character belongs to.
enum TokenKind: Equatable {
    case space
    case latin
    case digit
    case sign
    /// A character that is a piece by itself, with its cost in hundredths.
    case single(Int)

    init(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x30...0x39: self = .digit
        case 0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x24F: self = .latin
        case 0x21...0x7E: self = .sign
        default: self = scalar.isSpace ? .space : .single(TokenCosts.single(scalar))
        }
    }
}
