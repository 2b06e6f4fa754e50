import Dispatch

/// Splits loops over the cores.
enum Parallel {
    /// Runs the body on consecutive parts of `0 ..< count`, at once where the work is worth it.
    ///
    /// The parts do not depend on the number of cores, and each element's result must not depend on the parts.
    @inline(__always)
    static func run(_ count: Int, grain: Int = 1 << 16, _ body: (Range<Int>) -> Void) {
        guard count > grain else { return body(0..<count) }
        let parts = min((count + grain - 1) / grain, 64)
        withoutActuallyEscaping(body) { body in
            // Parts write to disjoint memory, and concurrentPerform returns when all are done.
            nonisolated(unsafe) let body = body
            DispatchQueue.concurrentPerform(iterations: parts) { part in
                body((count * part / parts)..<(count * (part + 1) / parts))
            }
        }
    }
}
