import CSIMT

/// Loads, stores and atomics.
extension BlockEngine {
    /// The window that holds a generic address of global memory, of the constant bank or of the parameters.
    func window(generic address: UInt64) -> UnsafePointer<kw_window>? {
        let slot = address >> AddressMap.slotBits
        if slot &- 1 < globalCount { return globalWindows + Int(slot &- 1) }
        if slot &- AddressMap.firstVariableSlot < variableCount {
            return variableWindows + Int(slot &- AddressMap.firstVariableSlot)
        }
        return nil
    }

    /// A window, and what to add to addresses so that they count as in it.
    struct View {
        var window: UnsafePointer<kw_window>
        var added: Int64
    }

    /// The memory that the access of one lane means; nil if nothing is there.
    @inline(__always)
    func view(
        _ space: AccessSpace, _ warp: UnsafeMutablePointer<Warp>, _ depth: Int32, _ access: UnsafePointer<kw_access>,
        lane: Int, _ registers: UnsafeMutablePointer<CChar>
    ) -> View? {
        switch space {
        case .shared: return View(window: UnsafePointer(sharedWindow), added: 0)
        case .global:
            let address = self.address(access, lane: lane, registers)
            let slot = address >> AddressMap.slotBits
            if slot &- 1 < globalCount { return View(window: globalWindows + Int(slot &- 1), added: 0) }
            return window(generic: address).map { View(window: $0, added: 0) }
        case .local: return View(window: localWindow(warp), added: 0)
        case .constant: return View(window: constantWindow, added: 0)
        case .parameter: return View(window: parameterWindow, added: 0)
        case .frame: return View(window: localWindow(warp), added: frameStart(depth))
        case .nextFrame: return View(window: localWindow(warp), added: frameStart(depth + 1))
        case .generic: return genericView(warp, self.address(access, lane: lane, registers))
        }
    }

    @inline(__always)
    private func address(
        _ access: UnsafePointer<kw_access>, lane: Int, _ registers: UnsafeMutablePointer<CChar>
    ) -> UInt64 {
        guard access.pointee.address != KW_NO_SLOT else { return UInt64(bitPattern: access.pointee.offset) }
        let place = slot(access.pointee.address, registers)
        let base =
            access.pointee.isWide != 0
            ? place.assumingMemoryBound(to: UInt64.self)[lane]
            : UInt64(place.assumingMemoryBound(to: UInt32.self)[lane])
        return base &+ UInt64(bitPattern: access.pointee.offset)
    }

    private func localWindow(_ warp: UnsafeMutablePointer<Warp>) -> UnsafePointer<kw_window> {
        let place = UnsafeMutableRawPointer(warp) + MemoryLayout<Warp>.offset(of: \.localWindow).unsafelyUnwrapped
        return UnsafePointer(place.assumingMemoryBound(to: kw_window.self))
    }

    private func frameStart(_ depth: Int32) -> Int64 {
        Int64(AddressMap.localStart) + Int64(depth) * Int64(code.localFrameBytes)
    }

    private func genericView(_ warp: UnsafeMutablePointer<Warp>, _ address: UInt64) -> View? {
        switch address & ~0xffff_ffff {
        case AddressMap.shared:
            return View(window: UnsafePointer(sharedWindow), added: -Int64(AddressMap.shared))
        case AddressMap.local: return View(window: localWindow(warp), added: -Int64(AddressMap.local))
        case AddressMap.constant: return View(window: constantWindow, added: -Int64(AddressMap.constant))
        case AddressMap.parameter: return View(window: parameterWindow, added: -Int64(AddressMap.parameter))
        default: return window(generic: address).map { View(window: $0, added: 0) }
        }
    }

    // MARK: Loads, stores and atomics

    /// What an access does with memory.
    enum Effect {
        case load, store, atomic
    }

    /// Lets the active lanes access memory, of which there is at least one; false on a fault.
    @inline(__always)
    func perform(
        _ effect: Effect, _ warp: UnsafeMutablePointer<Warp>, _ depth: Int32, _ operation: UnsafePointer<MicroOp>,
        _ active: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) -> Bool {
        let access = accesses + Int(operation.pointee.target)
        let space = unsafeBitCast(operation.pointee.detail, to: AccessSpace.self)
        guard let view = view(space, warp, depth, access, lane: active.trailingZeroBitCount, registers),
            touch(effect, operation, access, view, active, registers)
        else { return move(effect, warp, depth, operation, active, registers) }
        if watches { watch(effect, warp, operation, access, view.window, active) }
        return true
    }

