import KernelIR

/// How a language copies from device memory to memory of the group, also while work-items do other work.
///
/// Addresses are multiples of the bytes copied.
protocol AsyncCopies: Sendable {
    /// Whether so many bytes can be one copy.
    func isCopy(ofBytes count: Int, _ time: CopyTime) -> Bool
    /// The statement that begins one, or is one, without semicolon.
    func copy(ofBytes count: Int, to target: Value, from source: Value, _ time: CopyTime) -> String
    /// The statement that makes a batch of the copies begun since the last one.
    var commit: String { get }
    /// The statement that waits until at most so many of the latest batches are under way.
    func wait(pending: Int) -> String
}
