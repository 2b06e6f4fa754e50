import Foundation
import KernelIR

/// Matrix products and contractions.
enum ProductRules {
    static let table: [String: ImportRule] = [
        "MatMul": { call, graph in
            let (a, b) = try PointwiseRules.operands(call)
            return [try graph.matmul(a, b)]
        },
        "Gemm": gemm,
        "Einsum": einsum,
        "MatMulInteger": { call, graph in
            let a = try shifted(call, 0, zero: 2, &graph)
            let b = try shifted(call, 1, zero: 3, &graph)
            return [try graph.matmul(a, b)]
        },
    ]

    /// α·A·B + β·C; as a linear layer where it is one.
    private static let gemm: ImportRule = { call, graph in
        var (a, b) = try PointwiseRules.operands(call)
        let (alpha, beta) = (try call.float("alpha", default: 1), try call.float("beta", default: 1))
        let transposesB = try call.flag("transB")
        try call.require(a.rank == 2 && b.rank == 2, "ranks \(a.rank) and \(b.rank)", hint: "give two matrices")
        if try call.flag("transA") { a = try graph.transpose(a) }
        let (k, n) = transposesB ? (b.shape[1], b.shape[0]) : (b.shape[0], b.shape[1])
        try call.require(a.shape[1] == k, "matrices \(a.shape) and \(b.shape)", hint: "inner extents must be equal")
        let shape = [a.shape[0], n]
        let c = call.optionalInput(2)
        if let c {
            try call.require(
                c.dtype == a.dtype && Shape.broadcast([c.shape, shape]) == shape, "C is \(c.type)",
                hint: "it broadcasts to \(shape)")
        }
        if transposesB, alpha == 1, beta == 1, a.dtype.isFloatingPoint, c?.shape == [n] || c == nil {
            let arguments =
                [try graph.reference(a), try graph.reference(b)] + (try c.map { [try graph.reference($0)] } ?? [])
            return [try graph.emit("aten.linear.default", arguments, TensorType(dtype: a.dtype, shape: shape))]
        }
        if transposesB { b = try graph.transpose(b) }
        let product = try graph.mul(graph.matmul(a, b), alpha)
        guard let c else { return [product] }
        return [try graph.add(product, graph.mul(c, beta))]
    }

    /// ATen takes the equation; of axes that share a letter within an operand only the diagonal counts.
    private static let einsum: ImportRule = { call, graph in
        var operands = try call.allInputs()
        let equation = try call.string("equation", default: "").filter { !$0.isWhitespace }
        let sum = try EinsumShape(equation, operands.map(\.shape), call)
        var terms: [String] = []
        for (number, term) in sum.terms.enumerated() {
            let (single, x) = try diagonal(term, operands[number], &graph)
            terms.append(single)
            operands[number] = x
        }
        guard let first = operands.first else { throw call.error("no operands", hint: "give at least one") }
        return [
            try graph.emit(
                "aten.einsum.default",
                [.string(terms.joined(separator: ",") + "->" + sum.output), graph.references(operands)],
                TensorType(dtype: first.dtype, shape: sum.result))
        ]
    }

    /// The term and the operand without repeated letters; a diagonal becomes the last axis.
    private static func diagonal(
        _ term: String, _ x: ImportedValue, _ graph: inout GraphComposer
    ) throws -> (String, ImportedValue) {
        var letters = Array(term.replacing("...", with: "."))
        guard let (first, second) = pair(letters) else { return (term, x) }
        // Axes count from the front before the ellipsis and from the back behind it.
        let axes = [first, second].map { place in
            letters[..<place].contains(".") ? x.rank - (letters.count - place) : place
        }
        let letter = letters[first]
        letters.remove(at: second)
        letters.remove(at: first)
        letters.append(letter)
        let extent = min(x.shape[axes[0]], x.shape[axes[1]])
        let shape = x.shape.indices.filter { !axes.contains($0) }.map { x.shape[$0] } + [extent]
        let part = try graph.emit(
            "aten.diagonal.default", [graph.reference(x), .int(0), .int(axes[0]), .int(axes[1])],
            TensorType(dtype: x.dtype, shape: shape))
        return try diagonal(String(letters).replacing(".", with: "..."), part, &graph)
    }

