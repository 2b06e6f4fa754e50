import CSIMT

/// The loop over instructions.
extension BlockEngine {
    /// Runs a fragment until it passes `stop`, splits, waits, ends or has run `budget` operations.
    func execute(_ warp: UnsafeMutablePointer<Warp>, _ number: Int, stop: Int32, budget: Int) -> Outcome {
        let fragment = warp.pointee.fragments + number
        let mask = fragment.pointee.mask
        let registers = frame(warp, fragment.pointee.depth)
        let operations = self.operations
        let counts = self.counts
        var pc = fragment.pointee.pc
        var left = budget
        var issued: UInt64 = 0
        var executed: UInt64 = 0
        var outcome = Outcome.reschedule

        loop: while true {
            if pc >= stop { break }
            if left == 0 {
                outcome = .yield
                break
            }
            left &-= 1
            let operation = operations + Int(pc)
            let active = mask & (words(operation.pointee.guardSlot, registers).pointee ^ operation.pointee.guardFlip)
            if operation.pointee.weight != 0 {
                let lanes = active == ~0 ? 32 : UInt64(active.nonzeroBitCount)
                issued &+= 1
                executed &+= lanes
                if let counts {
                    let entry = counts + Int(operation.pointee.instruction)
                    entry.pointee.warps &+= 1
                    entry.pointee.threads &+= lanes
                }
            }
            switch operation.pointee.kind {
            case .lanes:
                if active != 0 {
                    operation.pointee.function.unsafelyUnwrapped(
                        active, slot(operation.pointee.d, registers), slot(operation.pointee.a, registers),
                        slot(operation.pointee.b, registers), slot(operation.pointee.c, registers),
                        slot(operation.pointee.e, registers))
                }
                pc &+= 1
            case .load:
                if active != 0 {
                    guard perform(.load, warp, fragment.pointee.depth, operation, active, registers) else {
                        outcome = .fault
                        break loop
                    }
                }
                pc &+= 1
            case .store:
                if active != 0 {
                    guard perform(.store, warp, fragment.pointee.depth, operation, active, registers) else {
                        outcome = .fault
                        break loop
                    }
                }
                pc &+= 1
            case .branch:
                if active == mask {
                    pc = operation.pointee.target
                } else if active == 0 {
                    pc &+= 1
                } else {
                    warp.pointee.add(copy(fragment, operation.pointee.target, active))
                    fragment.pointee.mask = mask & ~active
                    pc &+= 1
                    break loop
                }
            case .nothing: pc &+= 1
            case .special:
                if active != 0 { writeSpecial(warp, operation, active, registers) }
                pc &+= 1
            case .localAddress:
                if active != 0 { writeLocalAddress(fragment.pointee.depth, operation, active, registers) }
                pc &+= 1
            case .multiply:
                if active != 0 {
                    kw_multiply(
                        products + Int(operation.pointee.target),
                        kw_frame(constants: constants, registers: registers))
                }
                pc &+= 1
            case .yield:
                pc &+= 1
                outcome = .yield
                break loop
            default:
                // What may move, split or stop the fragment is not frequent.
                fragment.pointee.pc = pc
                outcome = active == 0 ? skip(fragment) : control(warp, fragment, operation, active, registers)
                pc = fragment.pointee.pc
                if outcome != .reschedule || fragment.pointee.mask != mask || operation.pointee.kind.leavesFrame {
                    break loop
                }
            }
        }
        fragment.pointee.pc = pc
        state.pointee.blockInstructions &+= issued
        state.pointee.warpInstructions &+= issued
        state.pointee.threadInstructions &+= executed
        return outcome
    }

    /// The same fragment elsewhere, with other lanes.
    @inline(__always)
    func copy(_ fragment: UnsafeMutablePointer<Fragment>, _ pc: Int32, _ mask: UInt32) -> Fragment {
        Fragment(pc: pc, depth: fragment.pointee.depth, mask: mask, turns: fragment.pointee.turns)
    }

    private func skip(_ fragment: UnsafeMutablePointer<Fragment>) -> Outcome {
        fragment.pointee.pc &+= 1
        return .reschedule
    }

    /// Lets the lanes of a fragment that an instruction leaves out go on behind it.
    func detach(_ warp: UnsafeMutablePointer<Warp>, _ fragment: UnsafeMutablePointer<Fragment>, keeping active: UInt32)
    {
        let rest = fragment.pointee.mask & ~active
        guard rest != 0 else { return }
        warp.pointee.add(copy(fragment, fragment.pointee.pc + 1, rest))
        fragment.pointee.mask = active
    }

    private func writeSpecial(
        _ warp: UnsafeMutablePointer<Warp>, _ operation: UnsafePointer<MicroOp>, _ active: UInt32,
        _ registers: UnsafeMutablePointer<CChar>
    ) {
        let target = slot(operation.pointee.d, registers)
        let launch = context.launch
        let value: Int
        switch SpecialCode(rawValue: operation.pointee.detail).unsafelyUnwrapped {
        case .tidX: return kw_lane_mov_b32(active, target, warp.pointee.threadIndices, target, target, target)
        case .tidY: return kw_lane_mov_b32(active, target, warp.pointee.threadIndices + 32, target, target, target)
        case .tidZ: return kw_lane_mov_b32(active, target, warp.pointee.threadIndices + 64, target, target, target)
        case .ntidX: value = launch.block.x
        case .ntidY: value = launch.block.y
        case .ntidZ: value = launch.block.z
        case .ctaidX: value = state.pointee.block.x
        case .ctaidY: value = state.pointee.block.y
        case .ctaidZ: value = state.pointee.block.z
        case .nctaidX: value = launch.grid.x
        case .nctaidY: value = launch.grid.y
        case .nctaidZ: value = launch.grid.z
        case .warpid: value = Int(warp.pointee.number)
        case .nwarpid: value = warpCount
        case .smid: value = 0
        // Time goes by instructions, so that a launch repeats exactly.
        case .clock: value = Int(truncatingIfNeeded: state.pointee.blockInstructions)
        case .dynamicShared: value = launch.dynamicSharedBytes
        case .totalShared: value = context.sharedBytes
        case .clock64:
            let lanes = target.assumingMemoryBound(to: UInt64.self)
            for lane in 0..<32 where active >> UInt32(lane) & 1 != 0 { lanes[lane] = state.pointee.blockInstructions }
            return
        }
        let lanes = target.assumingMemoryBound(to: UInt32.self)
        for lane in 0..<32 where active >> UInt32(lane) & 1 != 0 { lanes[lane] = UInt32(truncatingIfNeeded: value) }
    }

    private func writeLocalAddress(
        _ depth: Int32, _ operation: UnsafePointer<MicroOp>, _ active: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) {
        let address =
            AddressMap.localStart + UInt64(Int(depth) * code.localFrameBytes)
            &+ UInt64(bitPattern: operation.pointee.immediate)
        let target = slot(operation.pointee.d, registers)
        for lane in 0..<32 where active >> UInt32(lane) & 1 != 0 {
            if operation.pointee.option == 1 {
                target.assumingMemoryBound(to: UInt64.self)[lane] = address
            } else {
                target.assumingMemoryBound(to: UInt32.self)[lane] = UInt32(truncatingIfNeeded: address)
            }
        }
    }
}

extension MicroOp.Kind {
    /// Whether the fragment runs in another frame afterwards, perhaps.
    var leavesFrame: Bool {
        switch self {
        case .call, .callIndirect, .ret: true
        default: false
        }
    }
}
