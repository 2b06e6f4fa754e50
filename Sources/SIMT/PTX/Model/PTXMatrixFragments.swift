/// Which matrix shapes exist for which elements, and how many registers their fragments take.
extension PTXMatrixMultiply {
    /// The shapes, as in `m16n8k16`, that PTX has for elements of A of type `type`; `isFragment` asks for `wmma`.
    public static func shapes(of type: PTXType, isFragment: Bool) -> [String] {
        switch (type, isFragment) {
        case (.f16, false): ["m8n8k4", "m16n8k8", "m16n8k16"]
        case (.bf16, false): ["m16n8k8", "m16n8k16"]
        case (.tf32, false): ["m16n8k4", "m16n8k8"]
        case (.f64, false): ["m8n8k4", "m16n8k4", "m16n8k8", "m16n8k16"]
        case (.u8, false), (.s8, false): ["m8n8k16", "m16n8k16", "m16n8k32"]
        case (.u4, false), (.s4, false): ["m8n8k32", "m16n8k32", "m16n8k64"]
        case (.b1, false): ["m8n8k128", "m16n8k128", "m16n8k256"]
        case (.e4m3, false), (.e5m2, false): ["m16n8k16", "m16n8k32"]
        case (.f16, true), (.bf16, true), (.u8, true), (.s8, true): ["m16n16k16", "m32n8k16", "m8n32k16"]
        case (.tf32, true): ["m16n16k8"]
        case (.f64, true): ["m8n8k4"]
        case (.u4, true), (.s4, true): ["m8n8k32"]
        case (.b1, true): ["m8n8k128"]
        default: []
        }
    }

    /// Whether the types of A, B, C and D and the shape go together in `mma`.
    var isKnownProduct: Bool { fits(isFragment: false) }

    /// Whether the types of A, B, C and D and the shape go together in `wmma.mma`.
    var isKnownFragment: Bool { fits(isFragment: true) }

    private func fits(isFragment: Bool) -> Bool {
        guard Self.shapes(of: a, isFragment: isFragment).contains(shape.description) else { return false }
        switch a {
        case .f16: return b == .f16 && [.f16, .f32].contains(c) && [.f16, .f32].contains(d)
        case .bf16, .tf32: return b == a && c == .f32 && d == .f32
        case .f64: return b == .f64 && c == .f64 && d == .f64
        case .e4m3, .e5m2: return [.e4m3, .e5m2].contains(b) && c == d && (c == .f32 || c == .f16)
        case .u8, .s8: return [.u8, .s8].contains(b) && c == .s32 && d == .s32
        case .u4, .s4: return [.u4, .s4].contains(b) && c == .s32 && d == .s32
        default: return b == a && c == .s32 && d == .s32 && bitOperator != nil
        }
    }

    /// Registers per thread of the fragment of one matrix in `mma` or, if `isFragment`, in `wmma.mma`.
    ///
    /// Registers have 32 bits, those of `f64` elements 64.
    public func registerCount(_ matrix: PTXFragmentAccess.Fragment, isFragment: Bool) -> Int {
        if !isFragment, a == .f16, shape == PTXMatrixShape(m: 8, n: 8, k: 4) {
            // Each quarter of the warp multiplies matrices of its own.
            switch matrix {
            case .a, .b: return 2
            case .c: return c == .f32 ? 8 : 4
            case .d: return d == .f32 ? 8 : 4
            }
        }
        let type = [.a: a, .b: b, .c: c, .d: d][matrix] ?? a
        let access = PTXFragmentAccess(fragment: matrix, layout: .row, shape: shape, space: .generic, type: type)
        return isFragment ? access.registerCount : access.evenRegisterCount
    }
}

extension PTXFragmentAccess {
    /// Registers per thread that hold the fragment in `wmma`; 32 bits each, 64 for `f64`.
    public var registerCount: Int {
        // Threads hold the inputs of half precision twice.
        type == .f16 && (fragment == .a || fragment == .b) ? 8 : evenRegisterCount
    }

    /// Registers per thread when the elements are dealt out once.
    var evenRegisterCount: Int {
        let elements =
            switch fragment {
            case .a: shape.m * shape.k
            case .b: shape.k * shape.n
            case .c, .d: shape.m * shape.n
            }
        return Swift.max(1, elements * type.bitWidth / (32 * (type == .f64 ? 64 : 32)))
    }

    /// Whether PTX has `wmma` loads or stores of the shape and type.
    var isKnown: Bool {
        let name = shape.description
        let inputs: [PTXType] =
            switch type {
            case .f32: [.f16, .bf16, .tf32]
            case .s32: [.u8, .u4, .b1]
            default: [type]
            }
        return inputs.contains { PTXMatrixMultiply.shapes(of: $0, isFragment: true).contains(name) }
    }
}
