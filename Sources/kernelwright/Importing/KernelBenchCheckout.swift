import Foundation
import KernelIR
import Workloads

/// The files of a KernelBench checkout: `levelL/N_Name.py`, in the folder itself or in its `KernelBench`.
struct KernelBenchCheckout {
    /// One problem.
    struct Problem: Sendable, Hashable {
        var level: Int
        var number: Int
        var file: URL

        /// `level/number`, e.g. `1/23`.
        var id: String { "\(level)/\(number)" }
        /// The file's name without its extension, e.g. `23_Softmax`.
        var name: String { file.deletingPathExtension().lastPathComponent }
    }

    /// By level and number.
    let problems: [Problem]

    /// Finds the files of some levels; throws `badInput` where a level has none.
    init(_ folder: URL, levels: [Int]) throws(KernelwrightError) {
        let places = [folder.appendingPathComponent("KernelBench"), folder]
        var found: [Problem] = []
        for level in levels {
            let files = places.lazy.map { Self.files(of: $0.appendingPathComponent("level\(level)")) }
                .first { !$0.isEmpty }
            guard let files else {
                throw KernelwrightError(
                    .badInput, "\(folder.path) holds no level\(level)/NUMBER_NAME.py",
                    hint: "give the folder of a KernelBench checkout")
            }
            found += files.map { Problem(level: level, number: $0.number, file: $0.file) }
        }
        problems = found.sorted { ($0.level, $0.number) < ($1.level, $1.number) }
    }

    private static func files(of folder: URL) -> [(number: Int, file: URL)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.compactMap { name in
            guard name.hasSuffix(".py"), let number = name.split(separator: "_").first.flatMap({ Int($0) }) else {
                return nil
            }
            return (number, folder.appendingPathComponent(name))
        }
    }
}

extension KernelBenchCheckout.Problem {
    /// The size constants, `NAME=VALUE`, with which the suite's workload of this number was traced at a size; empty at the
    /// published size and for problems that the suite does not have.
    func settings(at size: SizePreset) -> [String] {
        guard size != .gpu,
            let workload = try? Suite.kernelBench.workload(level: level, number: number, size: size),
            workload.name == name
        else { return [] }
        return workload.resized.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.pythonLiteral)" }
    }
}

extension Argument {
    /// The literal as Python writes it; a list becomes a tuple.
    var pythonLiteral: String {
        switch self {
        case .int(let value): "\(value)"
        case .double(let value): "\(value)"
        case .bool(let value): value ? "True" : "False"
        case .string(let text), .value(let text): "'" + text.replacing("'", with: "\\'") + "'"
        case .list(let items): "(" + items.map { $0.pythonLiteral + "," }.joined() + ")"
        case .none: "None"
        }
    }
}
