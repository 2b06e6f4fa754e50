import Foundation
import KernelIR
import Policies
import Rendering
import Workloads

/// Reads a solution that the user names: `.json`, or `.cl` or `.cu` with a launch plan in comments.
struct SolutionFile {
    let path: String

    /// The solution, checked to belong to the workload; throws `badInput` naming the place.
    func read(for workload: Workload, profile: TargetProfile) throws(KernelwrightError) -> Solution {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw KernelwrightError(
                .badInput, "cannot read the solution \(path)",
                hint: "give a solution.json or a kernel file ending in .cl or .cu")
        }
        if AnnotatedKernel.language(of: path) != nil {
            return try AnnotatedKernel(source: String(decoding: data, as: UTF8.self), path: path)
                .solution(for: workload, profile: profile)
        }
        let solution = try decode(data)
        guard solution.workload == workload.contentHash else {
            throw KernelwrightError(
                .badInput, "\(path): the solution is for another workload (\(solution.workload.prefix(12))…)",
                hint: "its --size may differ; this workload is \(workload.contentHash.prefix(12))…")
        }
        return solution
    }

    private func decode(_ data: Data) throws(KernelwrightError) -> Solution {
        let hint =
            "a solution is {name, workload, target, sources: [{path, content}], options, scratch, launches, author}"
        do {
            return try JSONDecoder().decode(Solution.self, from: data)
        } catch DecodingError.keyNotFound(let key, let context) {
            throw KernelwrightError(
                .badInput, "\(path)\(Self.place(context.codingPath)): \(key.stringValue) is missing", hint: hint)
        } catch DecodingError.typeMismatch(let type, let context) {
            throw KernelwrightError(.badInput, "\(path)\(Self.place(context.codingPath)): expected \(type)", hint: hint)
        } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
            throw KernelwrightError(
                .badInput, "\(path)\(Self.place(context.codingPath)): \(context.debugDescription)", hint: hint)
        } catch {
            throw KernelwrightError(.badInput, "\(path): malformed JSON", hint: hint)
        }
    }

    private static func place(_ keys: [any CodingKey]) -> String {
        keys.isEmpty
            ? ""
            : " at "
                + keys.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined().drop { $0 == "." }
    }
}
