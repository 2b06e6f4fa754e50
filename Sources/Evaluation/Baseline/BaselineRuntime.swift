import KernelIR
import Workloads

/// What computes a baseline, by the name without which a ratio means nothing.
public enum BaselineRuntime: String, Sendable, Hashable, Codable, CaseIterable {
    /// ONNX Runtime's CPU provider, on the workload's ONNX export.
    case onnxruntime
    /// PyTorch's operators one by one, as a program without a compiler runs them.
    case pytorchEager = "pytorch-eager"
    /// The same operators through `torch.compile` in its default mode.
    case pytorchCompile = "pytorch-compile"

    /// The runtime's name for people.
    public var title: String {
        switch self {
        case .onnxruntime: "ONNX Runtime"
        case .pytorchEager: "PyTorch"
        case .pytorchCompile: "torch.compile"
        }
    }

    /// Whether the runtime lives in PyTorch's own Python environment.
    public var isPyTorch: Bool { self != .onnxruntime }

    /// The component whose version stands in a record.
    var component: String { isPyTorch ? "torch" : "onnxruntime" }

    /// How long loading a workload may take: `torch.compile` writes and compiles C++ then.
    public var loadLimit: Duration { self == .pytorchCompile ? .seconds(900) : .seconds(120) }

    /// Settings of the C library under which freed memory stays with the process (mallopt(3)): results and inner
    /// tensors would otherwise pay page faults at every call.
    var keptMemory: [String: String] {
        var settings = ["MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "17179869184"]
        // PyTorch allocates its results in every call, so the heap's top must not come and go with them.
        if isPyTorch { settings["MALLOC_TOP_PAD_"] = "268435456" }
        return settings
    }

    /// What the worker is to load.
    func model(of workload: Workload) throws(KernelwrightError) -> BaselineRequest.Model {
        isPyTorch ? .workload(workload) : .onnx(try OnnxModel(exporting: workload))
    }
}
