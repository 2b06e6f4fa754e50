import CSIMT

/// The choice by operation.
extension KernelLowering {
    /// Makes the operations of the current instruction.
    mutating func lowerOperation() throws(PTXError) {
        switch instruction.operation {
        case .add, .sub, .mul, .mad, .fma, .div, .rem, .abs, .neg, .min, .max, .rcp, .sqrt, .rsqrt, .sin, .cos, .lg2,
            .ex2, .tanh, .sad, .mul24, .mad24, .copysign, .dp:
            try lowerArithmetic()
        case .and, .or, .xor, .not, .cnot, .shl, .shr, .shf, .popc, .clz, .brev, .bfind, .bfe, .bfi, .bmsk, .szext,
            .fns, .lop3, .prmt:
            try lowerBits()
        case .setp, .set, .selp, .slct, .testp: try lowerComparison()
        case .mov(let type): try lowerMove(type)
        case .cvt(let conversion): try lowerConversion(conversion)
        case .cvtPack(let packing): try lowerIntegerPacking(packing)
        case .cvta, .isspacep: try lowerAddressConversion()
        case .ld, .st, .atom, .red, .cpAsync, .mbarrier, .cpAsyncMbarrierArrive: try lowerMemory()
        case .createPolicy: run(kw_lane_mov_b64, try result(0, .b64), constants.double(0))
        case .prefetch, .griddepcontrol, .noEffect: return
        case .shfl, .vote, .match, .redux, .activemask, .elect, .barrier, .warpBarrier, .clusterBarrier:
            try lowerCollective()
        case .fence: emit(.fence)
        case .cpAsyncCommitGroup: emit(.asyncCommit)
        case .cpAsyncWaitGroup:
            guard case .immediate(let count) = try operand(0) else { throw unsupported("a number that is no constant") }
            emit(.asyncWait, immediate: count.integer ?? 0)
        case .cpAsyncWaitAll: emit(.asyncWait, immediate: -1)
        case .ldmatrix, .stmatrix, .movmatrix, .mma, .wmmaMultiply, .wmmaLoad, .wmmaStore: try lowerMatrix()
        case .bra, .brx, .call, .ret, .exit, .trap, .brkpt, .nanosleep: try lowerControl()
        }
    }

    /// Branches, calls and ends.
    private mutating func lowerControl() throws(PTXError) {
        switch instruction.operation {
        case .bra:
            guard case .label(let label) = try operand(0) else { throw unsupported("a branch without a label") }
            emitBranch(to: label.instruction)
        case .brx:
            guard case .labels(let labels) = try operand(1) else { throw unsupported("a branch without a table") }
            emitBranchTable(try value(0, .u32), labels.map(\.instruction))
        case .call(let call): try lowerCall(call)
        // A kernel has nobody to return to.
        case .ret: emit(number == kernel ? .exit : .ret)
        case .exit: emit(.exit)
        case .nanosleep: emit(.yield)
        default: emit(.trap)
        }
    }

    private mutating func lowerCall(_ call: PTXCall) throws(PTXError) {
        // Copies of parameters all pass through the first spare slot.
        _ = spareDouble()
        var callee: Int?
        if case .function(let name) = call.target {
            callee = variables.number(ofFunction: name)
            guard let callee, module.functions[callee].hasBody else { return try lowerExternalCall(name, call) }
        }
        let function = callee.map { module.functions[$0] }
        var end = 0
        for (index, argument) in call.arguments.enumerated() {
            let size = try size(of: argument, function?.parameters[index])
            end = (end + size.alignment - 1) / size.alignment * size.alignment
            let offset = function?.parameters[index].offset ?? end
            try pass(argument, size.byteCount, function?.parameters[index].register, callee, at: offset)
            end += size.byteCount
            guard end <= LocalLayout.limit else { throw unsupported("arguments of \(end) bytes") }
        }
        if let callee {
            emitCall(callee)
        } else if case .indirect(let register) = call.target {
            emit(.callIndirect, a: try value(of: .register(register), .b64))
        }
        var offset = LocalLayout.firstResult(after: function?.parameterBytes ?? end)
        for (index, result) in call.results.enumerated() {
            let size = try size(of: result, function?.results[index])
            offset = (offset + size.alignment - 1) / size.alignment * size.alignment
            let held = function?.results[index].register.map { frame.slot($0, in: callee ?? 0) + Slot(frame.byteCount) }
            try receive(result, size.byteCount, held, at: offset)
            offset += size.byteCount
        }
    }

    private func size(
        of operand: PTXOperand, _ parameter: PTXParameter?
    ) throws(PTXError) -> (byteCount: Int, alignment: Int) {
        if let parameter { return (parameter.byteCount, parameter.alignment) }
        switch operand {
        case .symbol(let symbol, _) where symbol.owner == .function:
            let variable = module.functions[number].variables[symbol.index]
            return (variable.byteCount, variable.alignment)
        case .register(let register): return (register.type.byteCount, register.type.byteCount)
        default: throw unsupported("an argument of an indirect call that has no size")
        }
    }

