import COpenCL

/// An OpenCL status code; zero is success, `CL/cl.h` lists the others.
public struct CLStatus: RawRepresentable, Error, Sendable, Hashable, CustomStringConvertible {
    public var rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let success = CLStatus(rawValue: CL_SUCCESS)

    /// The constant's name in the OpenCL specification, without its `CL_`.
    public var description: String { Self.names[rawValue] ?? "OpenCL error \(rawValue)" }

    /// Whether the code says that memory ran out.
    var isMemoryExhaustion: Bool {
        [CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_RESOURCES, CL_OUT_OF_HOST_MEMORY, CL_INVALID_BUFFER_SIZE]
            .contains(rawValue)
    }

    /// Throws the status unless it is success.
    static func check(_ code: cl_int) throws(CLStatus) {
        guard code == CL_SUCCESS else { throw CLStatus(rawValue: code) }
    }

    /// Calls a function that returns an object and a status.
    static func make<Object>(_ body: (UnsafeMutablePointer<cl_int>) -> Object?) throws(CLStatus) -> Object {
        var code = CL_SUCCESS
        let object = body(&code)
        try check(code)
        guard let object else { throw CLStatus(rawValue: CL_OUT_OF_HOST_MEMORY) }
        return object
    }

    private static let names: [Int32: String] = [
        0: "SUCCESS", -1: "DEVICE_NOT_FOUND", -2: "DEVICE_NOT_AVAILABLE", -3: "COMPILER_NOT_AVAILABLE",
        -4: "MEM_OBJECT_ALLOCATION_FAILURE", -5: "OUT_OF_RESOURCES", -6: "OUT_OF_HOST_MEMORY",
        -7: "PROFILING_INFO_NOT_AVAILABLE", -8: "MEM_COPY_OVERLAP", -9: "IMAGE_FORMAT_MISMATCH",
        -10: "IMAGE_FORMAT_NOT_SUPPORTED", -11: "BUILD_PROGRAM_FAILURE", -12: "MAP_FAILURE",
        -13: "MISALIGNED_SUB_BUFFER_OFFSET", -14: "EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST",
        -15: "COMPILE_PROGRAM_FAILURE", -16: "LINKER_NOT_AVAILABLE", -17: "LINK_PROGRAM_FAILURE",
        -18: "DEVICE_PARTITION_FAILED", -19: "KERNEL_ARG_INFO_NOT_AVAILABLE", -30: "INVALID_VALUE",
        -31: "INVALID_DEVICE_TYPE", -32: "INVALID_PLATFORM", -33: "INVALID_DEVICE", -34: "INVALID_CONTEXT",
        -35: "INVALID_QUEUE_PROPERTIES", -36: "INVALID_COMMAND_QUEUE", -37: "INVALID_HOST_PTR",
        -38: "INVALID_MEM_OBJECT", -42: "INVALID_BINARY", -43: "INVALID_BUILD_OPTIONS", -44: "INVALID_PROGRAM",
        -45: "INVALID_PROGRAM_EXECUTABLE", -46: "INVALID_KERNEL_NAME", -47: "INVALID_KERNEL_DEFINITION",
        -48: "INVALID_KERNEL", -49: "INVALID_ARG_INDEX", -50: "INVALID_ARG_VALUE", -51: "INVALID_ARG_SIZE",
        -52: "INVALID_KERNEL_ARGS", -53: "INVALID_WORK_DIMENSION", -54: "INVALID_WORK_GROUP_SIZE",
        -55: "INVALID_WORK_ITEM_SIZE", -56: "INVALID_GLOBAL_OFFSET", -57: "INVALID_EVENT_WAIT_LIST",
        -58: "INVALID_EVENT", -59: "INVALID_OPERATION", -61: "INVALID_BUFFER_SIZE",
        -63: "INVALID_GLOBAL_WORK_SIZE", -64: "INVALID_PROPERTY", -66: "INVALID_COMPILER_OPTIONS",
        -67: "INVALID_LINKER_OPTIONS", -68: "INVALID_DEVICE_PARTITION_COUNT", -1001: "PLATFORM_NOT_FOUND",
    ]
}
