/// The machine code of one kernel, with the functions that were placed behind it.
public struct SASSFunction: Sendable, Hashable {
    /// A name inside the code.
    public struct Label: Sendable, Hashable {
        /// As it is written: `.L_x_3`, or a function.
        public var name: String
        /// That of the instruction behind it.
        public var address: Int
    }

    /// The symbol.
    public var name: String
    /// Whether it can be launched; false also where the listing does not say it (cuobjdump's).
    public var isKernel: Bool
    /// In order of their addresses.
    public var instructions: [SASSInstruction]
    /// Places that branches go to and functions that are called, in order of their addresses.
    public var labels: [Label]

    /// Puts a function together; instructions and labels in order of their addresses.
    public init(name: String, isKernel: Bool, instructions: [SASSInstruction], labels: [Label] = []) {
        (self.name, self.isKernel) = (name, isKernel)
        (self.instructions, self.labels) = (instructions, labels)
    }

    /// Addresses at which code is entered other than by a branch: the kernel's start and those of called functions.
    public var entries: [Int] {
        // The disassembler's own labels begin with `.L_`.
        [instructions.first?.address ?? 0] + labels.filter { !$0.name.hasPrefix(".") }.map(\.address)
    }

    /// The instructions that were made from a line of the user's file, itself or inlined into it.
    public func instructions(of location: SASSLocation) -> [SASSInstruction] {
        instructions.filter { $0.locations.contains(location) }
    }
}
