import KernelIR

/// Reads the sizes of a launch line: numbers and tunables with `*` and `/` between them.
struct LaunchSizes: Sendable {
    private let tunables: [Tunable]
    private let values: [String: Int]

    /// - Parameter values: one for each tunable, in their order.
    init(_ tunables: [Tunable], values: [Int]) {
        self.tunables = tunables
        self.values = Dictionary(uniqueKeysWithValues: zip(tunables.map(\.name), values))
    }

    /// One to three positive sizes with commas between them.
    func dimensions(_ text: String, _ place: String) throws(KernelwrightError) -> [Int] {
        var sizes: [Int] = []
        for part in text.split(separator: ",") { sizes.append(try size(part, place) ?? 0) }
        guard (1...3).contains(sizes.count), sizes.allSatisfy({ $0 > 0 }) else {
            throw AnnotatedKernel.malformed(place, "'\(text)' is not one to three positive sizes")
        }
        return sizes
    }

    /// A number of bytes, which may be zero.
    func bytes(_ text: String, _ place: String) throws(KernelwrightError) -> Int {
        guard let bytes = try size(Substring(text), place), bytes >= 0 else {
            throw AnnotatedKernel.malformed(place, "shared takes a number of bytes")
        }
        return bytes
    }

    /// The value of an expression; nil for what is none or leaves the range of sizes.
    private func size(_ text: Substring, _ place: String) throws(KernelwrightError) -> Int? {
        var result: Int?
        var operation: Character = "*"
        var rest = text
        while true {
            let word = rest.prefix { $0 != "*" && $0 != "/" }
            guard let factor = try factor(word, place) else { return nil }
            result = Self.apply(operation, result ?? 1, factor)
            rest = rest.dropFirst(word.count)
            guard result != nil, let next = rest.first else { return result }
            operation = next
            rest = rest.dropFirst()
        }
    }

    private func factor(_ word: Substring, _ place: String) throws(KernelwrightError) -> Int? {
        guard let tunable = tunables.first(where: { $0.name == word }) else { return Int(word) }
        // Every value must do: what follows a correct draft are its other values.
        if let value = tunable.values.first(where: { $0 < 1 }) {
            throw AnnotatedKernel.malformed(place, "\(tunable.name) may be \(value), which is no size")
        }
        return values[tunable.name]
    }

    private static func apply(_ operation: Character, _ left: Int, _ right: Int) -> Int? {
        if operation == "/" { return right > 0 && left > 0 ? (left - 1) / right + 1 : nil }
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        return overflow ? nil : product
    }
}
