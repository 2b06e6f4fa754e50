import CSIMT

/// Matrix products and the movement of fragments.
extension KernelLowering {
    mutating func lowerMatrix() throws(PTXError) {
        emit(.wholeWarp)
        // The first two spare slots of each width serve element after element.
        for _ in 0..<2 { _ = (spareWord(), spareDouble()) }
        switch instruction.operation {
        case .mma(let product): try lowerProduct(product, isFragment: false)
        case .wmmaMultiply(let product): try lowerProduct(product, isFragment: true)
        case .movmatrix: run(kw_lane_movmatrix, try result(0, .b32), try value(1, .b32))
        case .ldmatrix(let transfer): try lowerTransfer(transfer, registers: 0, address: 1, isStore: false)
        case .stmatrix(let transfer): try lowerTransfer(transfer, registers: 1, address: 0, isStore: true)
        case .wmmaLoad(let access): try lowerFragment(access, registers: 0, address: 1, isStore: false)
        case .wmmaStore(let access): try lowerFragment(access, registers: 1, address: 0, isStore: true)
        default: throw unsupported("no matrix operation")
        }
    }

    private func elements(_ index: Int) throws(PTXError) -> [PTXOperand] {
        let operand = try operand(index)
        if case .vector(let elements) = operand { return elements }
        return [operand]
    }

    // MARK: Products

    private mutating func lowerProduct(_ product: PTXMatrixMultiply, isFragment: Bool) throws(PTXError) {
        let shape = product.shape
        guard let a = Self.type(product.a), let b = Self.type(product.b), let c = Self.type(product.c),
            let d = Self.type(product.d), product.bitOperator == nil
        else { throw unsupported("no product of these elements") }
        guard product.rounding == .nearestEven else { throw unsupported("no such rounding of products") }
        guard isFragment || !(product.a == .f16 && shape == PTXMatrixShape(m: 8, n: 8, k: 4)) else {
            throw unsupported("no product of quarters of a warp", hint: "known: m16n8k8 and m16n8k16")
        }
        var made = kw_product()
        (made.m, made.n, made.k) = (UInt8(shape.m), UInt8(shape.n), UInt8(shape.k))
        (made.a, made.b, made.c, made.d) = (
            UInt8(a.rawValue), UInt8(b.rawValue), UInt8(c.rawValue), UInt8(d.rawValue)
        )
        made.saturates = product.saturates ? 1 : 0
        made.isFragment = isFragment ? 1 : 0
        let width: PTXType = product.a == .f64 ? .b64 : .b32
        try fill(&made.aRegisters, 1, width, isResult: false)
        try fill(&made.bRegisters, 2, width, isResult: false)
        try fill(&made.cRegisters, 3, width, isResult: false)
        try fill(&made.dRegisters, 0, width, isResult: true)
        products.append(made)
        emit(.multiply, target: products.count - 1)
    }

    private mutating func fill<Registers>(
        _ registers: inout Registers, _ index: Int, _ type: PTXType, isResult: Bool
    ) throws(PTXError) {
        var slots: [Slot] = []
        for element in try elements(index) {
            slots.append(isResult ? try result(of: element, type) : try value(of: element, type))
        }
        guard slots.count <= 8 else { throw unsupported("a fragment of more than 8 registers") }
        withUnsafeMutableBytes(of: &registers) { bytes in
            for (index, slot) in slots.enumerated() {
                bytes.storeBytes(of: slot, toByteOffset: 4 * index, as: Slot.self)
            }
        }
    }

    private static func type(_ type: PTXType) -> kw_matrix_type? {
        switch type {
        case .f16: KW_MATRIX_F16
        case .bf16: KW_MATRIX_BF16
        case .tf32: KW_MATRIX_TF32
        case .f32: KW_MATRIX_F32
        case .f64: KW_MATRIX_F64
        case .s32: KW_MATRIX_S32
        case .u8: KW_MATRIX_U8
        case .s8: KW_MATRIX_S8
        case .u4: KW_MATRIX_U4
        case .s4: KW_MATRIX_S4
        case .e4m3: KW_MATRIX_E4M3
        case .e5m2: KW_MATRIX_E5M2
        default: nil
        }
    }

    // MARK: ldmatrix and stmatrix: each lane moves one word, or transposed two halves, of every matrix

    private mutating func lowerTransfer(
        _ transfer: PTXMatrixTransfer, registers: Int, address: Int, isStore: Bool
    ) throws(PTXError) {
        let operands = try elements(registers)
        let place = try location(address, transfer.space)
        let rows = try addresses(of: place)
        let space = place.space == .generic ? AccessSpace.generic : place.space
        // Rows are 16 bytes at places that are multiples of 16; a load of each by its own lane checks that.
        for (matrix, operand) in operands.enumerated() {
            let register = isStore ? try value(of: operand, .b32) : try result(of: operand, .b32)
            if transfer.isTransposed {
                try moveTransposed(matrix, rows, register, space, isStore: isStore)
            } else {
                let target = spareDouble(for: 1)
                run(kw_lane_row_address, target, rows, rows, constant(matrix))
                let element = Location(address: target, isWide: true, offset: 0, space: space)
                move(.b32, isWide: false, slots: [register], element, isStore: isStore)
            }
        }
    }

