/// What an operation wants in the place of one operand; widths are bits, 1 for predicates.
enum PTXSlot: Hashable {
    /// A register of that width; `wide` allows wider ones, `droppable` also `_`.
    case result(Int, wide: Bool = false, droppable: Bool = false)
    /// A register of that width, perhaps with a predicate after `|`; either may be `_`.
    case resultPair(Int)
    /// Registers, or `_`, in braces.
    case results(Int, count: Int, wide: Bool = false)
    /// A register, or registers in braces whose widths add up.
    case packedResult(Int)
    /// A register, constant or special register; of 32 and 64 bits also an address as a value.
    case value(Int, wide: Bool = false)
    case values(Int, count: Int, wide: Bool = false)
    case packedValue(Int)
    /// A predicate, perhaps negated.
    case condition
    /// `[…]`
    case place
    /// A whole-number constant.
    case constant
    case label
    case labels
    case anything

    /// Whether the instruction writes the operand.
    var isResult: Bool {
        switch self {
        case .result, .resultPair, .results, .packedResult: true
        default: false
        }
    }

    /// Whether the operand can stand here.
    func fits(_ operand: PTXOperand) -> Bool {
        switch (self, operand) {
        case (.anything, _): return true
        case (.result(let width, let wide, _), .register(let register)),
            (.value(let width, let wide), .register(let register)):
            return Self.fits(register, width, wide)
        case (.result(_, _, let droppable), .sink): return droppable
        case (.resultPair(let width), .register(let register)), (.packedResult(let width), .register(let register)),
            (.packedValue(let width), .register(let register)):
            return Self.fits(register, width, false)
        case (.resultPair(let width), .pair(let first, let second)):
            return PTXSlot.result(width, droppable: true).fits(first) && PTXSlot.result(1, droppable: true).fits(second)
        case (.results(let width, let count, let wide), _):
            return operand.elements.count == count
                && operand.elements.allSatisfy(PTXSlot.result(width, wide: wide, droppable: true).fits)
        case (.values(let width, let count, let wide), _):
            return operand.elements.count == count
                && operand.elements.allSatisfy(PTXSlot.value(width, wide: wide).fits)
        case (.packedResult(let width), .vector(let elements)):
            return Self.addUp(elements, width, droppable: true)
        case (.packedValue(let width), .vector(let elements)):
            return Self.addUp(elements, width, droppable: false)
        case (.value, .immediate), (.packedValue, .immediate): return true
        case (.value(let width, _), .special(let special)), (.packedValue(let width), .special(let special)):
            return (width == 1) == (special.type == .pred)
        case (.value(let width, _), .symbol), (.value(let width, _), .function), (.packedValue(let width), .symbol),
            (.packedValue(let width), .function):
            return width == 32 || width == 64
        case (.condition, .register(let register)), (.condition, .negated(let register)): return register.type == .pred
        case (.place, .address), (.label, .label), (.labels, .labels): return true
        case (.constant, .immediate(let value)): return value.integer != nil
        default: return false
        }
    }

    private static func fits(_ register: PTXRegister, _ width: Int, _ wide: Bool) -> Bool {
        let actual = register.type.bitWidth
        return actual == width || (wide && actual > width && width > 1)
    }

    /// Whether the elements are of one width, powers of 2 in number, and fill `width` bits.
    private static func addUp(_ elements: [PTXOperand], _ width: Int, droppable: Bool) -> Bool {
        guard [2, 4, 8].contains(elements.count), width >= 8 * elements.count else { return false }
        let slot: PTXSlot =
            droppable ? .result(width / elements.count, droppable: true) : .value(width / elements.count)
        return elements.allSatisfy(slot.fits)
    }

    /// The slot for messages.
    var description: String {
        switch self {
        case .result(1, _, _), .resultPair(1), .packedResult(1), .value(1, _), .packedValue(1): "a predicate"
        case .result(let width, let wide, _): "a register of \(width) bits" + (wide ? " or more" : "")
        case .resultPair(let width): "a register of \(width) bits, perhaps with |predicate"
        case .packedResult(let width): "a register of \(width) bits or {…} of as many"
        case .results(let width, let count, let wide), .values(let width, let count, let wide):
            "{…} of \(count) with \(width) bits" + (wide ? " or more" : "") + " each"
        case .value(let width, let wide): "a value of \(width) bits" + (wide ? " or more" : "")
        case .packedValue(let width): "a value of \(width) bits or {…} of as many"
        case .condition: "a predicate"
        case .place: "an address in brackets"
        case .constant: "a whole-number constant"
        case .label: "a label"
        case .labels: "a table of branch targets"
        case .anything: "an operand"
        }
    }
}
