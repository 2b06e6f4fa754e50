/// How the work-items of a warp read each other's registers. All work-items of the warp must take part.
protocol WarpShuffles: Sendable {
    /// The value that the work-item holds whose lane differs in the bits of `mask`.
    func exchanged(_ value: Value, across mask: String) -> Value
    /// The value that the first lane of each `width` holds.
    func first(_ value: Value, of width: Int) -> Value
}
