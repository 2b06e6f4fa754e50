import KernelIR

/// Which kernels of a program are one function, and what each launch hands it.
///
/// Compilers take as long for the hundredth copy of a kernel as for the first, and a network repeats its blocks.
struct SharedKernels {
    /// One function, printed from a kernel that stands for all of its form.
    struct Function {
        let kernel: Kernel
        /// The number of the kernel in the program.
        let representative: Int
        let scalars: [Scalar]
    }

    /// A place in which launches of one function differ, as an axis that nothing walks.
    struct Scalar {
        let name: String
        /// The values that launches give.
        let range: ClosedRange<Int>
    }

    /// What the launch of one kernel hands its function.
    struct Call {
        let function: Int
        /// This kernel's buffers by the representative's.
        let buffers: [String: String]
        let scalars: [Int]
    }

    private(set) var functions: [Function] = []
    /// One a kernel of the program.
    private(set) var calls: [Call] = []

    init(_ program: LoopProgram, written: [Set<String>]) {
        let uses = program.kernels.enumerated().map { number, kernel in
            KernelUse(kernel, program.buffers, written: written[number])
        }
        var numbers: [KernelForm: Int] = [:]
        var members: [[Int]] = []
        for (number, use) in uses.enumerated() {
            if let known = numbers[use.form] {
                members[known].append(number)
            } else {
                numbers[use.form] = members.count
                members.append([number])
            }
        }
        let differences = members.map { group in Differences(group.map { uses[$0].places }) }
        functions = zip(members, differences).map { group, difference in
            let kernel = program.kernels[group[0]]
            return Function(
                kernel: difference.scalars.isEmpty ? kernel : kernel.abstracting(difference.names, program.buffers),
                representative: group[0], scalars: difference.scalars)
        }
        calls = uses.map { use in
            let function = numbers[use.form] ?? 0
            let first = uses[functions[function].representative]
            return Call(
                function: function, buffers: Dictionary(uniqueKeysWithValues: zip(first.buffers, use.buffers)),
                scalars: differences[function].columns.map { use.places[$0] })
        }
    }
}

/// Where the launches of one function differ; places that differ alike are one scalar.
private struct Differences {
    /// The scalar that stands at a place.
    private(set) var names: [Int: String] = [:]
    private(set) var scalars: [SharedKernels.Scalar] = []
    /// A place of each scalar.
    private(set) var columns: [Int] = []

    /// `places` has the values of one launch in each row.
    init(_ places: [[Int]]) {
        var known: [[Int]: String] = [:]
        for column in places[0].indices {
            let values = places.map { $0[column] }
            guard let low = values.min(), let high = values.max(), low < high else { continue }
            if let name = known[values] {
                names[column] = name
                continue
            }
            let name = "place\(scalars.count)"
            known[values] = name
            names[column] = name
            scalars.append(.init(name: name, range: low...high))
            columns.append(column)
        }
    }
}
