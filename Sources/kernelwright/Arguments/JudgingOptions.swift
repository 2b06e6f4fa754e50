import ArgumentParser
import Evaluation
import KernelIR
import Workloads

/// What is judged where, and against what; the options that `optimize`, `evaluate` and `bench` share.
struct JudgingOptions: ParsableArguments {
    @Option(help: "The device, as kw devices names it.")
    var device = "opencl:0"
    @Option(help: "The size at which a suite's workload was traced: tiny, cpu or gpu. A file has its own.")
    var size = SizePreset.cpu
    @Option(
        help: """
            What candidates are compared with, with commas between: onnxruntime, pytorch-eager, pytorch-compile; or none. \
            The first takes part in every judgement, the others face winners only (default: onnxruntime).
            """, transform: BaselineList.init(argument:))
    var baseline: BaselineList?
    @Option(
        help: """
            How inputs are drawn: one or more of uniform, normal, zeroRich, largeMagnitude, heavyTailed, drifting, \
            nearOne and sparse, with commas between. \
            Candidates are checked on the first, and on further ones, and timed on the last (default: the suite's choice, else normal,uniform).
            """, transform: DistributionList.init(argument:))
    var distribution: DistributionList?
    @Option(help: "What timed calls find in the caches: warm (what the call before left) or cold (nothing of theirs).")
    var cache = CacheState.warm
    @Option(
        help: """
            Also analyse what is certified, at small sizes: oclgrind looks for races, divergent barriers and unwritten values \
            (kw setup oclgrind installs it).
            """)
    var secondOpinion: SecondOpinionName?
    @Flag(help: "Accept only kernels whose runs agree bit for bit.")
    var deterministic = false
    @Option(
        help: """
            How exact results must be: declared, or fp16 or bf16, where float32 values may be stored in 16 bits and arithmetic \
            stays in float32. Errors may then be four times those of such storage, measured on the same inputs; baselines are \
            held to the declared types as ever. Each precision is ranked apart: no table, folder or record holds two.
            """)
    var precision = PrecisionName.declared
    @Flag(help: "Parameters never change: launches of phase prepare are not timed.")
    var frozenParameters = false
    @Flag(help: "Run candidates without bubblewrap; for the built-in author's kernels only, marked in the record.")
    var unsandboxed = false

    /// The workload with the asked distributions of its inputs.
    func applied(to workload: Workload) -> Workload {
        var workload = workload
        if let distribution { workload.distributions = distribution.distributions }
        return workload
    }
}