    private mutating func pass(
        _ argument: PTXOperand, _ byteCount: Int, _ register: PTXRegister?, _ callee: Int?, at offset: Int
    ) throws(PTXError) {
        if let register, let callee {
            let type: PTXType = register.type.bitWidth > 32 ? .b64 : register.type == .pred ? .pred : .b32
            let target = frame.slot(register, in: callee) + Slot(frame.byteCount)
            let source = try value(of: argument, type)
            run(
                type == .pred ? kw_lane_pred_mov : type == .b64 ? kw_lane_mov_b64 : kw_lane_mov_b32, target, source)
        } else if case .symbol(let symbol, let start) = argument, case .frame(let from)? = place(of: symbol) {
            copy(byteCount, from: (.frame, from &+ Int(start)), to: (.nextFrame, offset))
        } else if case .symbol(let symbol, let start) = argument, case .fixed(let from)? = place(of: symbol) {
            copy(byteCount, from: (.parameter, Int(from) &+ Int(start)), to: (.nextFrame, offset))
        } else {
            let isWide = byteCount == 8
            let source = try value(of: argument, isWide ? .b64 : .b32)
            move(byteCount, source, isStore: true, .nextFrame, offset, isWide: isWide)
        }
    }

    private mutating func receive(
        _ result: PTXOperand, _ byteCount: Int, _ register: Slot?, at offset: Int
    ) throws(PTXError) {
        switch result {
        case .symbol(let symbol, let start):
            guard case .frame(let to)? = place(of: symbol) else { throw unsupported("the result \(symbol.name)") }
            copy(byteCount, from: (.nextFrame, offset), to: (.frame, to &+ Int(start)))
        case .register(let target) where register != nil:
            let move: kw_lane_function =
                target.type == .pred
                ? kw_lane_pred_mov : target.type.bitWidth > 32 ? kw_lane_mov_b64 : kw_lane_mov_b32
            run(move, slot(target), register ?? 0)
        case .register(let target):
            move(byteCount, slot(target), isStore: false, .nextFrame, offset, isWide: target.type.bitWidth > 32)
        case .sink: return
        default: throw unsupported("a result that is no register or parameter")
        }
    }

    private mutating func copy(
        _ byteCount: Int, from source: (space: AccessSpace, offset: Int), to target: (space: AccessSpace, offset: Int)
    ) {
        let spare = frame.spare(double: 0)
        var done = 0
        while done < byteCount {
            // As many bytes at a time as both places are aligned to.
            var step = 8
            while step > byteCount - done || (source.offset &+ done) % step != 0 || (target.offset &+ done) % step != 0
            {
                step /= 2
            }
            move(step, spare, isStore: false, source.space, source.offset &+ done, isWide: true)
            move(step, spare, isStore: true, target.space, target.offset &+ done, isWide: true)
            done += step
        }
    }

    /// Moves up to 8 bytes between a slot and a fixed place; sanitizers do not look at it.
    private mutating func move(
        _ byteCount: Int, _ slot: Slot, isStore: Bool, _ space: AccessSpace, _ offset: Int, isWide: Bool
    ) {
        let type: PTXType = [1: .u8, 2: .u16, 4: .u32][byteCount] ?? .b64
        let access = makeAccess(
            type, isWide: [isWide], slots: [slot], address: nil, offset: Int64(offset))
        emit(isStore ? .store : .load, target: access, detail: space.rawValue, option: AccessOption.hidden)
    }

    private mutating func lowerExternalCall(_ name: String, _ call: PTXCall) throws(PTXError) {
        switch name {
        case "__assertfail", "__assert_fail":
            emit(.assertFail, a: try argument(call, 0), b: try argument(call, 1))
        case "vprintf":
            emit(.print, a: try argument(call, 0))
            if let result = call.results.first {
                let zero = constants.word(0)
                if case .symbol(let symbol, let start) = result, case .frame(let to)? = place(of: symbol) {
                    move(4, zero, isStore: true, .frame, to &+ Int(start), isWide: false)
                }
            }
        default:
            throw unsupported("a call of \(name), which has no body", hint: "known: __assertfail vprintf")
        }
    }

    private mutating func argument(_ call: PTXCall, _ index: Int) throws(PTXError) -> Slot {
        guard index < call.arguments.count else { throw unsupported("an argument is missing") }
        guard case .symbol(let symbol, let start) = call.arguments[index], case .frame(let from)? = place(of: symbol)
        else { return try value(of: call.arguments[index], .b64) }
        let spare = spareDouble()
        move(8, spare, isStore: false, .frame, from &+ Int(start), isWide: true)
        return spare
    }
}
