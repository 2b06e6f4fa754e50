import Foundation
import KernelIR

/// What is recorded of a whole suite: one `Admission` for each workload and size that was tested.
public struct AdmissionTable: Sendable, Hashable {
    /// Decisions by size preset and id.
    public private(set) var decisions: [SizePreset: [String: Admission]] = [:]

    /// A table without entries.
    public init() {}

    /// Reads the data that ships with a suite; throws `missingComponent` when they are missing or damaged.
    public init(suite: Suite) throws(KernelwrightError) {
        let name = "\(suite.name)-admission"
        guard let url = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Resources"),
            let data = try? Data(contentsOf: url)
        else {
            throw KernelwrightError(
                .missingComponent, "suite data \(name).json is missing", hint: "build the package again")
        }
        try self.init(json: data, place: name + ".json")
    }

    /// Reads `{size: {id: decision}}`; throws `badInput` naming the place.
    public init(json: Data, place: String) throws(KernelwrightError) {
        do {
            let sizes = try JSONDecoder().decode([String: [String: Admission]].self, from: json)
            for (name, entries) in sizes {
                guard let size = SizePreset(rawValue: name) else {
                    throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "unknown size \(name)"))
                }
                decisions[size] = entries
            }
        } catch {
            throw KernelwrightError(
                .badInput, "\(place): malformed admission data",
                hint: "write {size: {id: {\"distributions\": […]} or {\"reason\": \"…\"}}}", cause: "\(error)")
        }
    }

    /// The decision on one workload: of this size, else of the next smaller size that was tested.
    ///
    /// Setting it records the decision for exactly this size.
    public subscript(id: String, size: SizePreset) -> Admission? {
        get {
            let sizes = SizePreset.allCases.prefix { $0 != size } + [size]
            return sizes.reversed().lazy.compactMap { decisions[$0]?[id] }.first
        }
        set { decisions[size, default: [:]][id] = newValue }
    }

    /// The JSON form: one line for each workload, sizes and ids in the suite's order.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        func text(_ decision: Admission) -> String {
            guard let data = try? encoder.encode(decision) else {
                preconditionFailure("every decision has a JSON form")
            }
            return String(decoding: data, as: UTF8.self)
        }
        let sizes = SizePreset.allCases.compactMap { size -> String? in
            guard let entries = decisions[size], !entries.isEmpty else { return nil }
            let lines = entries.keys.sorted { $0.compare($1, options: .numeric) == .orderedAscending }.compactMap {
                id in entries[id].map { "    \"\(id)\": \(text($0))" }
            }
            return "  \"\(size.rawValue)\": {\n\(lines.joined(separator: ",\n"))\n  }"
        }
        return "{\n\(sizes.joined(separator: ",\n"))\n}\n"
    }
}
