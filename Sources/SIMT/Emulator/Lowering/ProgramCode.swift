import Synchronization

/// A module made ready to run: places for its variables and the code of its kernels.
final class ProgramCode: Sendable {
    /// A `global` variable with its initial bytes.
    struct Global: Sendable {
        var name: String
        /// The generic address.
        var address: UInt64
        var bytes: [UInt8]
    }

    let module: PTXModule
    let globals: [Global]
    /// The initial bytes of all `const` variables, each at its place.
    let constantBank: [UInt8]
    private let layout: VariableLayout
    /// The numbers of the kernels in `module.functions`.
    private let numbers: [String: Int]
    /// What became of the kernels that somebody asked for.
    private let lowered = Mutex<[String: Result<KernelCode, PTXError>]>([:])

    init(_ module: PTXModule) {
        self.module = module
        layout = VariableLayout(module)
        globals = layout.globals
        constantBank = layout.constantBank
        var numbers: [String: Int] = [:]
        for (index, function) in module.functions.enumerated() where function.isKernel && function.hasBody {
            numbers[function.name] = index
        }
        self.numbers = numbers
    }

    /// The code of a kernel, or why it cannot run; nil if there is none of that name.
    ///
    /// Made when first asked for: a short text can hold many kernels that call the same many functions.
    func kernel(_ name: String) -> Result<KernelCode, PTXError>? {
        guard let number = numbers[name] else { return nil }
        return lowered.withLock { known -> Result<KernelCode, PTXError> in
            if let made = known[name] { return made }
            let made = Result { () throws(PTXError) in
                var lowering = try KernelLowering(module, kernel: number, layout)
                return try lowering.lower()
            }
            known[name] = made
            return made
        }
    }
}

/// Where the variables of a module are.
struct VariableLayout {
    /// A variable of the module, or of a function (by the function's number).
    struct Key: Hashable {
        var function: Int?
        var index: Int
    }

    /// Bytes of all global variables, and of the constant bank, at most.
    private static let limits = (globals: 1 << 28, constants: 64 << 10)

    /// Why the variables cannot be made; nil if they can.
    private(set) var refusal: PTXError?
    private(set) var globals: [ProgramCode.Global] = []
    private(set) var constantBank: [UInt8] = []
    /// Addresses in the variable's own space: generic for `global`, from `AddressMap.constantStart` for `const`.
    private(set) var addresses: [Key: UInt64] = [:]
    private let names: [String: (key: Key, space: PTXStateSpace)]
    private let functions: [String: Int]

    init(_ module: PTXModule) {
        var all: [(key: Key, variable: PTXVariable)] = module.variables.enumerated().map {
            (Key(function: nil, index: $0.offset), $0.element)
        }
        for (number, function) in module.functions.enumerated() {
            all += function.variables.enumerated().map { (Key(function: number, index: $0.offset), $0.element) }
        }
        names = Dictionary(
            all.map { ($0.variable.name, (key: $0.key, space: $0.variable.space)) },
            uniquingKeysWith: { first, _ in first })
        functions = Dictionary(
            module.functions.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
        var globalBytes = 0
        for (key, variable) in all where variable.space == .global || variable.space == .const {
            let isConstant = variable.space == .const
            let most = isConstant ? Self.limits.constants - constantBank.count : Self.limits.globals - globalBytes
            guard variable.byteCount <= most else {
                refusal = PTXError(
                    .unsupported, "\(variable.name) has \(variable.byteCount) bytes", hint: "at most \(most) are left",
                    line: variable.line)
                return
            }
            switch variable.space {
            case .global:
                let address = AddressMap.address(ofSlot: AddressMap.firstVariableSlot + UInt64(globals.count))
                globalBytes += variable.byteCount
                addresses[key] = address
                globals.append(ProgramCode.Global(name: variable.name, address: address, bytes: Self.bytes(variable)))
            case .const:
                let start = (constantBank.count + variable.alignment - 1) / variable.alignment * variable.alignment
                addresses[key] = AddressMap.constantStart + UInt64(start)
                constantBank += Array(repeating: 0, count: start - constantBank.count) + Self.bytes(variable)
            default: continue
            }
        }
        for (key, variable) in all { relocate(key, variable) }
    }

    /// The number of a function in the module; nil if there is none of that name.
    func number(ofFunction name: String) -> Int? { functions[name] }

    /// The address of a function, as a call through a register takes it.
    static func address(ofFunction number: Int) -> UInt64 { AddressMap.functions + UInt64(number) * 16 }

    private static func bytes(_ variable: PTXVariable) -> [UInt8] {
        let count = max(variable.byteCount, 1)
        var bytes = variable.initializer?.bytes ?? []
        if bytes.count < count { bytes += Array(repeating: 0, count: count - bytes.count) }
        return bytes
    }

    private mutating func relocate(_ key: Key, _ variable: PTXVariable) {
        guard let address = addresses[key] else { return }
        let number = Int(truncatingIfNeeded: (address >> AddressMap.slotBits) &- AddressMap.firstVariableSlot)
        for relocation in variable.initializer?.relocations ?? [] {
            guard var value = value(of: relocation) else { continue }
            value =
                UInt64(bitPattern: Int64(bitPattern: value) &+ relocation.addend) >> UInt64(8 * relocation.byteIndex)
            for byte in 0..<relocation.byteCount {
                let place = relocation.offset + byte
                guard place < variable.byteCount else { continue }
                let bits = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))
                if variable.space == .const {
                    constantBank[Int(address - AddressMap.constantStart) + place] = bits
                } else {
                    globals[number].bytes[place] = bits
                }
            }
        }
    }

    private func value(of relocation: PTXInitializer.Relocation) -> UInt64? {
        if let (key, space) = names[relocation.name], let address = addresses[key] {
            return space == .const && relocation.isGeneric ? address + AddressMap.constant : address
        }
        return functions[relocation.name].map(Self.address(ofFunction:))
    }
}
