import CSIMT

/// A barrier of a block, while threads gather at it.
struct BlockBarrier {
    /// Threads that arrived; for barriers with a count, whole warps.
    var arrived: Int32 = 0
    /// Threads that must arrive; −1 for all that have not ended.
    var expected: Int32 = -1
    /// Of the threads that brought a predicate: how many true ones, and how many in all.
    var hits: UInt32 = 0
    var asked: UInt32 = 0
    var isOpen = false
}

/// Barriers of the block, and barrier objects in shared memory.
extension BlockEngine {
    /// Lets the active lanes arrive at the barrier that the operation names.
    func arrive(
        _ warp: UnsafeMutablePointer<Warp>, _ fragment: UnsafeMutablePointer<Fragment>,
        _ operation: UnsafePointer<MicroOp>, _ active: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) -> Outcome {
        let lane = active.trailingZeroBitCount
        let number = words(operation.pointee.a, registers)[lane]
        let hasCount = operation.pointee.b != KW_NO_SLOT
        let count = hasCount ? words(operation.pointee.b, registers)[lane] : 0
        guard number < UInt32(Self.barrierCount), !hasCount || (count > 0 && count % 32 == 0 && count <= 1024) else {
            fault(
                .barrierOperand, operation, warp, active,
                detail: "barrier \(number)" + (hasCount ? " for \(count) threads" : ""))
            return .fault
        }
        let code = unsafeBitCast(operation.pointee.detail, to: BarrierCode.self)
        if let observer {
            if operation.pointee.option == 1, active != warp.pointee.live, observer.checksSynchronization {
                note(observer.divergence(active, warp, number), operation, warp)
            }
            observer.arrive(Int(warp.pointee.number), barrier: Int(number), waits: code != .arrive)
        }
        let barrier = barriers + Int(number)
        barrier.pointee.isOpen = true
        barrier.pointee.expected = hasCount ? Int32(count) : -1
        barrier.pointee.arrived &+= Int32(active.nonzeroBitCount)
        arrivals[32 * Int(number) + Int(warp.pointee.number)] |= active
        completeArrival(warp, Int(number))
        if code.isReduction {
            let predicate = words(operation.pointee.c, registers).pointee
            barrier.pointee.hits &+= UInt32((predicate & active).nonzeroBitCount)
            barrier.pointee.asked &+= UInt32(active.nonzeroBitCount)
        }
        if code == .arrive {
            fragment.pointee.pc &+= 1
            releaseBarriers()
            return .reschedule
        }
        detach(warp, fragment, keeping: active)
        fragment.pointee.state = .barrier
        fragment.pointee.barrier = UInt8(number)
        releaseBarriers()
        return fragment.pointee.state == .barrier ? .blocked : .reschedule
    }

    /// Looks at every barrier that the warp came to, after lanes of it ended.
    func completeArrivals(_ warp: UnsafeMutablePointer<Warp>) {
        for number in 0..<Self.barrierCount where barriers[number].isOpen { completeArrival(warp, number) }
    }

    /// A barrier with a count counts warps: when all lanes of one that have not ended came, its other lanes count too.
    private func completeArrival(_ warp: UnsafeMutablePointer<Warp>, _ number: Int) {
        let came = arrivals + (32 * number + Int(warp.pointee.number))
        guard barriers[number].expected >= 0, came.pointee != 0, warp.pointee.live & ~came.pointee == 0 else { return }
        barriers[number].arrived &+= Int32((~came.pointee).nonzeroBitCount)
        came.pointee = ~0
    }

    /// Lets everybody go who waits at a barrier that is complete.
    func releaseBarriers() {
        for number in 0..<Self.barrierCount where barriers[number].isOpen {
            let barrier = barriers[number]
            let expected = barrier.expected < 0 ? state.pointee.liveThreads : Int(barrier.expected)
            guard barrier.arrived >= expected else { continue }
            barriers[number] = BlockBarrier()
            (arrivals + 32 * number).update(repeating: 0, count: 32)
            observer?.release(barrier: number)
            for warp in 0..<warpCount { release(warps + warp, UInt8(number), barrier) }
        }
    }

    private func release(_ warp: UnsafeMutablePointer<Warp>, _ number: UInt8, _ barrier: BlockBarrier) {
        for index in 0..<Int(warp.pointee.fragmentCount) {
            let fragment = warp.pointee.fragments + index
            guard fragment.pointee.state == .barrier, fragment.pointee.barrier == number else { continue }
            let operation = operations + Int(fragment.pointee.pc)
            let registers = frame(warp, fragment.pointee.depth)
            let mask = fragment.pointee.mask
            switch unsafeBitCast(operation.pointee.detail, to: BarrierCode.self) {
            case .sync, .arrive: break
            case .reduceCount:
                let target = words(operation.pointee.d, registers)
                for lane in 0..<32 where mask >> UInt32(lane) & 1 != 0 { target[lane] = barrier.hits }
            case .reduceAnd: write(barrier.hits == barrier.asked, operation.pointee.d, mask, registers)
            case .reduceOr: write(barrier.hits > 0, operation.pointee.d, mask, registers)
            }
            fragment.pointee.pc &+= 1
            fragment.pointee.state = .runnable
        }
    }

