import CSIMT

/// Loads, stores, atomics and copies.
extension KernelLowering {
    /// A place in memory: a slot with addresses (or none), bytes to add, and the space they count in.
    struct Location {
        var address: Slot?
        var isWide: Bool
        var offset: Int64
        var space: AccessSpace
    }

    mutating func lowerMemory() throws(PTXError) {
        switch instruction.operation {
        case .ld(let access): try lowerLoad(access)
        case .st(let access): try lowerStore(access)
        case .atom(let atomic): try lowerAtomic(atomic, hasResult: true)
        case .red(let atomic): try lowerAtomic(atomic, hasResult: false)
        case .cpAsync: try lowerAsyncCopy()
        case .mbarrier(let barrier): try lowerMbarrier(barrier)
        case .cpAsyncMbarrierArrive(let space, let countsPending):
            // Copies are done at once, so the arrival comes at once, and who finds the phase finished may use them.
            let location = try location(0, space)
            emit(.asyncWait, immediate: -1)
            if countsPending {
                // The raised count and the arrival cancel out; that the object orders the copies stays.
                emitMbarrier(.expectTransactions, location, a: constants.word(0))
            } else {
                emitMbarrier(.arrive, location, d: spareDouble(), a: constants.word(1))
            }
        default: throw unsupported("no memory operation")
        }
    }

    /// The place that the operand at that position names.
    func location(_ index: Int, _ space: PTXStateSpace) throws(PTXError) -> Location {
        guard case .address(let address) = try operand(index) else { throw unsupported("no address") }
        switch address.base {
        case .absolute:
            return Location(address: nil, isWide: true, offset: address.offset, space: try known(space))
        case .register(let register):
            return Location(
                address: slot(register), isWide: register.type.bitWidth > 32, offset: address.offset,
                space: try known(space))
        case .symbol(let symbol):
            guard let place = place(of: symbol) else { throw unsupported("the address of \(symbol.name)") }
            switch place {
            case .frame(let start):
                return Location(address: nil, isWide: true, offset: Int64(start) &+ address.offset, space: .frame)
            case .fixed(let base):
                let isParameter = symbol.owner == .parameter
                return Location(
                    address: nil, isWide: true, offset: Int64(base) &+ address.offset,
                    space: isParameter ? .parameter : try known(space == .generic ? symbol.space : space))
            }
        }
    }

    private func known(_ space: PTXStateSpace) throws(PTXError) -> AccessSpace {
        switch space {
        case .global: return .global
        case .shared, .sharedCluster: return .shared
        case .local: return .local
        case .const: return .constant
        // In a function, registers hold generic addresses of parameters.
        case .param: return number == kernel ? .parameter : .generic
        case .generic: return .generic
        case .reg: throw unsupported("registers have no addresses")
        }
    }

    /// Adds an access and returns its number; one slot for each element.
    mutating func makeAccess(
        _ type: PTXType, isWide: [Bool], slots: [Slot], address: Slot?, isWideAddress: Bool = true, offset: Int64
    ) -> Int {
        var access = kw_access()
        access.offset = offset
        access.address = address ?? KW_NO_SLOT
        access.isWide = isWideAddress ? 1 : 0
        access.element = UInt8(Self.element(type, isWide.first ?? false).rawValue)
        access.bytes = UInt8(min(type.byteCount, 8))
        access.count = UInt8(slots.count)
        access.used = ~0
        withUnsafeMutableBytes(of: &access.registers) { bytes in
            for (index, slot) in slots.enumerated() {
                bytes.storeBytes(of: slot, toByteOffset: 4 * index, as: Slot.self)
            }
        }
        accesses.append(access)
        return accesses.count - 1
    }

    private static func element(_ type: PTXType, _ isWide: Bool) -> kw_element {
        switch (type.byteCount, type.isSigned, isWide) {
        case (1, false, false): KW_ELEMENT_U8
        case (1, true, false): KW_ELEMENT_S8
        case (2, false, false): KW_ELEMENT_U16
        case (2, true, false): KW_ELEMENT_S16
        case (1, false, true): KW_ELEMENT_U8_TO_64
        case (1, true, true): KW_ELEMENT_S8_TO_64
        case (2, false, true): KW_ELEMENT_U16_TO_64
        case (2, true, true): KW_ELEMENT_S16_TO_64
        case (4, _, false): KW_ELEMENT_B32
        case (4, false, true): KW_ELEMENT_U32_TO_64
        case (4, true, true): KW_ELEMENT_S32_TO_64
        default: KW_ELEMENT_B64
        }
    }

