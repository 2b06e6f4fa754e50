import SIMT

/// What a launch did when all of its blocks ran, which tells whether the blocks that its time is predicted from stand
/// for the others.
struct LaunchWork {
    /// Instructions of threads.
    let threadInstructions: UInt64
    /// The least part of what was written to an output that the blocks of the prediction account for; 1 where that was
    /// not looked at.
    let accounted: Double

    /// The part of the work that a profile of some blocks stands for; about 1.
    func share(of profile: KernelProfile) -> Double {
        min(accounted, profile.threadInstructions / Double(max(1, threadInstructions)))
    }
}
