import ArgumentParser
import Foundation
import KernelIR
import Workloads

/// Options of every import of Python files.
struct PythonImportOptions: ParsableArguments {
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: "Replaces a constant that the file assigns at its top level, e.g. --set batch_size=16; repeatable.")
    var settings: [String] = []
    @Option(help: "The folder of imported workloads.")
    var out = WorkloadStore.defaultRoot
    @Option(help: "The longest time that one file may take.", transform: Budget.init(argument:))
    var limit = Budget(seconds: 300)

    /// Imports with PyTorch's environment, which must be there.
    func importer(_ installation: Installation) -> PythonImport {
        PythonImport(
            environment: installation.pytorch, staging: installation.state, limit: .seconds(limit.seconds))
    }
}

/// Imports a model from a Python file.
struct ImportPytorchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pytorch", abstract: "Imports a torch.nn.Module from a Python file.",
        discussion: """
            The file defines the module and its example inputs: a function get_inputs or example_inputs, or --input.
            PyTorch traces it in training mode, as KernelBench runs its problems, or with --eval in evaluation mode;
            dropout counts as the identity. The values of its parameters come along unless --no-weights is given.
            The file's code runs in a sandbox: it cannot read other files, write, or reach the network.

            Examples:
              kw import pytorch model.py --class Net --input x=float32[4,64] --eval
              kw import pytorch KernelBench/level1/23_Softmax.py --set batch_size=16
            """)

    @ArgumentParser.Argument(help: "The Python file.")
    var file: String
    @OptionGroup var options: PythonImportOptions
    @Option(name: .customLong("class"), help: "The class to import; needed where the file defines several.")
    var className: String?
    @Option(
        name: .customLong("input"), parsing: .singleValue,
        help: "An example input in place of the file's own, e.g. x=float32[4,64]; repeatable, in forward's order.")
    var inputs: [String] = []
    @Flag(help: "Trace the module in evaluation mode.")
    var eval = false
    @Flag(help: "Leave the values of parameters out: they are drawn from a distribution.")
    var noWeights = false
    @Flag(help: "Print one JSON object.")
    var json = false

    private struct Result: Encodable {
        var name: String
        var path: String
        var operators: [String]
        var flops: Int
    }

    func run() async throws {
        let console = Console()
        console.working("tracing \(file)")
        let request = PythonImport.Request(
            file: URL(fileURLWithPath: file), settings: options.settings, className: className, inputs: inputs,
            evaluation: eval, weights: !noWeights)
        let workload = try await options.importer(Installation()).workload(of: request)
        let folder = try WorkloadStore(root: URL(fileURLWithPath: options.out)).store(workload)
        console.clear()
        let result = Result(
            name: workload.name, path: folder.path, operators: workload.operators, flops: workload.flops)
        if json { return try console.json(result) }
        console.result("\(folder.path): \(workload.nodes.count) nodes, \(Units.operations(Double(workload.flops)))")
    }
}
