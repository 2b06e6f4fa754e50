import CSIMT

/// From what went wrong to a value that tells it.
extension BlockEngine {
    /// Ends the block with a fault of the first of the lanes.
    func fault(
        _ kind: SIMTFault.Kind, _ operation: UnsafePointer<MicroOp>, _ warp: UnsafeMutablePointer<Warp>,
        _ lanes: UInt32, address: UInt64? = nil, byteCount: Int = 0, detail: String
    ) {
        faults.append(
            describe(
                kind, Int(operation.pointee.instruction), Int(warp.pointee.number), lanes.trailingZeroBitCount,
                address: address, byteCount: byteCount, detail: detail))
    }

    func describe(
        _ kind: SIMTFault.Kind, _ instruction: Int, _ warp: Int, _ lane: Int, address: UInt64?, byteCount: Int,
        detail: String
    ) -> SIMTFault {
        let entry = code.instructions[instruction]
        return SIMTFault(
            kind: kind, kernel: code.name, function: entry.function, line: entry.line, location: entry.location,
            opcode: entry.opcode, block: state.pointee.block,
            thread: context.launch.block.place(warp * 32 + lane % 32), address: address, byteCount: byteCount,
            detail: detail)
    }

    /// Keeps a finding of a sanitizer, once for each place in the code.
    func note(
        _ finding: AccessObserver.Finding, _ operation: UnsafePointer<MicroOp>, _ warp: UnsafeMutablePointer<Warp>
    ) {
        let instruction = Int(operation.pointee.instruction)
        guard findings.add(finding.kind, instruction, limit: context.options.findingLimit) else { return }
        findings.kept.append(
            describe(
                finding.kind, instruction, Int(warp.pointee.number), finding.lane, address: finding.address,
                byteCount: finding.byteCount, detail: finding.detail))
    }

    // MARK: Accesses

    func faultOfAccess(
        _ effect: Effect, _ operation: UnsafePointer<MicroOp>, _ warp: UnsafeMutablePointer<Warp>, _ lane: Int,
        _ address: UInt64, _ view: View?, _ space: AccessSpace
    ) {
        let access = accesses[Int(operation.pointee.target)]
        let span = Int(access.bytes) * Int(access.count)
        let what = effect == .load ? "a load" : effect == .store ? "a store" : "an atomic operation"
        func report(_ kind: SIMTFault.Kind, _ generic: UInt64, _ detail: String) {
            fault(
                kind, operation, warp, 1 << UInt32(lane), address: generic, byteCount: span,
                detail: "\(what) of \(span) bytes \(detail)")
        }
        guard let view else { return report(.unmapped, address, "where nothing is") }
        let window = view.window.pointee
        let offset = Int64(bitPattern: address &+ UInt64(bitPattern: view.added) &- window.base)
        let generic = address &+ Self.window(of: space)
        let name = context.name(of: view.window, isShared: view.window == UnsafePointer(sharedWindow))
        if offset < 0 {
            report(.outOfBounds, generic, "\(offset.magnitude) bytes before \(name) of \(window.bytes) bytes")
        } else if UInt64(offset) + UInt64(span) > window.bytes {
            let past = UInt64(offset) + UInt64(span) - window.bytes
            report(.outOfBounds, generic, "that reaches \(past) bytes past \(name) of \(window.bytes) bytes")
        } else if offset % Int64(span) != 0 {
            report(.misaligned, generic, "at byte \(offset) of \(name), no multiple of \(span)")
        } else if effect != .load, window.isWritable == 0 {
            report(.readOnly, generic, "in \(name), which is only read")
        } else {
            report(.wrongSpace, generic, "in \(name), which has none")
        }
    }

    /// What makes an address of the space a generic one.
    private static func window(of space: AccessSpace) -> UInt64 {
        switch space {
        case .shared: AddressMap.shared
        case .local, .frame, .nextFrame: AddressMap.local
        case .constant: AddressMap.constant
        case .parameter: AddressMap.parameter
        case .global, .generic: 0
        }
    }

    // MARK: Blocks that do not end

    func faultOfLimit(_ warp: UnsafeMutablePointer<Warp>) {
        let pc = warp.pointee.fragmentCount > 0 ? warp.pointee.fragments[0].pc : 0
        let lanes = warp.pointee.fragmentCount > 0 ? warp.pointee.fragments[0].mask : 1
        fault(
            .instructionLimit, operations + Int(pc), warp, lanes,
            detail: "the block ran more than \(context.options.instructionLimit) warp instructions")
    }

    /// All threads wait: says for what, at the first one that does.
    func faultOfDeadlock() {
        var gathering: (warp: Int, fragment: Fragment)?
        var parked: (warp: Int, fragment: Fragment)?
        for number in 0..<warpCount {
            for index in 0..<Int(warps[number].fragmentCount) {
                let fragment = warps[number].fragments[index]
                if fragment.state == .gathering, gathering == nil { gathering = (number, fragment) }
                if fragment.state == .barrier, parked == nil { parked = (number, fragment) }
            }
        }
        if let (number, fragment) = gathering {
            let there = fragment.mask
            fault(
                .warpDeadlock, operations + Int(fragment.pc), warps + number, there,
                detail: "lanes 0x\(String(there, radix: 16)) wait for lanes of their mask that never come; "
                    + "the warp has 0x\(String(warps[number].live, radix: 16))")
        } else if let (number, fragment) = parked {
            let barrier = barriers[Int(fragment.barrier)]
            let expected = barrier.expected < 0 ? state.pointee.liveThreads : Int(barrier.expected)
            fault(
                .barrierDeadlock, operations + Int(fragment.pc), warps + number, fragment.mask,
                detail: "\(barrier.arrived) of \(expected) threads reached barrier \(fragment.barrier), "
                    + "and nobody else can")
        }
    }
}
