import COpenCL
import KernelIR
import Rendering

/// A program built for one device.
struct OpenCLProgram {
    let handle: CLHandle
    private let device: cl_device_id

    /// Compiles sources; they are joined in order, each under its own `#line`.
    init(
        sources: [Solution.Source], options: [String], context: CLHandle, device: cl_device_id
    ) throws(DeviceFailure) {
        let text = sources.map(Self.marked).joined(separator: "\n")
        self.device = device
        handle = try Self.refusing { () throws(CLStatus) in
            let raw = try Array(text.utf8CString).withUnsafeBufferPointer { characters throws(CLStatus) in
                var source = characters.baseAddress
                return try CLStatus.make { clCreateProgramWithSource(context.raw, 1, &source, nil, $0) }
            }
            return CLHandle(raw) { clReleaseProgram($0) }
        }
        // Argument information is what the plan is checked against.
        try build(options: options + ["-cl-kernel-arg-info"])
    }

    /// Loads what `binary()` returned for the same driver and device.
    init(binary: [UInt8], options: [String], context: CLHandle, device: cl_device_id) throws(DeviceFailure) {
        self.device = device
        handle = try Self.refusing { () throws(CLStatus) in
            let raw = try binary.withUnsafeBufferPointer { bytes throws(CLStatus) in
                var size = bytes.count
                var pointer = bytes.baseAddress
                var target: cl_device_id? = device
                return try CLStatus.make {
                    clCreateProgramWithBinary(context.raw, 1, &target, &size, &pointer, nil, $0)
                }
            }
            return CLHandle(raw) { clReleaseProgram($0) }
        }
        try build(options: options + ["-cl-kernel-arg-info"])
    }

    /// What the compiler printed.
    var log: String {
        let text = try? CLInfo.string {
            clGetProgramBuildInfo(handle.raw, device, cl_program_build_info(CL_PROGRAM_BUILD_LOG), $0, $1, $2)
        }
        return text ?? ""
    }

    /// The driver's own form of the compiled program.
    func binary() throws(DeviceFailure) -> [UInt8] {
        try Self.refusing { () throws(CLStatus) in
            let size = try CLInfo.value(of: 0) {
                clGetProgramInfo(handle.raw, cl_program_info(CL_PROGRAM_BINARY_SIZES), $0, $1, $2)
            }
            var bytes = [UInt8](repeating: 0, count: size)
            let code = bytes.withUnsafeMutableBufferPointer { buffer in
                var pointer = buffer.baseAddress
                return clGetProgramInfo(
                    handle.raw, cl_program_info(CL_PROGRAM_BINARIES), MemoryLayout.size(ofValue: pointer), &pointer, nil
                )
            }
            try CLStatus.check(code)
            return bytes
        }
    }

    /// A new kernel object with arguments of its own.
    func kernel(_ name: String) throws(DeviceFailure) -> CLHandle {
        do {
            return CLHandle(try CLStatus.make { clCreateKernel(handle.raw, name, $0) }) { clReleaseKernel($0) }
        } catch {
            let names = try? CLInfo.string {
                clGetProgramInfo(handle.raw, cl_program_info(CL_PROGRAM_KERNEL_NAMES), $0, $1, $2)
            }
            throw .invalidPlan("there is no kernel '\(name)' (\(error)); the sources define \(names ?? "none")")
        }
    }

    private func build(options: [String]) throws(DeviceFailure) {
        var target: cl_device_id? = device
        let code = clBuildProgram(handle.raw, 1, &target, options.joined(separator: " "), nil, nil)
        let status = CLStatus(rawValue: code)
        if status == .success { return }
        if status.isMemoryExhaustion { throw .outOfMemory("the compiler ran out of memory (\(status))") }
        let text = log
        throw .compileError(log: text.isEmpty ? "the compiler refused the sources (\(status))" : text)
    }

    private static func marked(_ source: Solution.Source) -> String {
        let path = source.path.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline }
        return "#line 1 \"\(path)\"\n\(source.content)"
    }

    private static func refusing<T>(_ body: () throws(CLStatus) -> T) throws(DeviceFailure) -> T {
        do { return try body() } catch { throw error.asFailure("the program could not be made") }
    }
}

extension CLStatus {
    /// The status as a refusal of a solution.
    func asFailure(_ what: String) -> DeviceFailure {
        isMemoryExhaustion ? .outOfMemory("\(what) (\(self))") : .launchError("\(what) (\(self))")
    }
}
