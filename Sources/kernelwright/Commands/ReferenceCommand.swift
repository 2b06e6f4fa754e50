import ArgumentParser
import Foundation
import KernelIR
import Reference
import Workloads

/// Computes a workload with the fp64 reference, for others to compare with.
struct ReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference", abstract: "Writes inputs, parameters and expected outputs of a workload.",
        discussion: """
            The safetensors file holds every input and parameter in its own type, and each output as float64 under
            'output.0', 'output.1', …: what any other implementation of the workload should compute from them.

            Examples:
              kw reference kernelbench/1/23 --size tiny --out softmax.safetensors
              kw reference kernelwright-workloads/my-net --distribution normal --seed 7
            """)

    @ArgumentParser.Argument(
        help: "kernelbench/LEVEL/NUMBER, a workload's JSON file, or a folder that kw import made.")
    var workload: String
    @Option(help: "The size at which a suite's workload was traced: tiny, cpu or gpu.")
    var size = SizePreset.cpu
    @Option(help: "How inputs are drawn: \(InputDistribution.allCases.map(\.rawValue).joined(separator: ", ")).")
    var distribution = InputDistribution.uniform
    @Option(help: "Decides every draw.")
    var seed: UInt64 = 0
    @Option(help: "The file to write; the workload's name with .safetensors in the current folder, unless given.")
    var out: String?

    func run() throws {
        let workload = try WorkloadReference(workload).load(size: size)
        var tensors: [(spec: TensorSpec, bytes: Data)] = []
        var arguments: [String: Tensor<Double>] = [:]
        for spec in workload.inputs + workload.parameters {
            var bytes = Data(count: spec.byteCount)
            arguments[spec.name] = bytes.withUnsafeMutableBytes { buffer in
                workload.fill(spec, inputs: distribution, seed: Seed(seed), into: buffer)
                return Tensor(type: spec.type, bytes: UnsafeRawBufferPointer(buffer))
            }
            tensors.append((spec, bytes))
        }
        let outputs = try ReferenceExecutor<Double>(workload).run(arguments)
        for (index, output) in outputs.enumerated() {
            let spec = TensorSpec(name: "output.\(index)", dtype: .float64, shape: output.shape)
            tensors.append((spec, output.values.withUnsafeBytes { Data($0) }))
        }
        let file = URL(fileURLWithPath: out ?? WorkloadStore.fileName(for: workload.name) + ".safetensors")
        let content = try SafetensorsFile(tensors).data
        do {
            try LargeFile.write(content, to: file)
        } catch {
            throw KernelwrightError(
                .badInput, "cannot write \(file.path)", hint: "choose a place that can be written with --out",
                cause: (error as NSError).localizedDescription)
        }
        Console().result("\(file.path): \(Units.bytes(Double(content.count)))")
    }
}
