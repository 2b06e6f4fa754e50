import KernelIR
import Workloads

/// `einsum`: products of two operands at a time, the cheapest pair first, each a contraction stage.
///
/// A letter names the same extent everywhere and occurs once in each operand. What two operands share and nobody else
/// needs is summed as soon as they are multiplied.
enum EinsumOperator {
    static let lowering: Lowering = { call, builder throws(KernelwrightError) in
        var equation = try Equation(call)
        while equation.factors.count > 2 {
            let (first, second) = equation.cheapestPair()
            equation.multiply(first, second, call, &builder)
        }
        let result = try call.resultType().dtype
        return [equation.product(0, 1, letters: equation.result, name: call.name, result, &builder).tensor]
    }

    /// An operand with a letter for each dimension.
    private struct Factor {
        var tensor: Tensor
        var letters: [Character]
    }

    private struct Equation {
        var factors: [Factor]
        let result: [Character]
        private var extents: [Character: Int] = [:]
        private var products = 0

        init(_ call: Call) throws(KernelwrightError) {
            let equation = Array(try call.text(0, "equation")).filter { $0 != " " }
            let operands = try call.tensors(1, "operands")
            let sides = String(equation).split(separator: ">", omittingEmptySubsequences: false)
            let inputs = (sides.first?.split(separator: "-").first ?? "").split(
                separator: ",", omittingEmptySubsequences: false)
            guard sides.count == 2, inputs.count == operands.count, operands.count >= 2 else {
                throw call.failure(
                    "equation \(String(equation))", hint: "two or more operands and a result, as in bij,bjk->bik")
            }
            factors = zip(operands, inputs).map { Factor(tensor: $0, letters: Array($1)) }
            result = Array(sides[1])
            for factor in factors {
                let letters = factor.letters
                guard letters.count == factor.tensor.rank, Set(letters).count == letters.count,
                    letters.allSatisfy(\.isLetter)
                else {
                    throw call.failure(
                        "operand \(String(letters)) of shape \(factor.tensor.shape)",
                        hint: "one letter a dimension, none repeated")
                }
                for (letter, extent) in zip(letters, factor.tensor.shape) {
                    guard extents[letter, default: extent] == extent else {
                        throw call.failure("letter \(letter) is both \(extents[letter] ?? 0) and \(extent)")
                    }
                    extents[letter] = extent
                }
            }
            guard Set(result).count == result.count, result.allSatisfy({ extents[$0] != nil }) else {
                throw call.failure("result \(String(result))", hint: "letters of the operands, each once")
            }
        }

        /// The pair whose product takes the fewest multiplications; the first of equals.
        func cheapestPair() -> (Int, Int) {
            let pairs = factors.indices.flatMap { first in ((first + 1)..<factors.count).map { (first, $0) } }
            func cost(_ pair: (Int, Int)) -> Int {
                Set(factors[pair.0].letters + factors[pair.1].letters).reduce(1) { $0 * (extents[$1] ?? 1) }
            }
            return pairs.min { cost($0) < cost($1) } ?? (0, 1)
        }

        /// Replaces two factors by their product over the letters that others or the result need.
        mutating func multiply(_ first: Int, _ second: Int, _ call: Call, _ builder: inout ProgramBuilder) {
            let others = factors.indices.filter { $0 != first && $0 != second }
            let needed = Set(result + others.flatMap { factors[$0].letters })
            let all = factors[first].letters + factors[second].letters.filter { !factors[first].letters.contains($0) }
            let name = "\(call.name).product\(products)"
            let type = factors[first].tensor.type.accumulating
            let product = product(first, second, letters: all.filter(needed.contains), name: name, type, &builder)
            products += 1
            factors = others.map { factors[$0] } + [product]
        }

        /// The product of two factors with the given letters, summed over all others.
        func product(
            _ first: Int, _ second: Int, letters: [Character], name: String, _ type: DType,
            _ builder: inout ProgramBuilder
        ) -> Factor {
            let pair = [factors[first], factors[second]]
            let summed = (pair[0].letters + pair[1].letters.filter { !pair[0].letters.contains($0) })
                .filter { !letters.contains($0) }
            let order = letters + summed
            let shape = order.map { extents[$0] ?? 1 }
            let views = pair.map { view($0, order).expanded(to: shape) }
            guard !summed.isEmpty else {
                let computing = type.accumulating
                let tensor = builder.map(name, shape, type) { point in
                    (views[0].element(point, as: computing) * views[1].element(point, as: computing)).cast(
                        from: computing, to: type)
                }
                return Factor(tensor: tensor, letters: letters)
            }
            let tensor = ContractionOperators.contract(
                (name, type), views[0], views[1], reduced: summed.count, bias: nil, &builder)
            return Factor(tensor: tensor, letters: letters)
        }

        /// A factor with its dimensions in the given order and extents of 1 for letters it does not have.
        private func view(_ factor: Factor, _ order: [Character]) -> Tensor {
            let permuted = factor.tensor.permuted(order.compactMap { factor.letters.firstIndex(of: $0) })
            return order.enumerated().reduce(permuted) { view, letter in
                factor.letters.contains(letter.element) ? view : view.unsqueezed(letter.offset)
            }
        }
    }
}
