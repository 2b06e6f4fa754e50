import CSIMT

/// From operands to slots.
extension KernelLowering {
    /// The operand at that position.
    func operand(_ index: Int) throws(PTXError) -> PTXOperand {
        guard index < instruction.operands.count else { throw unsupported("operand \(index + 1) is missing") }
        return instruction.operands[index]
    }

    func slot(_ register: PTXRegister) -> Slot { frame.slot(register, in: number) }

    /// The operand at that position as a value of the type.
    mutating func value(_ index: Int, _ type: PTXType) throws(PTXError) -> Slot {
        try value(of: try operand(index), type)
    }

    /// An operand as a value of the type: in a slot of 4 bytes a lane up to 32 bits, else of 8.
    mutating func value(of operand: PTXOperand, _ type: PTXType) throws(PTXError) -> Slot {
        let isWide = type.bitWidth > 32
        switch operand {
        case .register(let register):
            let isHeldWide = register.type.bitWidth > 32
            if isHeldWide == isWide || type == .pred { return slot(register) }
            let spare = spare(type)
            run(isWide ? kw_lane_ext_u32_32_64 : kw_lane_low_b64, spare, slot(register))
            return spare
        case .negated(let register):
            let spare = sparePredicate()
            run(kw_lane_pred_not, spare, slot(register))
            return spare
        case .immediate(let immediate):
            if type == .pred { return constants.predicate(immediate.bits(as: .b32) != 0 ? ~0 : 0) }
            guard type.bitWidth <= 64 else { throw unsupported("a constant of \(type.bitWidth) bits") }
            return constant(immediate.bits(as: type), type)
        case .special(let register): return try special(register, isWide: isWide)
        case .symbol(let symbol, let offset): return try address(of: symbol, offset, isWide: isWide)
        case .function(let name):
            guard let number = variables.number(ofFunction: name) else {
                throw unsupported("no function \(name)")
            }
            return constant(VariableLayout.address(ofFunction: number), isWide ? .b64 : .b32)
        default:
            throw unsupported("an operand that is no value")
        }
    }

    mutating func constant(_ bits: UInt64, _ type: PTXType) -> Slot {
        type.bitWidth > 32 ? constants.double(bits) : constants.word(UInt32(truncatingIfNeeded: bits))
    }

    mutating func constant(_ value: Int) -> Slot { constants.word(UInt32(truncatingIfNeeded: value)) }

    /// The slot that receives the result at that position; a spare one for a sink.
    mutating func result(_ index: Int, _ type: PTXType) throws(PTXError) -> Slot {
        try result(of: try operand(index), type)
    }

    mutating func result(of operand: PTXOperand, _ type: PTXType) throws(PTXError) -> Slot {
        switch operand {
        case .register(let register): return slot(register)
        case .sink: return spare(type)
        default: throw unsupported("a result that is no register")
        }
    }

    /// Whether the register at that position has 64 bits or more.
    func isWideRegister(_ index: Int) -> Bool {
        guard index < instruction.operands.count, case .register(let register) = instruction.operands[index] else {
            return false
        }
        return register.type.bitWidth > 32
    }

    /// Whether the value at that position comes in 64 bits: as its register has them, else as the type.
    func isWideOperand(_ index: Int, _ type: PTXType) -> Bool {
        guard index < instruction.operands.count, case .register(let register) = instruction.operands[index] else {
            return type.bitWidth > 32
        }
        return register.type.bitWidth > 32
    }

    // MARK: Special registers