    /// The first two places with the same letter.
    private static func pair(_ letters: [Character]) -> (Int, Int)? {
        for (first, letter) in letters.enumerated() {
            if let second = letters[(first + 1)...].firstIndex(of: letter) { return (first, second) }
        }
        return nil
    }

    /// An integer operand less its zero point, as int32.
    static func shifted(
        _ call: OnnxCall, _ index: Int, zero: Int, _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        let x = try graph.cast(call.input(index), to: .int32)
        guard let point = call.optionalInput(zero) else { return x }
        try call.require(point.count == 1, "a zero point of shape \(point.shape)", hint: "give one for the tensor")
        return try graph.sub(x, graph.cast(graph.reshape(point, []), to: .int32))
    }
}

/// The terms of an Einstein sum and the shape it gives.
struct EinsumShape {
    /// Letters of each operand's axes.
    let terms: [String]
    /// Letters of the result's axes.
    let output: String
    let result: [Int]

    init(_ equation: String, _ shapes: [[Int]], _ call: OnnxCall) throws {
        let sides = equation.components(separatedBy: "->")
        terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        try call.require(
            sides.count <= 2 && terms.count == shapes.count, "equation \(equation) for \(shapes.count) operands",
            hint: "a term for each operand, e.g. ij,jk->ik")
        var extents: [Character: Int] = [:]
        var counts: [Character: Int] = [:]
        var ellipsis: [Int] = []
        for (term, shape) in zip(terms, shapes) {
            let (before, after, hasEllipsis) = try Self.letters(term, call)
            try call.require(
                before.count + after.count == shape.count
                    || (hasEllipsis && before.count + after.count <= shape.count),
                "term \(term) for \(shape)", hint: "a letter for each axis")
            let inner = shape[before.count..<(shape.count - after.count)]
            guard let common = Shape.broadcast([ellipsis, Array(inner)]) else {
                throw call.error("axes under the ellipsis do not broadcast", hint: "extents must be equal or 1")
            }
            ellipsis = common
            for (letter, extent) in zip(before + after, shape.prefix(before.count) + shape.suffix(after.count)) {
                counts[letter, default: 0] += 1
                let known = extents[letter] ?? 1
                try call.require(known == extent || known == 1 || extent == 1, "axis \(letter)", hint: "equal extents")
                extents[letter] = max(known, extent == 0 ? 0 : extent)
                if known == 0 || extent == 0 { extents[letter] = 0 }
            }
        }
        if sides.count == 2 {
            let (before, after, hasEllipsis) = try Self.letters(sides[1], call)
            try call.require(
                (before + after).allSatisfy { extents[$0] != nil }
                    && Set(before + after).count == before.count + after.count,
                "result \(sides[1])", hint: "each letter once, and one of the operands'")
            output = sides[1]
            result =
                before.compactMap { extents[$0] } + (hasEllipsis ? ellipsis : []) + after.compactMap { extents[$0] }
        } else {
            let once = counts.filter { $0.value == 1 }.keys.sorted()
            output = (equation.contains("...") ? "..." : "") + String(once)
            result = ellipsis + once.compactMap { extents[$0] }
        }
    }

    private static func letters(
        _ term: String, _ call: OnnxCall
    ) throws -> (before: [Character], after: [Character], hasEllipsis: Bool) {
        let parts = term.components(separatedBy: "...")
        try call.require(
            parts.count <= 2 && parts.joined().allSatisfy { $0.isASCII && $0.isLetter }, "term \(term)",
            hint: "letters and at most one ellipsis")
        return (Array(parts[0]), parts.count == 2 ? Array(parts[1]) : [], parts.count == 2)
    }
}
