/// Puts accesses together that the assembler makes one of: four loads of neighbouring words become one of 16 bytes.
///
/// PTX of a tile product has scalar loads where machine code has vectors, so that wavefronts of the emulated accesses
/// are too many. Accesses of one basic block that differ by constants are joined, up to the widest access that the
/// machine code of the same line has, at multiples of that width. Source: compiled kernels of the sgemm ladder.
struct AccessMerging {
    private enum Role {
        case alone
        /// Makes the joint access, which begins some bytes before its own.
        case leader(group: Int, width: Int, back: UInt64)
        case follower(group: Int)
    }

    private struct Key: Hashable {
        var base: PTXAddress.Base
        /// How often the base was written before, and what held accesses apart.
        var version: Int
        var interval: Int
        var predicate: PTXGuard?
        var kind: InstructionClass
        var bytes: Int
        var line: SourceLine
    }

    private struct Member {
        var instruction: Int
        var offset: Int64
    }

    private var roles: [Role]
    /// By group, whether the last access of its leader was joint: it is where addresses are aligned.
    private var isJoint: [Bool] = []

    /// - Parameter machine: nil leaves every access as it is.
    init(_ code: ProfiledCode, _ machine: MachineFacts?) {
        roles = Array(repeating: .alone, count: code.instructions.count)
        guard let widths = machine?.widths else { return }
        for function in code.functions {
            for block in function.flow.blocks { plan(block.instructions, function, code, widths) }
        }
    }

    /// An access as the machine makes it; nil where another one includes it.
    mutating func joint(_ access: SIMTAccess) -> WarpAccess? {
        switch roles[access.instruction] {
        case .alone: return access.lanes
        case .leader(let group, let width, let back):
            var lanes = access.lanes
            lanes.addresses = lanes.addresses &- SIMD32(repeating: back)
            lanes.bytesPerLane = width
            isJoint[group] = lanes.isAligned
            return isJoint[group] ? lanes : access.lanes
        case .follower(let group): return isJoint[group] ? nil : access.lanes
        }
    }

    private mutating func plan(
        _ block: Range<Int>, _ function: ProfiledCode.Function, _ code: ProfiledCode,
        _ widths: [SourceLine: AccessWidths]
    ) {
        var versions: [Int: Int] = [:]
        var interval = 0
        var runs: [Key: [Member]] = [:]
        var order: [Key] = []
        for index in block {
            let instruction = function.code[index]
            let number = function.first + index
            if let line = code.instructions[number].place.line,
                let access = Self.access(instruction, line, versions, interval: interval)
            {
                if runs[access.key] == nil { order.append(access.key) }
                runs[access.key, default: []].append(Member(instruction: number, offset: access.offset))
            }
            if instruction.operation.holdsLoads { interval += 1 }
            for register in function.uses[index].writes { versions[register, default: 0] += 1 }
        }
        for key in order { join(runs[key] ?? [], bytes: key.bytes, limit: widths[key.line]?[key.kind] ?? 0) }
    }

    /// What accesses that may be joined have in common, and where this one is; nil for an instruction that is none.
    private static func access(
        _ instruction: PTXInstruction, _ line: SourceLine, _ versions: [Int: Int], interval: Int
    ) -> (key: Key, offset: Int64)? {
        guard let access = instruction.plainAccess else { return nil }
        let base = access.address.base
        let key = Key(
            base: base, version: version(of: base, versions), interval: interval, predicate: instruction.predicate,
            kind: instruction.operation.unit, bytes: access.bytes, line: line)
        return (key, access.address.offset)
    }

    /// How often the register of an address was written; 0 where there is none.
    private static func version(of base: PTXAddress.Base, _ versions: [Int: Int]) -> Int {
        switch base {
        case .register(let register): versions[register.index] ?? 0
        case .symbol, .absolute: 0
        }
    }

    private mutating func join(_ members: [Member], bytes: Int, limit: Int) {
        let sorted = members.sorted { ($0.offset, $0.instruction) < ($1.offset, $1.instruction) }
        var next = 0
        while next < sorted.count {
            let width = [16, 8].first { width in
                width <= limit && width > bytes && Self.fills(sorted[next...], width: width, bytes: bytes)
            }
            guard let width else {
                next += 1
                continue
            }
            let part = sorted[next..<next + width / bytes]
            add(Array(part), width: width)
            next = part.endIndex
        }
    }

    /// Whether the first members are neighbours and fill a place of that width.
    private static func fills(_ members: ArraySlice<Member>, width: Int, bytes: Int) -> Bool {
        let count = width / bytes
        guard members.count >= count, let first = members.first, first.offset % Int64(width) == 0 else { return false }
        return members.prefix(count).enumerated().allSatisfy {
            $0.element.offset == first.offset + Int64($0.offset * bytes)
        }
    }

    private mutating func add(_ members: [Member], width: Int) {
        let group = isJoint.count
        isJoint.append(false)
        guard let start = members.first,
            let leader = members.min(by: { $0.instruction < $1.instruction })
        else { return }
        for member in members { roles[member.instruction] = .follower(group: group) }
        roles[leader.instruction] = .leader(
            group: group, width: width, back: UInt64(bitPattern: leader.offset - start.offset))
    }
}

extension PTXInstruction {
    /// The place and the bytes of a load or store of global or shared memory.
    fileprivate var plainAccess: (address: PTXAddress, bytes: Int)? {
        switch operation {
        case .ld(let load): plain(load, at: 1)
        case .st(let store): plain(store, at: 0)
        default: nil
        }
    }

    private func plain(_ access: PTXMemoryAccess, at index: Int) -> (address: PTXAddress, bytes: Int)? {
        guard index < operands.count, case .address(let address) = operands[index] else { return nil }
        guard access.byteCount > 0, !access.ordering.isOrdered else { return nil }
        return (address, access.byteCount)
    }
}

extension PTXOrdering {
    fileprivate var isOrdered: Bool { self != .weak }
}

extension WarpAccess {
    /// Whether every active lane's address is a multiple of the bytes it moves.
    fileprivate var isAligned: Bool {
        (0..<GPUModel.warpSize).allSatisfy { !isActive($0) || addresses[$0] % UInt64(bytesPerLane) == 0 }
    }
}
