import KernelIR

/// Names one solution of a study: `WORKLOAD:BASE:FAULT:NUMBER` for a mutant, `WORKLOAD:legal:KIND:NUMBER` for a correct one.
public struct SubjectID: Sendable, Hashable, Codable, CustomStringConvertible {
    public var workload: String
    /// The number of the base kernel; nil for a correct solution.
    public var base: Int?
    /// The mutation operator, or the kind of correct solution.
    public var kind: String
    /// The place among all faults of that kind in that kernel, or the number of the draw.
    public var number: Int

    public init(workload: String, base: Int?, kind: String, number: Int) {
        (self.workload, self.base, self.kind, self.number) = (workload, base, kind, number)
    }

    /// Reads an id; throws `badInput` for anything else.
    public init(_ text: String) throws(KernelwrightError) {
        let parts = text.split(separator: ":").map(String.init)
        guard parts.count == 4, let number = Int(parts[3]), parts[1] == "legal" || Int(parts[1]) != nil else {
            throw KernelwrightError(
                .badInput, "'\(text)' is no id of a study",
                hint: "write WORKLOAD:BASE:FAULT:NUMBER as the study prints it, e.g. kernelbench/1/23:0:droppedTerm:2")
        }
        self.init(workload: parts[0], base: Int(parts[1]), kind: parts[2], number: number)
    }

    public var description: String { "\(workload):\(base.map(String.init) ?? "legal"):\(kind):\(number)" }

    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        try single.encode(description)
    }
}
