extension Node {
    /// Whether the result holds the values of the first operand, in whatever shape.
    var keepsValues: Bool { Self.valueKeeping.contains(op) }

    private static let valueKeeping: Set<String> = Set(
        [
            "alias", "clone", "contiguous", "detach", "expand", "flatten.using_ints", "lift_fresh_copy", "permute",
            "reshape", "squeeze", "squeeze.dim", "t", "to.dtype", "transpose.int", "unsqueeze", "view",
        ].map { "aten." + ($0.contains(".") ? $0 : $0 + ".default") })
}