    private mutating func moveTransposed(
        _ matrix: Int, _ rows: Slot, _ register: Slot, _ space: AccessSpace, isStore: Bool
    ) throws(PTXError) {
        let halves = (frame.spare(word: 0), frame.spare(word: 1))
        if isStore {
            run(kw_lane_low_b32, halves.0, register)
            run(kw_lane_high_b32, halves.1, register)
        }
        for (part, half) in [halves.0, halves.1].enumerated() {
            let target = spareDouble(for: 1)
            run(kw_lane_row_address, target, rows, rows, constant(matrix | part << 2 | 8))
            let element = Location(address: target, isWide: true, offset: 0, space: space)
            move(.b16, isWide: false, slots: [half], element, isStore: isStore)
        }
        if !isStore { run(kw_lane_pack_b32, register, halves.0, halves.1) }
    }

    /// A spare slot that is used again and again within one instruction.
    private func spareDouble(for number: Int) -> Slot { frame.spare(double: number) }

    /// The addresses of all lanes in 64 bits, in spare slot 0, with the offset added.
    private mutating func addresses(of place: Location) throws(PTXError) -> Slot {
        let target = frame.spare(double: 0)
        let offset = constants.double(UInt64(bitPattern: place.offset))
        guard let address = place.address else {
            guard place.space != .frame else { throw unsupported("matrices in local memory") }
            run(kw_lane_mov_b64, target, offset)
            return target
        }
        if place.isWide {
            run(kw_lane_add_u64, target, address, offset)
        } else {
            run(kw_lane_ext_u32_32_64, target, address)
            run(kw_lane_add_u64, target, target, offset)
        }
        return target
    }

    // MARK: Fragments of wmma: element 32 · i + lane, counted along rows, is element i of a lane

    private mutating func lowerFragment(
        _ access: PTXFragmentAccess, registers: Int, address: Int, isStore: Bool
    ) throws(PTXError) {
        let type = access.type
        guard type.bitWidth >= 8 else { throw unsupported("no fragments of elements below 8 bits") }
        let operands = try elements(registers)
        let place = try location(address, access.space)
        let base = try addresses(of: place)
        let shape = access.shape
        let (rows, columns): (Int, Int)
        switch access.fragment {
        case .a: (rows, columns) = (shape.m, shape.k)
        case .b: (rows, columns) = (shape.k, shape.n)
        case .c, .d: (rows, columns) = (shape.m, shape.n)
        }
        let isRowMajor = access.layout == .row
        let stride =
            instruction.operands.count > 2 ? try value(2, .u32) : constant(isRowMajor ? columns : rows)
        let perRegister = max(1, 32 / type.bitWidth)
        let width: PTXType = type == .f64 ? .b64 : .b32
        for index in 0..<(rows * columns / 32) {
            let operand = operands[index / perRegister]
            let register = isStore ? try value(of: operand, width) : try result(of: operand, width)
            let target = spareDouble(for: 1)
            let packed = columns | index << 8 | type.byteCount << 16 | (isRowMajor ? 1 << 24 : 0)
            run(kw_lane_fragment_address, target, base, stride, constants.double(UInt64(packed)))
            let element = Location(address: target, isWide: true, offset: 0, space: place.space)
            let part = index % perRegister
            if perRegister == 1 {
                move(type == .f64 ? .b64 : .b32, isWide: type == .f64, slots: [register], element, isStore: isStore)
            } else {
                moveNarrow(type, register, part, element, isStore: isStore)
            }
        }
        guard !isStore else { return }
        // Registers past the elements hold nothing.
        for operand in operands.dropFirst((rows * columns / 32 + perRegister - 1) / perRegister) {
            run(kw_lane_mov_b32, try result(of: operand, .b32), constants.word(0))
        }
    }

    /// Moves one element of 8 or 16 bits between memory and its part of a register.
    private mutating func moveNarrow(
        _ type: PTXType, _ register: Slot, _ part: Int, _ element: Location, isStore: Bool
    ) {
        let spare = frame.spare(word: 0)
        let memory: PTXType = type.bitWidth == 16 ? .b16 : .b8
        let position = constant(part * type.bitWidth)
        if isStore {
            run(kw_lane_shr_u32, spare, register, position)
            move(memory, isWide: false, slots: [spare], element, isStore: true)
        } else {
            move(memory, isWide: false, slots: [spare], element, isStore: false)
            run(kw_lane_bfi_b32, register, spare, register, position, constant(type.bitWidth))
        }
    }
}
