/// The ladders that are studied.
public enum KernelLadders {
    /// In the order of reports.
    public static let all: [any KernelLadder] = [SgemmLadder(), ReductionLadder(), SoftmaxLadder()]

    /// The ladder of that name; nil where there is none.
    public static func named(_ name: String) -> (any KernelLadder)? { all.first { $0.name == name } }
}
