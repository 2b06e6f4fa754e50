/// The modifiers of `cvt`.
///
/// With two sources (`isPacking`) the first goes to the high half of the result and the second to the low half.
public struct PTXConversion: Sendable, Hashable {
    /// What happens to values outside the range of the result.
    public enum Saturation: String, Sendable, Hashable, Codable {
        /// Integers wrap when cut (a floating-point source clamps); floating point overflows to infinity.
        case none
        /// `.sat`: integers clamp; floating point clamps to 0…1, NaN gives 0.
        case range
        /// `.satfinite`: infinities become the largest finite value, NaN stays or becomes the format's NaN.
        case finite
    }

    public var to: PTXType
    public var from: PTXType
    /// The rounding as written; nil when the conversion is exact or rounds by its own rule.
    public var rounding: PTXRounding?
    public var saturation: Saturation
    public var flushesSubnormals: Bool
    /// `.relu`: negative results become 0.
    public var clampsNegative: Bool

    public init(
        to: PTXType, from: PTXType, rounding: PTXRounding? = nil, saturation: Saturation = .none,
        flushesSubnormals: Bool = false, clampsNegative: Bool = false
    ) {
        self.to = to
        self.from = from
        self.rounding = rounding
        self.saturation = saturation
        self.flushesSubnormals = flushesSubnormals
        self.clampsNegative = clampsNegative
    }

    /// Whether two scalar sources make one packed result.
    public var isPacking: Bool { to.lanes == 2 && from.lanes == 1 }
}

/// The modifiers of `cvt.pack`: two 32-bit integers are clamped and packed, above a third operand where there is one.
public struct PTXIntegerPacking: Sendable, Hashable {
    /// The type of each packed element: 2 to 16 bits.
    public var to: PTXType
    /// The type of both sources.
    public var from: PTXType
    /// Whether a third operand holds the bits that are shifted up.
    public var hasCarriedBits: Bool

    public init(to: PTXType, from: PTXType, hasCarriedBits: Bool) {
        self.to = to
        self.from = from
        self.hasCarriedBits = hasCarriedBits
    }
}

/// The modifiers of `cvta`: between a generic address and one of a space.
public struct PTXAddressConversion: Sendable, Hashable {
    public var space: PTXStateSpace
    /// `cvta.to`: from generic to the space; otherwise from the space to generic.
    public var isToSpace: Bool
    /// `u32` or `u64`.
    public var type: PTXType

    public init(space: PTXStateSpace, isToSpace: Bool, type: PTXType) {
        self.space = space
        self.isToSpace = isToSpace
        self.type = type
    }
}
