import KernelIR

/// Two or four neighbours in memory as one of CUDA's built-in vectors, of at most 16 bytes.
///
/// Source: CUDA C++ Programming Guide, "Built-in Vector Types"; "Store Functions Using Cache Hints" (`__stcs`: likely
/// accessed once); "Device Memory Accesses" (one instruction of up to 16 bytes, at a multiple of its size).
extension CUDADialect: MemoryPacks {
    var widths: [Int] { [4, 2] }

    func isPack(_ width: Int, of type: DType) -> Bool { width * type.byteCount <= 16 }

    func packType(_ type: DType, width: Int) -> String {
        let element =
            switch type {
            case .float32: "float"
            case .float64: "double"
            case .int8: "char"
            case .uint8, .bool: "uchar"
            case .int16: "short"
            case .uint16, .float16, .bfloat16: "ushort"
            case .int32: "int"
            case .uint32: "uint"
            case .int64: "longlong"
            case .uint64: "ulonglong"
            }
        return "\(element)\(width)"
    }

    func loadPack(_ pointer: String, _ index: Value, _ type: DType, width: Int) -> Value {
        let address = address(pointer, index)
        return Value("*reinterpret_cast<const \(packType(type, width: width)) *>(\(address))", type, .unary)
    }

    func pack(_ values: [Value], _ type: DType) -> String {
        let elements = values.map { stored($0, as: type) }.joined(separator: ", ")
        return "make_\(packType(type, width: values.count))(\(elements))"
    }

    func lane(_ number: Int, of pack: String, _ type: DType) -> Value {
        loaded("\(pack).\(Self.members[number])", type)
    }

    func storePack(_ values: [Value], _ pointer: String, _ index: Value, _ type: DType, isStreaming: Bool) -> String {
        let address = address(pointer, index)
        guard values.count > 1 else { return "__stcs(\(address), \(stored(values[0], as: type)))" }
        let target = "reinterpret_cast<\(packType(type, width: values.count)) *>(\(address))"
        return isStreaming ? "__stcs(\(target), \(pack(values, type)))" : "*\(target) = \(pack(values, type))"
    }

    func address(_ pointer: String, _ index: Value) -> String {
        index.text == "0" ? pointer : "\(pointer) + \(index.text(within: .additive))"
    }
}
