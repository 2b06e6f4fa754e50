import Devices
import Evaluation
import Foundation
import KernelIR
import Policies
import Rendering
import Workloads

@testable import LanguageModels

/// The negation of 64 elements: a workload, its program, an observation of it.
enum Sample {
    static let workload: Workload = {
        let x = TensorSpec(name: "x", dtype: .float32, shape: [64])
        let node = Node(name: "y", op: "aten.neg.default", arguments: [.value("x")], outputs: [x.type])
        return Workload(name: "negate", inputs: [x], nodes: [node], outputs: ["y"])
    }()

    static let program = TensorProgram(
        name: "negate",
        buffers: [Buffer("x", shape: [64], role: .input), Buffer("y", shape: [64], role: .output)],
        stages: [.map("negate", [Axis("i", 64)], [.unary(.negate, .load("x", [.axis("i")]))], into: ["y"])])

    static func observation(_ history: [Turn] = []) -> Observation {
        Observation(workload: workload, program: program, target: .genericAVX512, history: history, seed: 7)
    }

    static let ceilings = Ceilings(
        copyBytesPerSecond: 12.3e9, readBytesPerSecond: 20e9, flopsPerSecond: 330e9, launchSeconds: 4.5e-6)

    static let messages = [ChatMessage(.system, "Be brief."), ChatMessage(.user, "Write a kernel.")]

    /// An answer in the form of source mode, told apart by a comment.
    static func source(_ comment: String) -> String {
        """
        // kw: launch negate grid=1 block=64 args=x,y
        // \(comment)
        __kernel void negate(__global const float *x, __global float *y) { y[get_local_id(0)] = -x[get_local_id(0)]; }

        """
    }

    static func answer(_ comment: String) -> String { "I write \(comment).\n```opencl\n\(source(comment))```\n" }

    static func turn(_ index: Int, _ content: Proposal.Content, _ verdict: Verdict, _ rationale: String = "why") -> Turn
    {
        Turn(trajectory: 0, index: index, proposal: Proposal(content, rationale: rationale), verdict: verdict)
    }

    static func solution(_ content: String) -> Solution {
        Solution(
            name: "negate", workload: workload.contentHash, target: .init(language: .opencl, profile: "cpu-avx512"),
            sources: [.init(path: "kernel.cl", content: content)],
            launches: [.init(kernel: "negate", grid: [1], block: [64], arguments: [.input("x"), .output("y")])],
            author: "chat")
    }
}

extension Provenance {
    static let test = Provenance(device: "test:0", driver: "none", hostCPU: "none", sandboxed: true)
}

extension Verdict {
    /// A correct verdict with paired times of the candidate and a baseline of one second, bound by memory.
    static func correct(_ seconds: Double) -> Verdict {
        let profile = Profile(
            minimumBytes: 512, flops: 64, bandwidthFraction: 0.25, computeFraction: 0.125, launchFraction: 0.0625,
            rooflineFraction: 0.25, bottleneck: .memory, lever: "Read each byte once.")
        let timing = Timing(
            samples: [seconds, seconds], callsPerBatch: 1, baseline: "onnxruntime", baselineSamples: [1, 1], seed: 1)
        return Verdict(status: .correct, timing: timing, profile: profile, provenance: .test)
    }

    static func failed(_ status: Status, _ message: String) -> Verdict {
        Verdict(status: status, message: message, provenance: .test)
    }
}

/// A folder of its own, which goes with it.
final class TemporaryFolder: Sendable {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("models-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Everything in its files.
    var content: String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        return names.sorted().map { (try? String(contentsOfFile: path($0), encoding: .utf8)) ?? "" }.joined()
    }
}
