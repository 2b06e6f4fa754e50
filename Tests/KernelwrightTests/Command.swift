import Foundation

/// The built command line as scripts see it: exit codes and both outputs.
enum Command {
    struct Outcome {
        var code: Int32
        var output: String
        var error: String
    }

    private static var program: URL {
        Bundle.allBundles.map(\.bundleURL).map { $0.deletingLastPathComponent().appendingPathComponent("kernelwright") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
            ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("kernelwright")
    }

    /// Runs `kw` with these arguments to its end.
    static func run(_ arguments: [String]) throws -> Outcome {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        let (output, error) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = error
        try process.run()
        let results = [output, error].map {
            String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        }
        process.waitUntilExit()
        return Outcome(code: process.terminationStatus, output: results[0], error: results[1])
    }
}