    private mutating func special(_ register: PTXSpecialRegister, isWide: Bool) throws(PTXError) -> Slot {
        let held: Slot
        switch register {
        case .laneid: held = constants.lanes(Array(0..<32))
        case .lanemask(let relation): held = constants.lanes((0..<32).map { Self.mask(relation, $0) })
        case .isExplicitCluster: return constants.predicate(0)
        case .gridid: return isWide ? constants.double(1) : constants.word(1)
        case .clusterid(let axis): return try special(.ctaid(axis), isWide: isWide)
        case .nclusterid(let axis): return try special(.nctaid(axis), isWide: isWide)
        case .clusterCtaid, .clusterCtarank, .envreg, .performanceMonitor: held = constants.word(0)
        case .clusterNctaid, .clusterNctarank, .nsmid: held = constants.word(1)
        case .clockHigh, .globaltimerHigh: held = constants.word(0)
        case .aggregateSharedBytes: return try special(.totalSharedBytes, isWide: isWide)
        case .clock64, .globaltimer:
            let spare = spareDouble()
            emit(.special, d: spare, detail: SpecialCode.clock64.rawValue)
            guard !isWide else { return spare }
            held = spareWord()
            run(kw_lane_low_b64, held, spare)
        default:
            guard let code = Self.code(of: register) else { held = constants.word(0); break }
            held = spareWord()
            emit(.special, d: held, detail: code.rawValue)
        }
        guard isWide else { return held }
        let spare = spareDouble()
        run(kw_lane_ext_u32_32_64, spare, held)
        return spare
    }

    private static func mask(_ relation: PTXSpecialRegister.LaneRelation, _ lane: UInt32) -> UInt32 {
        let equal = UInt32(1) << lane
        switch relation {
        case .equal: return equal
        case .less: return equal - 1
        case .lessOrEqual: return equal | (equal - 1)
        case .greater: return ~(equal | (equal - 1))
        case .greaterOrEqual: return ~(equal - 1)
        }
    }

    private static func code(of register: PTXSpecialRegister) -> SpecialCode? {
        switch register {
        case .tid(.x): .tidX
        case .tid(.y): .tidY
        case .tid(.z): .tidZ
        case .ntid(.x): .ntidX
        case .ntid(.y): .ntidY
        case .ntid(.z): .ntidZ
        case .ctaid(.x): .ctaidX
        case .ctaid(.y): .ctaidY
        case .ctaid(.z): .ctaidZ
        case .nctaid(.x): .nctaidX
        case .nctaid(.y): .nctaidY
        case .nctaid(.z): .nctaidZ
        case .warpid: .warpid
        case .nwarpid: .nwarpid
        case .smid: .smid
        case .clock, .globaltimerLow: .clock
        case .dynamicSharedBytes: .dynamicShared
        case .totalSharedBytes: .totalShared
        default: nil
        }
    }

    // MARK: Addresses

    /// The address of a variable in its own space; of parameters, that of the parameter bank or of the local frame.
    private mutating func address(
        of symbol: PTXSymbol, _ offset: Int64, isWide: Bool
    ) throws(PTXError) -> Slot {
        let type: PTXType = isWide ? .b64 : .b32
        switch place(of: symbol) {
        case .fixed(let address): return constant(address &+ UInt64(bitPattern: offset), type)
        case .frame(let start):
            // In a function, parameter space is local memory, told apart by its generic address.
            let base = symbol.space == .param ? AddressMap.local : 0
            let spare = spare(type)
            emit(.localAddress, d: spare, immediate: Int64(start) &+ offset &+ Int64(base), option: isWide ? 1 : 0)
            return spare
        case nil: throw unsupported("the address of \(symbol.name)")
        }
    }

    /// Where a variable or parameter is.
    enum Place {
        /// An address in the variable's own space.
        case fixed(UInt64)
        /// Bytes from the start of the running frame in local memory.
        case frame(Int)
    }

    func place(of symbol: PTXSymbol) -> Place? {
        let function = module.functions[number]
        switch symbol.owner {
        case .parameter:
            let offset = function.parameters[symbol.index].offset
            return number == kernel ? .fixed(UInt64(offset)) : .frame(offset)
        case .result: return .frame(stack.offset(ofResult: symbol.index, in: number))
        case .module, .function:
            let key = VariableLayout.Key(function: symbol.owner == .module ? nil : number, index: symbol.index)
            switch symbol.space {
            case .global, .const: return variables.addresses[key].map(Place.fixed)
            case .shared, .sharedCluster: return .fixed(shared.address(key))
            case .local, .param: return .frame(stack.offset(ofVariable: symbol.index, in: number))
            default: return nil
            }
        }
    }
}