    /// Lane after lane, for accesses that reach several allocations or are wrong; false at the first wrong lane.
    @inline(never)
    private func move(
        _ effect: Effect, _ warp: UnsafeMutablePointer<Warp>, _ depth: Int32, _ operation: UnsafePointer<MicroOp>,
        _ active: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) -> Bool {
        let access = accesses + Int(operation.pointee.target)
        let space = unsafeBitCast(operation.pointee.detail, to: AccessSpace.self)
        for lane in 0..<32 where active >> UInt32(lane) & 1 != 0 {
            let mask = UInt32(1) << UInt32(lane)
            let view = view(space, warp, depth, access, lane: lane, registers)
            guard let view, touch(effect, operation, access, view, mask, registers) else {
                faultOfAccess(effect, operation, warp, lane, address(access, lane: lane, registers), view, space)
                return false
            }
            if watches { watch(effect, warp, operation, access, view.window, mask) }
        }
        return true
    }

    @inline(__always)
    private func touch(
        _ effect: Effect, _ operation: UnsafePointer<MicroOp>, _ access: UnsafePointer<kw_access>, _ view: View,
        _ mask: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) -> Bool {
        let frame = kw_frame(constants: constants, registers: registers)
        switch effect {
        case .load: return kw_load(mask, access, frame, view.window, view.added, offsets) != 0
        case .store: return kw_store(mask, access, frame, view.window, view.added, offsets) != 0
        case .atomic:
            guard view.window.pointee.isWritable != 0, view.window.pointee.laneStride == 0,
                kw_resolve(mask, access, frame, view.window, view.added, offsets) != 0
            else { return false }
            kw_atomic(
                mask, kw_atomic_operation(UInt32(truncatingIfNeeded: operation.pointee.immediate)),
                kw_atomic_type(UInt32(operation.pointee.option)), offsets, view.window.pointee.host,
                operation.pointee.d == KW_NO_SLOT ? nil : slot(operation.pointee.d, registers),
                slot(operation.pointee.a, registers), slot(operation.pointee.b, registers))
            return true
        }
    }

    // MARK: Watching

    /// Counts an access and shows it to the sanitizers; `offsets` holds its places.
    @inline(never)
    private func watch(
        _ effect: Effect, _ warp: UnsafeMutablePointer<Warp>, _ operation: UnsafePointer<MicroOp>,
        _ access: UnsafePointer<kw_access>, _ window: UnsafePointer<kw_window>, _ active: UInt32
    ) {
        // Copies of parameters around calls are no instructions of the kernel.
        if operation.pointee.option == AccessOption.hidden, effect != .atomic { return }
        let span = UInt32(access.pointee.bytes) * UInt32(access.pointee.count)
        let isShared = window == UnsafePointer(sharedWindow)
        let isCounted = isShared || window.pointee.base >> AddressMap.slotBits != 0
        if let recorder, isCounted {
            record(recorder, effect, warp, Int(operation.pointee.instruction), window, isShared, active, Int(span))
        }
        if let counts, isCounted {
            let entry = counts + Int(operation.pointee.instruction)
            entry.pointee.requests &+= 1
            if isShared {
                entry.pointee.wavefronts &+= UInt64(kw_count_wavefronts(active, offsets, span))
            } else {
                entry.pointee.sectors &+= UInt64(kw_count_sectors(active, offsets, span))
            }
        }
        guard let observer else { return }
        let used = access.pointee.used
        if let finding = observer.see(effect, warp, window, isShared, active, offsets, span, used: used) {
            note(finding, operation, warp)
        }
        if isShared, effect == .store, operation.pointee.option == AccessOption.asynchronous {
            observer.beginCopy(Int(warp.pointee.number), active, offsets, span)
        }
    }

    private func record(
        _ recorder: any SIMTAccessRecorder, _ effect: Effect, _ warp: UnsafeMutablePointer<Warp>, _ instruction: Int,
        _ window: UnsafePointer<kw_window>, _ isShared: Bool, _ active: UInt32, _ span: Int
    ) {
        let places = UnsafeRawPointer(offsets).loadUnaligned(as: SIMD32<UInt64>.self)
        let lanes = WarpAccess(
            addresses: places &+ SIMD32(repeating: window.pointee.base), activeMask: active, bytesPerLane: span)
        recorder.record(
            SIMTAccess(
                space: isShared ? .shared : .global,
                effect: effect == .load ? .load : effect == .store ? .store : .atomic,
                instruction: instruction, block: state.pointee.blockIndex, warp: Int(warp.pointee.number), lanes: lanes)
        )
    }
}
