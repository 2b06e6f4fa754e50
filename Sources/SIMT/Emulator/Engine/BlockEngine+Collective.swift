import CSIMT

/// Operations among the lanes of a warp.
extension BlockEngine {
    func collective(
        _ warp: UnsafeMutablePointer<Warp>, _ fragment: UnsafeMutablePointer<Fragment>,
        _ operation: UnsafePointer<MicroOp>, _ active: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) -> Outcome {
        let kind = operation.pointee.kind
        if kind == .activeMask {
            let target = words(operation.pointee.d, registers)
            for lane in 0..<32 where active >> UInt32(lane) & 1 != 0 { target[lane] = active }
            fragment.pointee.pc &+= 1
            return .reschedule
        }
        if kind == .wholeWarp {
            guard warp.pointee.live == ~0 else {
                fault(
                    .mask, operation, warp, active,
                    detail: "the warp has only lanes 0x\(String(warp.pointee.live, radix: 16))")
                return .fault
            }
            guard active == ~0 else { return wait(warp, fragment, active) }
            observer?.synchronize(Int(warp.pointee.number))
            fragment.pointee.pc &+= 1
            return .reschedule
        }
        guard operation.pointee.e != KW_NO_SLOT else {
            perform(operation, active, active, registers)
            fragment.pointee.pc &+= 1
            return .reschedule
        }
        switch gather(warp, operation, active, registers) {
        case .blocked:
            guard kind == .warpBarrier, meet(warp, operation, active, registers) else {
                return wait(warp, fragment, active)
            }
            observer?.synchronize(Int(warp.pointee.number))
            fragment.pointee.pc &+= 1
            return .regroup
        case .fault: return .fault
        default: break
        }
        let masks = words(operation.pointee.e, registers)
        var left = active
        while left != 0 {
            // Lanes with the same mask act together.
            let members = masks[left.trailingZeroBitCount] & active
            if let observer, observer.checksSynchronization { checkSources(operation, warp, members, registers) }
            perform(operation, members, members, registers)
            left &= ~members
        }
        observer?.synchronize(Int(warp.pointee.number))
        fragment.pointee.pc &+= 1
        return .reschedule
    }

    /// Whether all lanes that the masks name, and that have not ended, are here.
    private func gather(
        _ warp: UnsafeMutablePointer<Warp>, _ operation: UnsafePointer<MicroOp>, _ active: UInt32,
        _ registers: UnsafeMutablePointer<CChar>
    ) -> Outcome {
        let masks = words(operation.pointee.e, registers)
        let first = masks[active.trailingZeroBitCount]
        var differ: UInt32 = 0
        for lane in 0..<32 where active >> UInt32(lane) & 1 != 0 { differ |= masks[lane] ^ first }
        if differ == 0, active & ~first == 0 {
            return first & warp.pointee.live & ~active == 0 ? .reschedule : .blocked
        }
        var isWaiting = false
        for lane in 0..<32 where active >> UInt32(lane) & 1 != 0 {
            let mask = masks[lane]
            guard mask >> UInt32(lane) & 1 != 0 else {
                fault(
                    .mask, operation, warp, 1 << UInt32(lane),
                    detail: "lane \(lane) is not in its own mask 0x\(String(mask, radix: 16))")
                return .fault
            }
            if mask & warp.pointee.live & ~active != 0 {
                isWaiting = true
                continue
            }
            // A lane that another one names must name the same lanes.
            for other in 0..<32
            where (mask & active) >> UInt32(other) & 1 != 0
                && masks[other] & warp.pointee.live != mask & warp.pointee.live
            {
                fault(
                    .mask, operation, warp, 1 << UInt32(lane),
                    detail: "lane \(lane) has mask 0x\(String(mask, radix: 16)), lane \(other) of it has "
                        + "0x\(String(masks[other], radix: 16))")
                return .fault
            }
        }
        return isWaiting ? .blocked : .reschedule
    }

