import ArgumentParser
import Foundation
import KernelIR
import Workloads

/// Writes a workload in a form that others read.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes a workload as an ONNX model or as JSON.",
        discussion: """
            Examples:
              kw export onnx kernelbench/1/23 --size tiny --out softmax.onnx
              kw export workload kernelbench/3/35 --out my-lstm
            """,
        subcommands: [Onnx.self, WorkloadFolder.self])

    /// What is exported.
    struct Source: ParsableArguments {
        @ArgumentParser.Argument(
            help: "kernelbench/LEVEL/NUMBER, a workload's JSON file, or a folder that kw import made.")
        var workload: String
        @Option(help: "The size at which a suite's workload was traced: tiny, cpu or gpu.")
        var size = SizePreset.cpu

        func load() throws(KernelwrightError) -> Workload { try WorkloadReference(workload).load(size: size) }
    }

    struct Onnx: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes an ONNX model, the one that the baseline onnxruntime runs.",
            discussion: """
                Parameters are inputs of the model, as the baseline reads them at every call. With --weights those that
                the workload has values for become part of the model. What has no ONNX form is named with its node.

                Examples:
                  kw export onnx kernelbench/2/39 --out gemm.onnx
                  kw export onnx kernelwright-workloads/my-net --weights --out my-net.onnx
                """)

        @OptionGroup var source: Source
        @Option(help: "The file to write; the workload's name with .onnx in the current folder, unless given.")
        var out: String?
        @Flag(help: "Put the values of parameters into the model, for a workload that has some.")
        var weights = false

        func run() throws {
            let workload = try source.load()
            let model = try OnnxModel(exporting: workload, parameters: weights ? .embedded : .inputs)
            let file = URL(fileURLWithPath: out ?? WorkloadStore.fileName(for: workload.name) + ".onnx")
            do {
                try model.bytes.write(to: file, options: .atomic)
            } catch {
                throw KernelwrightError(
                    .badInput, "cannot write \(file.path)", hint: "choose a place that can be written with --out",
                    cause: (error as NSError).localizedDescription)
            }
            Console().result("\(file.path): \(Units.bytes(Double(model.bytes.count)))")
        }
    }

    struct WorkloadFolder: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "workload",
            abstract: "Writes a folder with workload.json and, if there are some, weights.safetensors.",
            discussion: """
                The folder is a WORKLOAD for every command: change the JSON to make a workload of your own.

                Examples:
                  kw export workload kernelbench/1/40 --size tiny --out my-norm
                  kw optimize my-norm --budget 60s
                """)

        @OptionGroup var source: Source
        @Option(help: "The folder to write; the workload's name in the current folder, unless given.")
        var out: String?

        func run() throws {
            let workload = try source.load()
            let folder = URL(fileURLWithPath: out ?? WorkloadStore.fileName(for: workload.name))
            try WorkloadStore.write(workload, to: folder)
            Console().result(folder.path)
        }
    }
}
