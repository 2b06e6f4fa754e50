import KernelIR
import Workloads

/// Einstein summation of any number of operands, two at a time from the left, each pair as a batched matrix product.
struct Einsum<Scalar: ReferenceScalar> {
    private struct Labelled {
        var labels: [Character]
        var tensor: Tensor<Scalar>
    }

    private let call: OperatorCall<Scalar>
    private let terms: [[Character]]
    private let output: [Character]

    /// Reads an equation such as `bij,jk->bik`; without an arrow the output is the labels that occur once, sorted.
    init(_ call: OperatorCall<Scalar>, _ equation: String) throws {
        let text = equation.filter { $0 != " " }
        let sides = text.replacing("->", with: ">").split(separator: ">", omittingEmptySubsequences: false)
        terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
        let all = terms.joined()
        output = sides.count > 1 ? Array(sides[1]) : Set(all).filter { c in all.filter { $0 == c }.count == 1 }.sorted()
        self.call = call
        guard sides.count <= 2, (all + output).allSatisfy(\.isLetter), Set(output).isSubset(of: all),
            Set(output).count == output.count, terms.allSatisfy({ Set($0).count == $0.count })
        else {
            throw call.error(
                "unsupported equation \(equation)", hint: "write distinct letters for each operand, e.g. bij,jk->bik")
        }
    }

    func evaluate(_ tensors: [Tensor<Scalar>]) throws -> Tensor<Scalar> {
        try check(tensors)
        var rest = zip(terms, tensors).map(Labelled.init)[...]
        var result = rest.removeFirst()
        while let next = rest.popFirst() {
            let needed = Set(output).union(rest.flatMap(\.labels))
            result = product(result, next, keeping: needed)
        }
        result = summed(result, keeping: Set(output))
        return result.tensor.permuted(output.compactMap { result.labels.firstIndex(of: $0) })
    }

    private func check(_ tensors: [Tensor<Scalar>]) throws {
        var extents: [Character: Int] = [:]
        guard terms.count == tensors.count, !tensors.isEmpty else {
            throw call.error("\(tensors.count) operands", hint: "the equation has \(terms.count)")
        }
        for (labels, tensor) in zip(terms, tensors) {
            guard labels.count == tensor.shape.count else {
                throw call.error("an operand has the shape \(tensor.shape)", hint: "its labels are \(String(labels))")
            }
            for (label, extent) in zip(labels, tensor.shape)
            where extents.updateValue(extent, forKey: label) ?? extent != extent {
                throw call.error("label \(label) has two extents", hint: "equal labels need equal extents")
            }
        }
    }

    /// The product of two operands, summed over the labels that are not kept.
    private func product(_ a: Labelled, _ b: Labelled, keeping needed: Set<Character>) -> Labelled {
        let a = summed(a, keeping: needed.union(b.labels))
        let b = summed(b, keeping: needed.union(a.labels))
        let shared = a.labels.filter(b.labels.contains)
        let batch = shared.filter(needed.contains)
        let inner = shared.filter { !needed.contains($0) }
        let rows = a.labels.filter { !shared.contains($0) }
        let columns = b.labels.filter { !shared.contains($0) }
        let left = permuted(a, batch + rows + inner)
        let right = permuted(b, batch + inner + columns)
        let counts = [batch, rows, inner].map { labels in labels.map { extent($0, a) }.reduce(1, *) }
        let width = columns.map { extent($0, b) }.reduce(1, *)
        let shape = (batch + rows).map { extent($0, a) } + columns.map { extent($0, b) }
        let tensor = MatrixProduct.multiply(
            left, right, batch: counts[0], m: counts[1], n: width, k: counts[2], shape: shape)
        return Labelled(labels: batch + rows + columns, tensor: tensor)
    }

    private func extent(_ label: Character, _ operand: Labelled) -> Int {
        operand.labels.firstIndex(of: label).map { operand.tensor.shape[$0] } ?? 1
    }

    private func permuted(_ operand: Labelled, _ labels: [Character]) -> Tensor<Scalar> {
        operand.tensor.permuted(labels.compactMap { operand.labels.firstIndex(of: $0) })
    }

    private func summed(_ operand: Labelled, keeping needed: Set<Character>) -> Labelled {
        let axes = operand.labels.indices.filter { !needed.contains(operand.labels[$0]) }
        guard !axes.isEmpty else { return operand }
        let shape = ReductionView<Scalar>.shape(operand.tensor.shape, axes: axes, keepingAxes: false)
        let sums = ReductionView(operand.tensor, axes: axes).sums { $0 }
        return Labelled(
            labels: operand.labels.filter(needed.contains),
            tensor: Tensor(dtype: operand.tensor.dtype, shape: shape, values: sums))
    }
}