    /// Lets those go who wait at any `bar.warp.sync` with the mask of the active lanes, once nobody of it is missing.
    ///
    /// False, and nothing done, if lanes of the mask that have not ended are elsewhere, or the active lanes differ.
    private func meet(
        _ warp: UnsafeMutablePointer<Warp>, _ operation: UnsafePointer<MicroOp>, _ active: UInt32,
        _ registers: UnsafeMutablePointer<CChar>
    ) -> Bool {
        guard let mask = commonMask(operation, active, registers) else { return false }
        let fragments = warp.pointee.fragments
        let count = Int(warp.pointee.fragmentCount)
        var there = active
        for index in 0..<count where isWaiting(warp, fragments[index], with: mask) { there |= fragments[index].mask }
        guard mask & warp.pointee.live & ~there == 0 else { return false }
        for index in 0..<count where isWaiting(warp, fragments[index], with: mask) {
            fragments[index].pc &+= 1
            fragments[index].state = .runnable
        }
        return true
    }

    private func isWaiting(_ warp: UnsafeMutablePointer<Warp>, _ fragment: Fragment, with mask: UInt32) -> Bool {
        guard fragment.state == .gathering else { return false }
        let operation = operations + Int(fragment.pc)
        guard operation.pointee.kind == .warpBarrier else { return false }
        return commonMask(operation, fragment.mask, frame(warp, fragment.depth)) == mask
    }

    /// The mask that an operation has in all those lanes; nil if they differ.
    private func commonMask(
        _ operation: UnsafePointer<MicroOp>, _ lanes: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) -> UInt32? {
        let masks = words(operation.pointee.e, registers)
        let first = masks[lanes.trailingZeroBitCount]
        for lane in 0..<32 where lanes >> UInt32(lane) & 1 != 0 && masks[lane] != first { return nil }
        return first
    }

    private func wait(
        _ warp: UnsafeMutablePointer<Warp>, _ fragment: UnsafeMutablePointer<Fragment>, _ active: UInt32
    ) -> Outcome {
        detach(warp, fragment, keeping: active)
        fragment.pointee.state = .gathering
        return .blocked
    }

    /// Finds a lane that reads one which takes no part; a mask may name lanes that ended, but nobody may read them.
    private func checkSources(
        _ operation: UnsafePointer<MicroOp>, _ warp: UnsafeMutablePointer<Warp>, _ members: UInt32,
        _ registers: UnsafeMutablePointer<CChar>
    ) {
        guard operation.pointee.kind == .shuffle else { return }
        for lane in 0..<32 where members >> UInt32(lane) & 1 != 0 {
            let (source, isThere) = source(operation, lane, registers)
            if isThere, members >> UInt32(source) & 1 == 0 {
                note(
                    AccessObserver.Finding(
                        kind: .maskMisuse, lane: lane, address: nil, byteCount: 0,
                        detail: "lane \(lane) reads lane \(source), which takes no part"),
                    operation, warp)
                return
            }
        }
    }

    // MARK: The operations themselves

    private func perform(
        _ operation: UnsafePointer<MicroOp>, _ members: UInt32, _ active: UInt32,
        _ registers: UnsafeMutablePointer<CChar>
    ) {
        switch operation.pointee.kind {
        case .shuffle: shuffle(operation, members, registers)
        case .vote: vote(operation, members, registers)
        case .match: match(operation, members, registers)
        case .reduce: reduce(operation, members, registers)
        case .elect:
            let leader = UInt32(members.trailingZeroBitCount)
            let target = words(operation.pointee.d, registers)
            for lane in 0..<32 where members >> UInt32(lane) & 1 != 0 { target[lane] = leader }
            writeFlag(operation, 1 << leader, members, registers)
        default: break
        }
    }

    /// Writes the predicate after `|`, if there is one.
    private func writeFlag(
        _ operation: UnsafePointer<MicroOp>, _ bits: UInt32, _ mask: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) {
        let place = Slot(truncatingIfNeeded: operation.pointee.immediate)
        guard place != KW_NO_SLOT else { return }
        let flag = words(place, registers)
        flag.pointee = flag.pointee & ~mask | bits & mask
    }

