/// Device memory for buffers of a plan, each the copy of one in host memory.
struct CUDABuffers {
    /// In the order in which the plan names them, so that allocations repeat.
    private let names: [BufferName]
    private let memory: [BufferName: CUDAMemory]
    private var host: [BufferName: UnsafeMutableRawBufferPointer]

    /// Allocates the named buffers; others of the host are not needed.
    init(
        _ names: [BufferName], of host: [BufferName: UnsafeMutableRawBufferPointer], in context: CUDAContext
    ) throws(DeviceFailure) {
        self.names = names
        self.host = host
        memory = try context.attempt("the buffers cannot be made") {
            () throws(CUDAStatus) -> [BufferName: CUDAMemory] in
            var memory: [BufferName: CUDAMemory] = [:]
            for name in names {
                if let bytes = host[name] { memory[name] = try CUDAMemory(context, byteCount: bytes.count) }
            }
            return memory
        }
    }

    /// Where each buffer is in device memory.
    var addresses: [BufferName: UInt64] { memory.mapValues(\.address) }

    /// Takes other host memory for the buffers, of the same sizes.
    mutating func rebind(_ other: [BufferName: UnsafeMutableRawBufferPointer]) throws(DeviceFailure) {
        for name in names {
            guard let bytes = other[name], bytes.count == memory[name]?.byteCount else {
                throw .invalidPlan("\(name) is to be bound to memory of another size, or to none")
            }
        }
        host = other
    }

    /// Copies from the host what a run may read: inputs and outputs, and with `prepare` parameters and scratch too.
    func copyIn(prepare: Bool) throws(CUDAStatus) {
        for name in names where prepare || name.changesBetweenRuns {
            if let bytes = host[name] { try memory[name]?.copyIn(bytes) }
        }
    }

    /// Copies outputs to the host.
    func copyOut() throws(CUDAStatus) {
        for name in names where name.isOutput {
            if let bytes = host[name] { try memory[name]?.copyOut(bytes) }
        }
    }
}

extension BufferName {
    fileprivate var isOutput: Bool { if case .output = self { true } else { false } }

    /// Whether the host may change it between two runs of which only the first one prepares.
    fileprivate var changesBetweenRuns: Bool {
        switch self {
        case .input, .output: true
        case .parameter, .scratch: false
        }
    }
}
