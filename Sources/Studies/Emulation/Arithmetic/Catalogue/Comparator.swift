/// A comparison of floating-point numbers.
enum Comparator: String, Sendable, Hashable, CaseIterable {
    case eq, ne, lt, le, gt, ge
    case equ, neu, ltu, leu, gtu, geu
    case num, nan

    /// Whether it holds for numbers of that order; nil stands for a NaN among them.
    func holds(_ order: Int?) -> Bool {
        guard let order else {
            switch self {
            case .equ, .neu, .ltu, .leu, .gtu, .geu, .nan: return true
            default: return false
            }
        }
        switch self {
        case .eq, .equ: return order == 0
        case .ne, .neu: return order != 0
        case .lt, .ltu: return order < 0
        case .le, .leu: return order <= 0
        case .gt, .gtu: return order > 0
        case .ge, .geu: return order >= 0
        case .num: return true
        case .nan: return false
        }
    }

    /// Whether it holds for two patterns of a format.
    func holds(_ format: FloatFormat, _ a: UInt64, _ b: UInt64, flushes: Bool) -> Bool {
        holds(
            FloatValue.order(
                format.value(flushes ? format.flushed(a) : a), format.value(flushes ? format.flushed(b) : b)))
    }
}