    /// The lane that a lane reads, and whether it lies in range (PTX ISA, `shfl`).
    private func source(
        _ operation: UnsafePointer<MicroOp>, _ lane: Int, _ registers: UnsafeMutablePointer<CChar>
    ) -> (lane: Int, isThere: Bool) {
        let distance = Int(words(operation.pointee.b, registers)[lane] & 31)
        let control = words(operation.pointee.c, registers)[lane]
        let segment = Int(control >> 8 & 31)
        let clamp = Int(control & 31)
        let limit = (lane & segment) | (clamp & ~segment)
        let target: Int
        let isThere: Bool
        switch operation.pointee.detail {
        case 0:
            target = lane - distance
            isThere = target >= limit
        case 1:
            target = lane + distance
            isThere = target <= limit
        case 2:
            target = lane ^ distance
            isThere = target <= limit
        default:
            target = (lane & segment) | (distance & ~segment)
            isThere = target <= limit
        }
        return (isThere ? target : lane, isThere)
    }

    private func shuffle(
        _ operation: UnsafePointer<MicroOp>, _ members: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) {
        let values = words(operation.pointee.a, registers)
        let target = words(operation.pointee.d, registers)
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 32) { made in
            var inRange: UInt32 = 0
            for lane in 0..<32 {
                let (source, isThere) = source(operation, lane, registers)
                made[lane] = values[source]
                if isThere { inRange |= 1 << UInt32(lane) }
            }
            for lane in 0..<32 where members >> UInt32(lane) & 1 != 0 { target[lane] = made[lane] }
            writeFlag(operation, inRange, members, registers)
        }
    }

    private func vote(
        _ operation: UnsafePointer<MicroOp>, _ members: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) {
        let ballot = words(operation.pointee.a, registers).pointee & members
        switch operation.pointee.detail {
        case 0: write(ballot == members, operation.pointee.d, members, registers)
        case 1: write(ballot != 0, operation.pointee.d, members, registers)
        case 2: write(ballot == members || ballot == 0, operation.pointee.d, members, registers)
        default:
            let target = words(operation.pointee.d, registers)
            for lane in 0..<32 where members >> UInt32(lane) & 1 != 0 { target[lane] = ballot }
        }
    }

    private func match(
        _ operation: UnsafePointer<MicroOp>, _ members: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) {
        let place = slot(operation.pointee.a, registers)
        let isWide = operation.pointee.option == 1
        func value(_ lane: Int) -> UInt64 {
            isWide
                ? place.assumingMemoryBound(to: UInt64.self)[lane]
                : UInt64(place.assumingMemoryBound(to: UInt32.self)[lane])
        }
        let target = words(operation.pointee.d, registers)
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 32) { made in
            for lane in 0..<32 {
                made[lane] = 0
                for other in 0..<32 where members >> UInt32(other) & 1 != 0 && value(other) == value(lane) {
                    made[lane] |= 1 << UInt32(other)
                }
            }
            let isSame = made[members.trailingZeroBitCount] == members
            for lane in 0..<32 where members >> UInt32(lane) & 1 != 0 {
                target[lane] = operation.pointee.detail == 1 ? (isSame ? members : 0) : made[lane]
            }
            writeFlag(operation, isSame ? ~0 : 0, members, registers)
        }
    }

    private func reduce(
        _ operation: UnsafePointer<MicroOp>, _ members: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) {
        let values = words(operation.pointee.a, registers)
        let code = unsafeBitCast(operation.pointee.detail, to: ReductionCode.self)
        let keepsNaN = operation.pointee.option == 1
        var made = values[members.trailingZeroBitCount]
        for lane in (members.trailingZeroBitCount + 1)..<33 where lane < 32 && members >> UInt32(lane) & 1 != 0 {
            let value = values[lane]
            switch code {
            case .add: made = made &+ value
            case .and: made &= value
            case .or: made |= value
            case .xor: made ^= value
            case .minSigned: made = UInt32(bitPattern: min(Int32(bitPattern: made), Int32(bitPattern: value)))
            case .maxSigned: made = UInt32(bitPattern: max(Int32(bitPattern: made), Int32(bitPattern: value)))
            case .minUnsigned: made = min(made, value)
            case .maxUnsigned: made = max(made, value)
            case .minFloat, .maxFloat:
                let (x, y) = (Float(bitPattern: made), Float(bitPattern: value))
                if keepsNaN, x.isNaN || y.isNaN {
                    made = 0x7fff_ffff
                } else {
                    made = (code == .minFloat ? Float.minimum(x, y) : Float.maximum(x, y)).bitPattern
                }
            }
        }
        let target = words(operation.pointee.d, registers)
        for lane in 0..<32 where members >> UInt32(lane) & 1 != 0 { target[lane] = made }
    }
}
