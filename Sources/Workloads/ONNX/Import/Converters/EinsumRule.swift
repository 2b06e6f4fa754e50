import Foundation
import KernelIR

/// Einstein sums (https://onnx.ai/onnx/operators/onnx__Einsum.html). ATen's equation gets a letter for every axis, those
/// under an ellipsis too; of axes with one letter within an operand only the diagonal counts, and axes of extent 1 that
/// broadcast are left out.
enum EinsumRule {
    static let rule: ImportRule = { call, graph in
        let equation = try call.string("equation", default: "").filter { !$0.isWhitespace }
        let sides = equation.components(separatedBy: "->")
        let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let tensors = try call.allInputs()
        try call.require(
            sides.count <= 2 && terms.count == tensors.count && !tensors.isEmpty
                && tensors.allSatisfy { $0.dtype == tensors[0].dtype },
            "equation \(equation) for \(tensors.map(\.type))", hint: "a term for each operand, e.g. ij,jk->ik")
        let labels = try zip(terms, tensors).map { try EinsumLabel.labels($0, rank: $1.rank, call) }
        let extents = try commonExtents(zip(labels, tensors.map(\.shape)), call)
        let output = try sides.count == 2 ? named(sides[1], extents, call) : standard(labels)
        var parts: [String] = []
        var operands: [ImportedValue] = []
        let letters = try letters(extents.keys.sorted(), call)
        for (own, tensor) in zip(labels, tensors) {
            let (kept, x) = try reduced(own, tensor, extents, &graph)
            parts.append(String(kept.compactMap { letters[$0] }))
            operands.append(x)
        }
        let text = parts.joined(separator: ",") + "->" + String(output.compactMap { letters[$0] })
        let type = TensorType(dtype: tensors[0].dtype, shape: output.compactMap { extents[$0] })
        return [try graph.emit("aten.einsum.default", [.string(text), graph.references(operands)], type)]
    }

    /// The extent of each label; 1 broadcasts.
    private static func commonExtents(
        _ operands: some Sequence<([EinsumLabel], [Int])>, _ call: OnnxCall
    ) throws -> [EinsumLabel: Int] {
        var extents: [EinsumLabel: Int] = [:]
        for (labels, shape) in operands {
            for (label, extent) in zip(labels, shape) {
                let known = extents[label] ?? 1
                try call.require(
                    known == extent || known == 1 || extent == 1, "axis \(label) of \(known) and \(extent)",
                    hint: "extents must be equal or 1")
                extents[label] = known == 1 ? extent : known
            }
        }
        return extents
    }

    /// The labels of a result that the equation names.
    private static func named(
        _ term: String, _ extents: [EinsumLabel: Int], _ call: OnnxCall
    ) throws -> [EinsumLabel] {
        let hidden = extents.keys.filter(\.isHidden).count
        let rank = term.replacing("...", with: "").count + (term.contains("...") ? hidden : 0)
        let labels = try EinsumLabel.labels(term, rank: rank, call)
        try call.require(
            labels.allSatisfy { extents[$0] != nil } && Set(labels).count == labels.count, "result \(term)",
            hint: "each letter once, and one of the operands'")
        return labels
    }

    /// Without an arrow: the axes under the ellipsis, then the letters that occur once, in alphabetical order.
    private static func standard(_ labels: [[EinsumLabel]]) -> [EinsumLabel] {
        let all = labels.flatMap { $0 }
        return Set(all).filter { label in label.isHidden || all.filter { $0 == label }.count == 1 }.sorted()
    }

    private static func letters(_ labels: [EinsumLabel], _ call: OnnxCall) throws -> [EinsumLabel: Character] {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        try call.require(labels.count <= alphabet.count, "\(labels.count) axes", hint: "at most \(alphabet.count)")
        return Dictionary(uniqueKeysWithValues: zip(labels, alphabet))
    }

    /// An operand with distinct labels and without axes that only broadcast; a diagonal becomes the last axis.
    private static func reduced(
        _ labels: [EinsumLabel], _ x: ImportedValue, _ extents: [EinsumLabel: Int], _ graph: inout GraphComposer
    ) throws -> ([EinsumLabel], ImportedValue) {
        let kept = labels.indices.filter { x.shape[$0] == extents[labels[$0]] }
        var own = kept.map { labels[$0] }
        let tensor = try graph.reshape(x, kept.map { x.shape[$0] })
        guard let (first, second) = pair(own) else { return (own, tensor) }
        let label = own[first]
        let shape = tensor.shape.indices.filter { $0 != first && $0 != second }.map { tensor.shape[$0] }
        let part = try graph.emit(
            "aten.diagonal.default", [graph.reference(tensor), .int(0), .int(first), .int(second)],
            TensorType(dtype: x.dtype, shape: shape + [tensor.shape[first]]))
        own.remove(at: second)
        own.remove(at: first)
        return try reduced(own + [label], part, extents, &graph)
    }

    /// The first two places with the same label.
    private static func pair(_ labels: [EinsumLabel]) -> (Int, Int)? {
        for (first, label) in labels.enumerated() {
            if let second = labels[(first + 1)...].firstIndex(of: label) { return (first, second) }
        }
        return nil
    }
}

/// What names an axis: a letter, or its place under the ellipsis counted from the last.
private enum EinsumLabel: Hashable, Comparable {
    /// The larger, the farther from the last.
    case hidden(Int)
    case letter(Character)

    var isHidden: Bool { if case .hidden = self { true } else { false } }

    static func < (left: EinsumLabel, right: EinsumLabel) -> Bool {
        switch (left, right) {
        case (.hidden(let a), .hidden(let b)): a > b
        case (.letter(let a), .letter(let b)): a < b
        case (.hidden, .letter): true
        case (.letter, .hidden): false
        }
    }

    /// The labels of a term's axes.
    static func labels(_ term: String, rank: Int, _ call: OnnxCall) throws -> [EinsumLabel] {
        let parts = term.components(separatedBy: "...")
        let letters = parts.joined()
        try call.require(
            parts.count <= 2 && letters.allSatisfy { $0.isASCII && $0.isLetter }
                && (letters.count == rank || parts.count == 2 && letters.count <= rank),
            "term \(term) for \(rank) axes", hint: "a letter for each axis and at most one ellipsis")
        let hidden = (0..<(rank - letters.count)).reversed().map(EinsumLabel.hidden)
        return parts[0].map(EinsumLabel.letter) + hidden + (parts.count == 2 ? parts[1].map(EinsumLabel.letter) : [])
    }
}
