import CSIMT

/// Instructions that move, split or end a fragment.
extension BlockEngine {
    /// Runs the instruction at the fragment's place for the active lanes, of which there is at least one.
    ///
    /// The fragment is left where it goes on; `.reschedule` means nothing special happened.
    func control(
        _ warp: UnsafeMutablePointer<Warp>, _ fragment: UnsafeMutablePointer<Fragment>,
        _ operation: UnsafePointer<MicroOp>, _ active: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) -> Outcome {
        switch operation.pointee.kind {
        case .call:
            detach(warp, fragment, keeping: active)
            return enter(warp, fragment, operation, operation.pointee.target)
        case .callIndirect: return callIndirectly(warp, fragment, operation, active, registers)
        case .ret:
            detach(warp, fragment, keeping: active)
            leave(warp, fragment)
            return .reschedule
        case .exit:
            end(warp, active)
            fragment.pointee.mask &= ~active
            fragment.pointee.pc &+= 1
            return .reschedule
        case .branchTable: return branch(warp, fragment, operation, active, registers)
        case .trap:
            fault(.trap, operation, warp, active, detail: "the kernel asked to stop")
            return .fault
        case .assertFail:
            let texts = [operation.pointee.a, operation.pointee.b].map { place in
                text(at: slot(place, registers).assumingMemoryBound(to: UInt64.self)[active.trailingZeroBitCount])
            }
            fault(.assertion, operation, warp, active, detail: "\(texts[0]) is false (\(texts[1]))")
            return .fault
        case .print:
            let formats = slot(operation.pointee.a, registers).assumingMemoryBound(to: UInt64.self)
            for lane in lanes(active) where printed.count < 1000 { printed.append(text(at: formats[lane])) }
            fragment.pointee.pc &+= 1
            return .reschedule
        case .fence:
            observer?.fence()
            fragment.pointee.pc &+= 1
            return .reschedule
        case .asyncCommit:
            observer?.commitCopies(Int(warp.pointee.number))
            fragment.pointee.pc &+= 1
            return .reschedule
        case .asyncWait:
            observer?.awaitCopies(Int(warp.pointee.number), pending: Int(operation.pointee.immediate))
            fragment.pointee.pc &+= 1
            return .reschedule
        case .atomic:
            guard perform(.atomic, warp, fragment.pointee.depth, operation, active, registers) else { return .fault }
            fragment.pointee.pc &+= 1
            return .reschedule
        case .mbarrier: return barrierObject(warp, fragment, operation, active, registers)
        case .barrier: return arrive(warp, fragment, operation, active, registers)
        default: return collective(warp, fragment, operation, active, registers)
        }
    }

    /// The numbers of the lanes of a mask.
    func lanes(_ mask: UInt32) -> [Int] { (0..<32).filter { mask >> UInt32($0) & 1 != 0 } }

    // MARK: Calls

    private func enter(
        _ warp: UnsafeMutablePointer<Warp>, _ fragment: UnsafeMutablePointer<Fragment>,
        _ operation: UnsafePointer<MicroOp>, _ target: Int32
    ) -> Outcome {
        let depth = fragment.pointee.depth + 1
        guard Int(depth) < code.depth else {
            fault(
                .stackOverflow, operation, warp, fragment.pointee.mask,
                detail: "more than \(code.depth) calls in each other")
            return .fault
        }
        let returns = warp.pointee.returns + 32 * Int(depth)
        for lane in 0..<32 where fragment.pointee.mask >> UInt32(lane) & 1 != 0 {
            returns[lane] = fragment.pointee.pc + 1
        }
        fragment.pointee.depth = depth
        fragment.pointee.pc = target
        return .reschedule
    }

