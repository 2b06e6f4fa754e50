/// Modifiers of matrix instructions.
extension PTXModifiers {
    mutating func matrix(_ opcode: PTXOpcode) throws(PTXError) -> PTXOperation {
        switch opcode {
        case .ldmatrix: return .ldmatrix(try matrixTransfer())
        case .stmatrix: return .stmatrix(try matrixTransfer())
        case .movmatrix:
            try needSyncAligned()
            _ = try need("the direction", of: ["trans"])
            _ = try need("the shape", of: ["m8n8"])
            _ = try needType(of: [.b16])
            return .movmatrix
        case .mma: return .mma(try multiply(isFragment: false))
        default:
            switch try need("the action", of: ["load", "store", "mma"]) {
            case "load": return .wmmaLoad(try fragmentAccess([.a, .b, .c]))
            case "store": return .wmmaStore(try fragmentAccess([.d]))
            default: return .wmmaMultiply(try multiply(isFragment: true))
            }
        }
    }

    private mutating func needSyncAligned() throws(PTXError) {
        _ = try need("the synchronization", of: ["sync"])
        _ = try need("the alignment of threads", of: ["aligned"])
    }

    private mutating func matrixTransfer() throws(PTXError) -> PTXMatrixTransfer {
        try needSyncAligned()
        _ = try need("the shape", of: ["m8n8"])
        let count = try need("the number of matrices", of: ["x1", "x2", "x4"])
        let isTransposed = take("trans")
        let space = takeSpace(of: [.shared]) ?? .generic
        _ = try needType(of: [.b16])
        return PTXMatrixTransfer(
            count: count == "x1" ? 1 : count == "x2" ? 2 : 4, isTransposed: isTransposed, space: space)
    }

    private mutating func fragmentAccess(
        _ fragments: [PTXFragmentAccess.Fragment]
    ) throws(PTXError) -> PTXFragmentAccess {
        let fragment = try need("the fragment", PTXFragmentAccess.Fragment.self, of: fragments)
        try needSyncAligned()
        let layout = try need("the layout", PTXMatrixLayout.self)
        guard let shape = takeShape() else { throw error(.syntax, "the shape is missing", hint: "e.g. .m16n16k16") }
        let space = takeSpace(of: [.global, .shared]) ?? .generic
        let isInput = fragment == .a || fragment == .b
        let inputs: [PTXType] = [.f16, .bf16, .tf32, .f64, .u8, .s8, .u4, .s4, .b1]
        let type = try needType(of: isInput ? inputs : [.f16, .f32, .f64, .s32])
        let access = PTXFragmentAccess(fragment: fragment, layout: layout, shape: shape, space: space, type: type)
        guard access.isKnown else {
            throw error(.unsupported, "no fragment .\(fragment.rawValue) of \(shape) and .\(type.rawValue)")
        }
        return access
    }

    private mutating func multiply(isFragment: Bool) throws(PTXError) -> PTXMatrixMultiply {
        if !isFragment, takeFirst(of: ["sp", "sp::ordered_metadata"]) != nil {
            throw error(.unsupported, "no sparse matrix products", hint: "known: mma.sync")
        }
        let bitOperator = takeBitOperator()
        try needSyncAligned()
        guard let shape = takeShape() else { throw error(.syntax, "the shape is missing", hint: "e.g. .m16n8k16") }
        let aLayout = try need("the layout of A", PTXMatrixLayout.self)
        let bLayout = try need("the layout of B", PTXMatrixLayout.self)
        let rounding = takeFirst(PTXRounding.self, of: [.nearestEven, .towardZero, .down, .up])
        let saturates = take("satfinite")
        let sums: [PTXType] = [.f16, .f32, .f64, .s32]
        let inputs: [PTXType] = [.f16, .bf16, .tf32, .f64, .u8, .s8, .u4, .s4, .b1, .e4m3, .e5m2]
        let d = try needType(of: sums, "the type of D")
        var types: [PTXType] = []
        while let type = takeType(of: inputs + sums) { types.append(type) }
        // The half-precision form of wmma names D and C only.
        if isFragment, types.count == 1 { types = [.f16, .f16, types[0]] }
        guard types.count == 3, inputs.contains(types[0]), inputs.contains(types[1]), sums.contains(types[2]) else {
            throw error(.syntax, "the types of D, A, B and C are expected", hint: "e.g. .f32.f16.f16.f32")
        }
        var product = PTXMatrixMultiply(shape: shape, d: d, a: types[0], b: types[1], c: types[2])
        (product.aLayout, product.bLayout) = (aLayout, bLayout)
        product.saturates = saturates
        product.rounding = rounding ?? .nearestEven
        product.bitOperator = bitOperator
        guard isFragment ? product.isKnownFragment : product.isKnownProduct else {
            throw error(
                .unsupported, "no product of \(shape) with .\(types[0].rawValue) and .\(types[1].rawValue)",
                hint: "shapes of this type: "
                    + PTXMatrixMultiply.shapes(of: types[0], isFragment: isFragment).joined(separator: " "))
        }
        return product
    }

    private mutating func takeBitOperator() -> PTXMatrixMultiply.BitOperator? {
        guard take("popc") else { return nil }
        return takeFirst(PTXMatrixMultiply.BitOperator.self)
    }
}
