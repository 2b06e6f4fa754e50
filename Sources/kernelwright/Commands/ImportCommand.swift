import ArgumentParser

/// Reads workloads from files that others write.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Imports workloads from ONNX models, PyTorch files and KernelBench checkouts.",
        discussion: """
            An imported workload is a folder with workload.json and, where there are values of parameters,
            weights.safetensors; its path is a WORKLOAD for every command.
            """,
        subcommands: [ImportOnnxCommand.self, ImportPytorchCommand.self, ImportKernelBenchCommand.self])
}