    private func callIndirectly(
        _ warp: UnsafeMutablePointer<Warp>, _ fragment: UnsafeMutablePointer<Fragment>,
        _ operation: UnsafePointer<MicroOp>, _ active: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) -> Outcome {
        let addresses = slot(operation.pointee.a, registers).assumingMemoryBound(to: UInt64.self)
        let address = addresses[active.trailingZeroBitCount]
        let together = lanes(active, like: addresses)
        let number = Int(truncatingIfNeeded: (address &- AddressMap.functions) / 16)
        guard address >= AddressMap.functions, address % 16 == 0, code.entries.indices.contains(number),
            code.entries[number] >= 0
        else {
            fault(.callTarget, operation, warp, together, address: address, detail: "no function has this address")
            return .fault
        }
        // Lanes that call something else try again, those that call nothing go on.
        let others = active & ~together
        if others != 0 { warp.pointee.add(copy(fragment, fragment.pointee.pc, others)) }
        fragment.pointee.mask &= ~others
        detach(warp, fragment, keeping: together)
        return enter(warp, fragment, operation, code.entries[number])
    }

    private func leave(_ warp: UnsafeMutablePointer<Warp>, _ fragment: UnsafeMutablePointer<Fragment>) {
        let returns = warp.pointee.returns + 32 * Int(fragment.pointee.depth)
        fragment.pointee.depth -= 1
        let all = fragment.pointee.mask
        var left = all
        while left != 0 {
            let target = returns[left.trailingZeroBitCount]
            let together = lanes(left, like: returns)
            send(together, to: target, warp, fragment, isFirst: left == all)
            left &= ~together
        }
    }

    /// The lanes of a mask, at least one, that hold the same value as its first lane.
    @inline(__always)
    private func lanes<Value: Equatable>(_ mask: UInt32, like values: UnsafePointer<Value>) -> UInt32 {
        let first = values[mask.trailingZeroBitCount]
        var alike: UInt32 = 0
        for lane in 0..<32 where mask >> UInt32(lane) & 1 != 0 && values[lane] == first { alike |= 1 << UInt32(lane) }
        return alike
    }

    /// Lets lanes go on at a target: the first ones in the fragment itself, others in a copy of it.
    private func send(
        _ lanes: UInt32, to target: Int32, _ warp: UnsafeMutablePointer<Warp>,
        _ fragment: UnsafeMutablePointer<Fragment>, isFirst: Bool
    ) {
        guard isFirst else { return warp.pointee.add(copy(fragment, target, lanes)) }
        fragment.pointee.pc = target
        fragment.pointee.mask = lanes
    }

    /// Ends lanes; others of the warp that waited for them look again, since only those that live are awaited.
    private func end(_ warp: UnsafeMutablePointer<Warp>, _ mask: UInt32) {
        warp.pointee.live &= ~mask
        state.pointee.liveThreads -= mask.nonzeroBitCount
        for index in 0..<Int(warp.pointee.fragmentCount) where warp.pointee.fragments[index].state == .gathering {
            warp.pointee.fragments[index].state = .runnable
        }
        completeArrivals(warp)
    }

    // MARK: Tables of branches

    private func branch(
        _ warp: UnsafeMutablePointer<Warp>, _ fragment: UnsafeMutablePointer<Fragment>,
        _ operation: UnsafePointer<MicroOp>, _ active: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) -> Outcome {
        let indices = words(operation.pointee.a, registers)
        var left = active
        let rest = fragment.pointee.mask & ~active
        let next = fragment.pointee.pc + 1
        while left != 0 {
            let index = indices[left.trailingZeroBitCount]
            let together = lanes(left, like: indices)
            guard index < UInt32(operation.pointee.target) else {
                fault(
                    .branchIndex, operation, warp, together,
                    detail: "index \(index) in a table of \(operation.pointee.target)")
                return .fault
            }
            let target = code.branchTargets[Int(operation.pointee.immediate) + Int(index)]
            send(together, to: target, warp, fragment, isFirst: left == active)
            left &= ~together
        }
        if rest != 0 { warp.pointee.add(copy(fragment, next, rest)) }
        return .reschedule
    }

    // MARK: Texts

    /// The characters from the address up to a zero, as far as memory goes.
    private func text(at address: UInt64) -> String {
        var bytes: [UInt8] = []
        while bytes.count < 1000, let byte = byte(at: address &+ UInt64(bytes.count)), byte != 0 { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func byte(at address: UInt64) -> UInt8? {
        guard let window = window(generic: address)?.pointee, address &- window.base < window.bytes else { return nil }
        return UInt8(bitPattern: window.host[Int(address - window.base)])
    }
}
