/// Every fault that is injected.
public enum MutationCatalog {
    /// In the order in which they are listed; names are unique.
    public static let all: [any MutationOperator] = values + precisions

    private static let values: [any MutationOperator] = [
        DroppedGuard(), BoundOffByOne(), IndexOffByOne(), SwappedOperands(), ReplacedOperator(), SkippedTail(),
        WrongIdentity(), StaleAccumulator(), HalfTheWork(), RepeatedWork(), WrongConstant(), TransposedIndex(),
        WrongAxis(), ConstantIndex(), MissingBarrier(), DroppedTerm(), DroppedFunction(), UnreadParameter(),
        FlippedSign(), NeighbouringStore(), DroppedStore(), DroppedLaunch(), SwappedLaunches(),
    ]

    private static let precisions: [any MutationOperator] =
        NarrowFormat.allCases.map { NarrowInput(format: $0) as any MutationOperator }
        + NarrowFormat.allCases.map { NarrowOperand(format: $0) }
        + NarrowFormat.allCases.map { NarrowAccumulator(format: $0) }
        + NarrowFormat.allCases.map { NarrowResult(format: $0) } + [RoughFunction()]

    /// The operator of a name; nil if there is none.
    public static func named(_ name: String) -> (any MutationOperator)? { all.first { $0.name == name } }
}