    private mutating func makeAccess(
        _ type: PTXType, isWide: Bool, slots: [Slot], _ location: Location, added: Int64 = 0
    ) -> Int {
        makeAccess(
            type, isWide: [isWide], slots: slots, address: location.address, isWideAddress: location.isWide,
            offset: location.offset &+ added)
    }

    /// Appends a load or store of some elements; elements of 128 bits are pairs of 64.
    ///
    /// - Parameter used: a bit for each byte of a lane that counts.
    mutating func move(
        _ type: PTXType, isWide: Bool, slots: [Slot], _ location: Location, isStore: Bool, added: Int64 = 0,
        used: UInt64 = ~0
    ) {
        let isQuad = type.bitWidth == 128
        let parts = isQuad ? slots.flatMap { [$0, $0 == KW_NO_SLOT ? $0 : $0 + 256] } : slots
        let access = makeAccess(isQuad ? .b64 : type, isWide: isWide || isQuad, slots: parts, location, added: added)
        accesses[access].used = used
        emit(isStore ? .store : .load, target: access, detail: location.space.rawValue)
    }

    private mutating func lowerLoad(_ access: PTXMemoryAccess) throws(PTXError) {
        let location = try location(1, access.space)
        let results = Self.elements(try operand(0))
        // One access has one width of register; vectors of mixed width are moved one by one.
        let widths = results.map { Self.isWide($0) ?? (access.type.bitWidth > 32) }
        var slots: [Slot] = []
        for result in results {
            if case .sink = result {
                slots.append(KW_NO_SLOT)
            } else {
                slots.append(try self.result(of: result, access.type))
            }
        }
        if Set(widths).count <= 1 {
            return move(
                access.type, isWide: widths.first ?? false, slots: slots, location, isStore: false,
                used: usedBytes(results, access.type))
        }
        for (index, slot) in slots.enumerated() {
            move(
                access.type, isWide: widths[index], slots: [slot], location, isStore: false,
                added: Int64(index * access.type.byteCount))
        }
    }

    /// The bytes of a vector that some instruction reads: compilers load what lies between words that they need along
    /// with them, e.g. the padding of a row. A load of which nothing is read counts as a whole.
    private func usedBytes(_ results: [PTXOperand], _ type: PTXType) -> UInt64 {
        let element = (UInt64(1) << type.byteCount) - 1
        let used = results.enumerated().reduce(UInt64(0)) { used, result in
            let isRead = result.element.registers.contains { readRegisters.contains($0.index) }
            return isRead ? used | element << (result.offset * type.byteCount) : used
        }
        return used == 0 ? ~0 : used
    }

    private mutating func lowerStore(_ access: PTXMemoryAccess) throws(PTXError) {
        let location = try location(0, access.space)
        let sources = Self.elements(try operand(1))
        let widths = sources.map { Self.isWide($0) ?? (access.type.bitWidth > 32) }
        // In doubt all elements come in the width of the first register.
        let isWide = widths.contains(true)
        var slots: [Slot] = []
        for source in sources {
            let type: PTXType = access.type.bitWidth == 128 ? .b128 : isWide ? .b64 : access.type
            if case .immediate(let immediate) = source, type != .b128 {
                slots.append(constant(immediate.bits(as: access.type), type))
            } else {
                slots.append(try value(of: source, type))
            }
        }
        move(access.type, isWide: isWide, slots: slots, location, isStore: true)
    }

    private static func elements(_ operand: PTXOperand) -> [PTXOperand] {
        if case .vector(let elements) = operand { elements } else { [operand] }
    }

    private static func isWide(_ operand: PTXOperand) -> Bool? {
        if case .register(let register) = operand { register.type.bitWidth > 32 } else { nil }
    }

    // MARK: Atomics

