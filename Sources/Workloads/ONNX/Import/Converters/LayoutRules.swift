import KernelIR

/// Shapes and the order of axes.
enum LayoutRules {
    static let table: [String: ImportRule] = [
        "Reshape": reshape,
        "Flatten": { call, graph in
            let x = try call.input(0)
            let axis = try call.int("axis", default: 1)
            try call.require((-x.rank...x.rank).contains(axis), "axis \(axis)", hint: "-\(x.rank) ... \(x.rank)")
            let first = axis < 0 ? axis + x.rank : axis
            return [try graph.reshape(x, [call.product(x.shape[..<first]), call.product(x.shape[first...])])]
        },
        "Squeeze": { call, graph in
            let x = try call.input(0)
            let given = try call.optionalIntegers(1, "axes")
            let axes = try given.map { try call.axes($0, rank: x.rank) } ?? x.shape.indices.filter { x.shape[$0] == 1 }
            try call.require(
                axes.allSatisfy { x.shape[$0] == 1 }, "axes \(axes) of \(x.shape)", hint: "only extents of 1 go")
            return [try graph.reshape(x, x.shape.indices.filter { !axes.contains($0) }.map { x.shape[$0] })]
        },
        "Unsqueeze": { call, graph in
            let x = try call.input(0)
            let given = try call.integers(1, "axes")
            let axes = try call.axes(given, rank: x.rank + given.count).sorted()
            var shape = x.shape
            for axis in axes { shape.insert(1, at: axis) }
            return [try graph.reshape(x, shape)]
        },
        "Transpose": { call, graph in
            let x = try call.input(0)
            return [try graph.permute(x, call.integers("perm") ?? x.shape.indices.reversed())]
        },
        "Expand": { call, graph in
            let x = try call.input(0)
            let shape = try call.integers(1, "the shape")
            guard let target = Shape.broadcast([x.shape, shape]), target.allSatisfy({ $0 >= 0 }) else {
                throw call.error("\(x.shape) does not expand to \(shape)", hint: "extents must be equal or 1")
            }
            return [try graph.expand(x, to: target)]
        },
        "DepthToSpace": { call, graph in
            let (x, block) = try blocks(call)
            let form = try call.choice("mode", of: ["DCR", "CRD"], default: "DCR")
            let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
            try call.require(c % (block * block) == 0, "\(c) channels", hint: "a multiple of \(block * block)")
            let inner = c / (block * block)
            let split = try graph.reshape(
                x, form == "DCR" ? [n, block, block, inner, h, w] : [n, inner, block, block, h, w])
            let moved = try graph.permute(split, form == "DCR" ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3])
            return [try graph.reshape(moved, [n, inner, call.product([h, block]), call.product([w, block])])]
        },
        "SpaceToDepth": { call, graph in
            let (x, block) = try blocks(call)
            let form = try call.choice("mode", of: ["DCR", "CRD"], default: "DCR")
            let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
            try call.require(
                h % block == 0 && w % block == 0, "image of \(h) by \(w)", hint: "multiples of the block \(block)")
            let split = try graph.reshape(x, [n, c, h / block, block, w / block, block])
            let moved = try graph.permute(split, form == "DCR" ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4])
            return [try graph.reshape(moved, [n, call.product([c, block, block]), h / block, w / block])]
        },
        "Trilu": { call, graph in
            let x = try call.input(0)
            try call.require(x.rank >= 2, "rank \(x.rank)", hint: "give matrices")
            let largest = max(x.shape[x.rank - 1], x.shape[x.rank - 2])
            let diagonal = Int(saturating: try call.number(1, "the diagonal k", default: 0))
            let clamped = min(max(diagonal, -largest), largest)
            let op = try call.flag("upper", default: true) ? "triu" : "tril"
            return [try graph.unary(op, x, [.int(clamped)])]
        },
    ]

    /// Zeros copy the input's extent unless `allowzero` is set; one -1 takes what is left.
    private static let reshape: ImportRule = { call, graph in
        let x = try call.input(0)
        var shape = try call.integers(1, "the shape")
        if try !call.flag("allowzero") {
            for axis in shape.indices where shape[axis] == 0 {
                try call.require(
                    axis < x.rank, "extent \(axis) of \(shape) is 0", hint: "0 copies an extent of \(x.shape)")
                shape[axis] = x.shape[axis]
            }
        }
        if let open = shape.firstIndex(of: -1) {
            let others = try call.product(shape.enumerated().filter { $0.offset != open }.map(\.element))
            try call.require(
                others > 0 && x.count % others == 0, "\(x.shape) does not reshape to \(shape)",
                hint: "keep \(x.count) elements")
            shape[open] = x.count / others
        }
        try call.require(shape.allSatisfy { $0 >= 0 }, "shape \(shape)", hint: "extents are 0 or more, one may be -1")
        return [try graph.reshape(x, shape)]
    }

    /// A batch of images and the side of a block.
    private static func blocks(_ call: OnnxCall) throws -> (ImportedValue, Int) {
        let x = try call.input(0)
        let block = try call.int("blocksize", default: 0)
        try call.require(
            x.rank == 4 && (1...OnnxCall.largestWindow).contains(block), "\(x.shape) in blocks of \(block)",
            hint: "give [batch, channels, height, width] and a positive blocksize")
        return (x, block)
    }
}