    /// Writes a predicate that is the same in all lanes of the mask.
    func write(_ value: Bool, _ target: Slot, _ mask: UInt32, _ registers: UnsafeMutablePointer<CChar>) {
        let predicate = words(target, registers)
        predicate.pointee = predicate.pointee & ~mask | (value ? mask : 0)
    }

    // MARK: Barrier objects

    func barrierObject(
        _ warp: UnsafeMutablePointer<Warp>, _ fragment: UnsafeMutablePointer<Fragment>,
        _ operation: UnsafePointer<MicroOp>, _ active: UInt32, _ registers: UnsafeMutablePointer<CChar>
    ) -> Outcome {
        let access = accesses + Int(operation.pointee.target)
        let space = unsafeBitCast(operation.pointee.detail, to: AccessSpace.self)
        let action = unsafeBitCast(operation.pointee.option, to: MbarrierAction.self)
        let frame = kw_frame(constants: constants, registers: registers)
        var mustWait = false
        for lane in 0..<32 where active >> UInt32(lane) & 1 != 0 {
            let mask = UInt32(1) << UInt32(lane)
            let view = view(space, warp, fragment.pointee.depth, access, lane: lane, registers)
            guard let view, view.window == UnsafePointer(sharedWindow),
                kw_resolve(mask, access, frame, view.window, view.added, offsets) != 0
            else {
                let address = kw_lane_address(UInt32(lane), access, frame, 0)
                faultOfAccess(.atomic, operation, warp, lane, address, view, space)
                return .fault
            }
            let object = UnsafeMutableRawPointer(view.window.pointee.host + Int(offsets[lane]))
                .assumingMemoryBound(to: UInt64.self)
            let isDone = apply(action, object, operation, lane, registers)
            if !isDone { mustWait = true }
            guard let observer else { continue }
            let key = Int(offsets[lane])
            if !action.isTest {
                observer.release(Int(warp.pointee.number), object: key)
            } else if isDone {
                // A test that fails orders nothing.
                observer.acquire(Int(warp.pointee.number), object: key)
            }
            observer.written(view.window, offsets[lane], 8)
        }
        fragment.pointee.pc &+= 1
        // A test that fails is part of a loop that waits; others must get on meanwhile.
        return mustWait ? .yield : .reschedule
    }

    /// False if a test found the phase unfinished.
    private func apply(
        _ action: MbarrierAction, _ object: UnsafeMutablePointer<UInt64>, _ operation: UnsafePointer<MicroOp>,
        _ lane: Int, _ registers: UnsafeMutablePointer<CChar>
    ) -> Bool {
        var state = BarrierObject(object.pointee)
        let operand = slot(operation.pointee.a, registers)
        let count = Int64(operand.assumingMemoryBound(to: UInt32.self)[lane])
        switch action {
        case .initialize: state = BarrierObject(count: count)
        case .invalidate: state = BarrierObject(0)
        case .expectTransactions: state.transactions += count
        case .completeTransactions:
            state.transactions -= count
            state.finish()
        case .arrive, .arriveDrop:
            slot(operation.pointee.d, registers).assumingMemoryBound(to: UInt64.self)[lane] = object.pointee
            state.pending -= count
            if action == .arriveDrop { state.expected -= count }
            state.finish()
        case .testParity:
            let isDone = state.phase != Int64(operand.assumingMemoryBound(to: UInt32.self)[lane] & 1)
            write(isDone, operation.pointee.d, 1 << UInt32(lane), registers)
            return isDone
        case .testState:
            let awaited = BarrierObject(operand.assumingMemoryBound(to: UInt64.self)[lane])
            let isDone = state.phase != awaited.phase
            write(isDone, operation.pointee.d, 1 << UInt32(lane), registers)
            return isDone
        }
        object.pointee = state.bits
        return true
    }
}

/// The fields of a barrier object; see `MbarrierAction`.
private struct BarrierObject {
    var pending: Int64
    var expected: Int64
    var transactions: Int64
    var phase: Int64

    init(_ bits: UInt64) {
        pending = Int64(bits & MbarrierAction.countMask)
        expected = Int64(bits >> 20 & MbarrierAction.countMask)
        transactions = Int64(bitPattern: bits << 1) >> 41
        phase = Int64(bits >> 63)
    }

    init(count: Int64) { (pending, expected, transactions, phase) = (count, count, 0, 0) }

    var bits: UInt64 {
        UInt64(bitPattern: pending) & MbarrierAction.countMask
            | (UInt64(bitPattern: expected) & MbarrierAction.countMask) << 20
            | (UInt64(bitPattern: transactions) & 0x7f_ffff) << 40 | UInt64(phase) << 63
    }

    /// Starts the next phase if nothing of this one is pending.
    mutating func finish() {
        guard pending <= 0, transactions == 0 else { return }
        pending = expected
        phase = 1 - phase
    }
}

extension MbarrierAction {
    var isTest: Bool { self == .testParity || self == .testState }
}

extension BarrierCode {
    var isReduction: Bool { self == .reduceCount || self == .reduceAnd || self == .reduceOr }
}
