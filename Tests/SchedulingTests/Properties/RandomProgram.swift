import KernelIR

/// Small programs of a random family with random extents, among them 1, odd and prime ones.
enum RandomProgram {
    /// A family of programs over random extents.
    typealias Family = @Sendable (inout SeededGenerator) -> TensorProgram

    static let families: [(name: String, make: Family)] = [
        ("matmul", { SamplePrograms.matmul(few(&$0), wide(&$0), few(&$0)) }),
        ("matmulRelu", { SamplePrograms.matmulRelu(few(&$0), wide(&$0), few(&$0)) }),
        ("chain", { SamplePrograms.chain(wide(&$0) * few(&$0)) }),
        ("softmax", { SamplePrograms.softmax(few(&$0), wide(&$0)) }),
        ("norm", { SamplePrograms.norm(few(&$0), wide(&$0)) }),
        ("middleArgmax", { SamplePrograms.middleArgmax(few(&$0), few(&$0), wide(&$0)) }),
        ("middleNorm", { SamplePrograms.middleNorm(few(&$0), few(&$0), wide(&$0)) }),
        ("columnSum", { MorePrograms.columnSum(wide(&$0), wide(&$0)) }),
        ("residual", { MorePrograms.residual(few(&$0), wide(&$0), few(&$0)) }),
        ("diamond", { MorePrograms.diamond(few(&$0), wide(&$0)) }),
        ("recurrence", { MorePrograms.recurrence(few(&$0), wide(&$0)) }),
        ("paddedWindow", { MorePrograms.paddedWindow(wide(&$0), few(&$0)) }),
        ("pool", { WindowPrograms.pool(few(&$0), wide(&$0), WindowPrograms.Window(stride: few(&$0) % 3 + 1)) }),
        ("convolution", { WindowPrograms.convolution(few(&$0), few(&$0), few(&$0) + 1, wide(&$0) / 2 + 1) }),
        ("frobenius", { MorePrograms.frobenius(few(&$0), few(&$0), wide(&$0)) }),
        ("biased", { MorePrograms.biased(few(&$0), few(&$0)) }),
        ("centred", { MorePrograms.centred(few(&$0), wide(&$0)) }),
        ("summedProduct", { FactoredPrograms.summedProduct(few(&$0), wide(&$0), few(&$0)) }),
        ("rowSums", { ScanPrograms.rowSums(few(&$0), wide(&$0)) }),
        ("middleProducts", { ScanPrograms.middleProducts(few(&$0), few(&$0), wide(&$0)) }),
        ("exclusive", { ScanPrograms.exclusive(few(&$0), wide(&$0) + 1) }),
        ("recurrences", { ScanPrograms.recurrences(few(&$0), wide(&$0), isReversed: few(&$0) > 2) }),
    ]

    static func make(_ generator: inout SeededGenerator) -> TensorProgram {
        let family = families[Int(generator.next() % UInt64(families.count))]
        return family.make(&generator)
    }

    private static func few(_ generator: inout SeededGenerator) -> Int {
        [1, 2, 3, 5, 7, 8][Int(generator.next() % 6)]
    }

    private static func wide(_ generator: inout SeededGenerator) -> Int {
        [1, 3, 7, 16, 17, 24, 33, 37, 64][Int(generator.next() % 9)]
    }
}