    private mutating func lowerAtomic(_ atomic: PTXAtomic, hasResult: Bool) throws(PTXError) {
        guard let type = Self.type(atomic), atomic.type.bitWidth <= 64 else { throw unsupported("no such atomic") }
        let first = hasResult ? 1 : 0
        let location = try location(first, atomic.space)
        let results = hasResult ? Self.elements(try operand(0)) : []
        let sources = Self.elements(try operand(first + 1))
        let isCompare = atomic.operation == .cas
        for (index, source) in sources.enumerated() {
            let x = try value(of: source, atomic.type)
            let y = isCompare ? try value(first + 2, atomic.type) : x
            var target = KW_NO_SLOT
            if index < results.count, case .register(let register) = results[index] { target = slot(register) }
            let access = makeAccess(
                atomic.type, isWide: false, slots: [], location, added: Int64(index * atomic.type.byteCount))
            accesses[access].count = 1
            emit(
                .atomic, d: target, a: x, b: y, immediate: Int64(Self.operation(atomic.operation).rawValue),
                target: access, detail: location.space.rawValue, option: UInt8(type.rawValue))
        }
    }

    private static func operation(_ operation: PTXAtomicOperator) -> kw_atomic_operation {
        switch operation {
        case .and: KW_ATOMIC_AND
        case .or: KW_ATOMIC_OR
        case .xor: KW_ATOMIC_XOR
        case .exch: KW_ATOMIC_EXCHANGE
        case .cas: KW_ATOMIC_COMPARE
        case .add: KW_ATOMIC_ADD
        case .min: KW_ATOMIC_MIN
        case .max: KW_ATOMIC_MAX
        case .inc: KW_ATOMIC_INCREMENT
        case .dec: KW_ATOMIC_DECREMENT
        }
    }

    private static func type(_ atomic: PTXAtomic) -> kw_atomic_type? {
        switch atomic.type {
        case .b16: KW_ATOMIC_B16
        case .u32, .b32: KW_ATOMIC_U32
        case .s32: KW_ATOMIC_S32
        case .u64, .b64: KW_ATOMIC_U64
        case .s64: KW_ATOMIC_S64
        case .f32: KW_ATOMIC_F32
        case .f64: KW_ATOMIC_F64
        case .f16: KW_ATOMIC_F16
        case .f16x2: KW_ATOMIC_F16X2
        case .bf16: KW_ATOMIC_BF16
        case .bf16x2: KW_ATOMIC_BF16X2
        default: nil
        }
    }

    // MARK: Asynchronous copies, which happen at once; sanitizers see who reads them too early

    private mutating func lowerAsyncCopy() throws(PTXError) {
        guard case .cpAsync(let copy) = instruction.operation else { return }
        let target = try location(0, .shared)
        // The name of a variable brings its own space.
        guard target.space == .shared else { throw unsupported("a copy to memory that is not shared") }
        let source = try location(1, .global)
        guard case .immediate(let size) = try operand(2), let bytes = size.integer, [4, 8, 16].contains(bytes) else {
            throw unsupported("a copy of another size", hint: "4, 8 or 16 bytes")
        }
        let words = Int(bytes) / 4
        let slots = (0..<words).map { _ in spareWord() }
        let hasSize = instruction.operands.count > (copy.hasCachePolicy ? 4 : 3)
        if hasSize {
            // What the source does not give is zero.
            for slot in slots { run(kw_lane_mov_b32, slot, constants.word(0)) }
            try loadPartly(slots, source)
        } else {
            move(.b32, isWide: false, slots: slots, source, isStore: false)
        }
        move(.b32, isWide: false, slots: slots, target, isStore: true)
        operations[operations.count - 1].option = AccessOption.asynchronous
    }

    /// Loads as many bytes as the size says, or all of them unless a predicate is true, into slots that hold zeros.
    private mutating func loadPartly(_ slots: [Slot], _ source: Location) throws(PTXError) {
        let amount = try operand(3)
        let isThere = sparePredicate()
        if Self.isPredicate(amount) {
            run(kw_lane_pred_not, isThere, try value(of: amount, .pred))
            withGuard(narrowedBy: isThere) { lowering in
                lowering.move(.b32, isWide: false, slots: slots, source, isStore: false)
            }
            return
        }
        let (size, whole, both) = (spareWord(), spareWord(), sparePredicate())
        run(kw_lane_min_u32, size, try value(of: amount, .u32), constant(4 * slots.count))
        for (index, slot) in slots.enumerated() {
            run(kw_lane_setp_le_u32, isThere, constant(4 * (index + 1)), size)
            withGuard(narrowedBy: isThere, in: both) { lowering in
                lowering.move(
                    .b32, isWide: false, slots: [slot], source, isStore: false, added: Int64(4 * index))
            }
        }
        run(kw_lane_and_b32, whole, size, constants.word(~3))
        run(kw_lane_setp_lt_u32, isThere, whole, size)
        withGuard(narrowedBy: isThere, in: both) { $0.loadTail(slots, source, after: whole, size) }
    }

