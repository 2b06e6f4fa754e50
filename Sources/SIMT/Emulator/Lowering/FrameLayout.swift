/// Where the registers of a kernel and of the functions it calls are in a frame.
///
/// Predicates, 32-bit and 64-bit slots have regions of their own, the same in every function: lanes that are in
/// different functions at a time then never touch the same bytes, since a lane has its own column in every slot.
struct FrameLayout {
    /// Slots for values between the operations of one instruction.
    static let spares = 16
    /// Registers of a function at most, and bytes of the frame of a warp; every warp of a block has one.
    static let registerLimit = 1 << 18
    static let byteLimit = 1 << 25

    /// The carry flag of `add.cc` and its relatives.
    static let carry: Slot = 0

    private let firstWord: Int
    private let firstDouble: Int
    let byteCount: Int
    private let sparePredicate: Int
    private let spareWord: Int
    private let spareDouble: Int
    /// The slots of each function's registers, by function.
    private var registers: [Int: [Slot]] = [:]

    init(_ functions: [(number: Int, function: PTXFunction)]) {
        var most = (predicates: 0, words: 0, doubles: 0)
        for (_, function) in functions {
            var count = (predicates: 0, words: 0, doubles: 0)
            for register in function.registers {
                switch register.type.bitWidth {
                case 1: count.predicates += 1
                case 128: count.doubles += 2
                case 64: count.doubles += 1
                default: count.words += 1
                }
            }
            most = (
                max(most.predicates, count.predicates), max(most.words, count.words), max(most.doubles, count.doubles)
            )
        }
        sparePredicate = 4 * (1 + most.predicates)
        firstWord = max((sparePredicate + 4 * Self.spares + 255) / 256 * 256, 256)
        spareWord = firstWord + 128 * most.words
        firstDouble = (spareWord + 128 * Self.spares + 255) / 256 * 256
        spareDouble = firstDouble + 256 * most.doubles
        byteCount = spareDouble + 256 * Self.spares
        for (number, function) in functions { registers[number] = slots(function) }
    }

    private func slots(_ function: PTXFunction) -> [Slot] {
        var (predicate, word, double) = (4, firstWord, firstDouble)
        return function.registers.map { register in
            switch register.type.bitWidth {
            case 1:
                defer { predicate += 4 }
                return Slot(predicate)
            case 128:
                defer { double += 512 }
                return Slot(double)
            case 64:
                defer { double += 256 }
                return Slot(double)
            default:
                defer { word += 128 }
                return Slot(word)
            }
        }
    }

    func slot(_ register: PTXRegister, in function: Int) -> Slot { registers[function]?[register.index] ?? 0 }

    func spare(predicate number: Int) -> Slot { Slot(sparePredicate + 4 * number) }
    func spare(word number: Int) -> Slot { Slot(spareWord + 128 * number) }
    func spare(double number: Int) -> Slot { Slot(spareDouble + 256 * number) }
}
