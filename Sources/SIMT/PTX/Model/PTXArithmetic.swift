/// How a result is rounded.
public enum PTXRounding: String, Sendable, Hashable, Codable, CaseIterable {
    /// To the nearest value, ties to even.
    case nearestEven = "rn"
    /// To the nearest value, ties away from zero.
    case nearestAway = "rna"
    case towardZero = "rz"
    case down = "rm"
    case up = "rp"
    /// To a whole number in a floating-point or integer type: nearest (ties to even), toward zero, down, up.
    case wholeNearestEven = "rni"
    case wholeTowardZero = "rzi"
    case wholeDown = "rmi"
    case wholeUp = "rpi"

    /// Whether the result is a whole number.
    public var isWhole: Bool {
        switch self {
        case .wholeNearestEven, .wholeTowardZero, .wholeDown, .wholeUp: true
        default: false
        }
    }

    /// The direction without regard to whole numbers: `rni` gives `rn`.
    public var direction: PTXRounding {
        switch self {
        case .wholeNearestEven: .nearestEven
        case .wholeTowardZero: .towardZero
        case .wholeDown: .down
        case .wholeUp: .up
        default: self
        }
    }
}

/// How exact a floating-point operation is.
public enum PTXPrecision: String, Sendable, Hashable, Codable {
    /// Correctly rounded.
    case exact
    /// `.approx`: the fast unit of the machine.
    case approximate
    /// `.full`: approximate over the full range.
    case full
}

/// Which half of a product of whole numbers an instruction keeps.
public enum PTXProductPart: String, Sendable, Hashable, Codable {
    /// Floating point: the whole product.
    case whole
    /// The low half, the high half, or both in a register of double width.
    case low, high, wide
}

/// How an instruction uses the carry flag.
public enum PTXCarry: String, Sendable, Hashable, Codable {
    case none
    /// `add.cc`: writes the flag.
    case writes
    /// `addc`: reads the flag.
    case reads
    /// `addc.cc`: reads, then writes the flag.
    case readsAndWrites
}

/// The modifiers of an arithmetic instruction; those that do not apply keep their defaults.
public struct PTXArithmetic: Sendable, Hashable {
    /// The type of the operands; the result has the same, save for `.wide`.
    public var type: PTXType
    /// The rounding of a floating-point result, `nearestEven` when none is written.
    public var rounding = PTXRounding.nearestEven
    public var precision = PTXPrecision.exact
    /// `.ftz`: subnormal inputs and results become zero of the same sign.
    public var flushesSubnormals = false
    /// `.sat`: clamps to 0…1 (floating point, NaN gives 0) or to the range of the type (integers).
    public var saturates = false
    /// `.relu`: negative results become 0, NaN becomes canonical.
    public var clampsNegative = false
    /// `.NaN` of `min` and `max`: a NaN input gives a NaN; otherwise the other input is the result.
    public var propagatesNaN = false
    /// `.xorsign.abs` of `min` and `max`: magnitudes are compared, the sign is the exclusive or of both signs.
    public var xorsSigns = false
    public var part = PTXProductPart.whole
    public var carry = PTXCarry.none

    public init(_ type: PTXType) {
        self.type = type
    }
}