    /// Loads the 1 to 3 bytes behind the whole words into the word that they begin.
    private mutating func loadTail(_ slots: [Slot], _ source: Location, after whole: Slot, _ size: Slot) {
        let (address, word, byte, place) = (spareDouble(), spareWord(), spareWord(), spareWord())
        let (isThere, both) = (sparePredicate(), sparePredicate())
        run(kw_lane_ext_u32_32_64, address, whole)
        if let start = source.address {
            let wide = source.isWide ? start : spareDouble()
            if !source.isWide { run(kw_lane_ext_u32_32_64, wide, start) }
            run(kw_lane_add_u64, address, address, wide)
        }
        let tail = Location(address: address, isWide: true, offset: source.offset, space: source.space)
        run(kw_lane_mov_b32, word, constants.word(0))
        for number in 0..<3 {
            run(kw_lane_mov_b32, byte, constants.word(0))
            run(kw_lane_add_u32, place, whole, constant(number))
            run(kw_lane_setp_lt_u32, isThere, place, size)
            withGuard(narrowedBy: isThere, in: both) { lowering in
                lowering.move(.u8, isWide: false, slots: [byte], tail, isStore: false, added: Int64(number))
            }
            run(kw_lane_shl_b32, byte, byte, constant(8 * number))
            run(kw_lane_or_b32, word, word, byte)
        }
        for (index, slot) in slots.enumerated() {
            run(kw_lane_setp_eq_u32, isThere, whole, constant(4 * index))
            withGuard(narrowedBy: isThere, in: both) { $0.run(kw_lane_mov_b32, slot, word) }
        }
    }

    private static func isPredicate(_ operand: PTXOperand) -> Bool {
        switch operand {
        case .register(let register): register.type == .pred
        case .negated: true
        default: false
        }
    }

    // MARK: Barrier objects

    private mutating func lowerMbarrier(_ barrier: PTXMbarrier) throws(PTXError) {
        let one = constants.word(1)
        switch barrier.action {
        case .initialize:
            emitMbarrier(.initialize, try location(0, barrier.space), a: try value(1, .u32))
        case .invalidate:
            emitMbarrier(.invalidate, try location(0, barrier.space))
        case .expectTransactions:
            emitMbarrier(.expectTransactions, try location(0, barrier.space), a: try value(1, .u32))
        case .completeTransactions:
            emitMbarrier(.completeTransactions, try location(0, barrier.space), a: try value(1, .u32))
        case .arrive, .arriveDrop:
            let location = try location(1, barrier.space)
            let hasOperand = instruction.operands.count > 2
            if barrier.expectsTransactions {
                emitMbarrier(.expectTransactions, location, a: try value(2, .u32))
            }
            let count = hasOperand && !barrier.expectsTransactions ? try value(2, .u32) : one
            emitMbarrier(
                barrier.action == .arrive ? .arrive : .arriveDrop, location, d: try result(0, .b64), a: count)
        case .testWait, .tryWait:
            let location = try location(1, barrier.space)
            let awaited = try value(2, barrier.isParity ? .b32 : .b64)
            emitMbarrier(barrier.isParity ? .testParity : .testState, location, d: try result(0, .pred), a: awaited)
        case .pendingCount:
            let spare = spareDouble()
            run(kw_lane_and_b64, spare, try value(1, .b64), constants.double(MbarrierAction.countMask))
            run(kw_lane_low_b64, try result(0, .b32), spare)
        }
    }

    private mutating func emitMbarrier(_ action: MbarrierAction, _ location: Location, d: Slot = 0, a: Slot = 0) {
        let access = makeAccess(.b64, isWide: true, slots: [], location)
        accesses[access].count = 1
        emit(.mbarrier, d: d, a: a, target: access, detail: location.space.rawValue, option: action.rawValue)
    }
}

/// What is done with a barrier object; the object is one word of 64 bits in shared memory.
///
/// From the lowest bit: arrivals pending (20), arrivals of a phase (20), transactions pending (23, signed), phase (1).
enum MbarrierAction: UInt8 {
    case initialize, invalidate, arrive, arriveDrop, expectTransactions, completeTransactions, testParity, testState

    static let countMask: UInt64 = (1 << 20) - 1
}
