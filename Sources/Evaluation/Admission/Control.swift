import KernelIR
import Reference
import Workers
import Workloads

/// A kernel that does not do its work and that a judge must reject; `docs/admission.md` says what each stands for.
public enum Control: Sendable, Hashable {
    /// Zeros everywhere.
    case zero
    /// The mean of each output in all its places; for an output of one element, the one of other inputs.
    case mean
    /// The elements of one input, repeated or cut to the output's size.
    case copy(input: String)
    /// The first half of each output right and the rest zero.
    case halfOutput
    /// The second half of every input along its largest axis taken to be like the first.
    case halfInput
    /// One input taken to be its mean everywhere.
    case unread(input: String)
    /// The outputs of other inputs: all that can be known of the parameters and shapes alone.
    case otherInputs
    /// The outputs of other parameters: all that can be known of the inputs alone.
    case otherParameters
}

extension Control {
    /// The name in records and tables, e.g. `copy x`.
    public var name: String {
        switch self {
        case .zero: "zero"
        case .mean: "mean"
        case .copy(let input): "copy \(input)"
        case .halfOutput: "half output"
        case .halfInput: "half input"
        case .unread(let input): "unread \(input)"
        case .otherInputs: "other inputs"
        case .otherParameters: "other parameters"
        }
    }

    /// What it means for a workload that the control passes.
    var meaning: String {
        switch self {
        case .zero: "zeros pass"
        case .mean: "a constant passes"
        case .copy(let input): "a copy of input '\(input)' passes"
        case .halfOutput: "half of the output passes"
        case .halfInput: "half of the input tells the rest"
        case .unread(let input): "input '\(input)' need not be read"
        case .otherInputs: "the outputs do not depend on the inputs"
        case .otherParameters: "the outputs do not depend on the parameters"
        }
    }

    /// The controls that fit a workload, cheap ones first.
    ///
    /// An input that the graph does not read has no control of its own; parameters that come from a file are what they
    /// are.
    static func all(for workload: Workload) -> [Control] {
        let live = workload.liveValues
        let read = workload.inputs.filter { live.contains($0.name) }
        var controls: [Control] = [.zero, .mean, .halfOutput]
        controls += workload.inputs.map { .copy(input: $0.name) }
        if read.contains(where: { $0.dtype.isFloatingPoint && ($0.shape.max() ?? 0) > 1 }) {
            controls.append(.halfInput)
        }
        controls += read.map { .unread(input: $0.name) }
        if !read.isEmpty { controls.append(.otherInputs) }
        let hasParameters = workload.parameters.contains { live.contains($0.name) }
        if hasParameters, workload.weights == nil { controls.append(.otherParameters) }
        return controls
    }
}
