import COpenCL
import KernelIR
import Rendering

/// What a compiled kernel declares, against which its launches are checked.
struct KernelSignature {
    private struct Parameter {
        var name: String
        var type: String
        var address: cl_kernel_arg_address_qualifier
    }

    private let parameters: [Parameter]
    /// The work-group size the kernel requires, zeros if none.
    private let requiredBlock: [Int]
    private let maxGroupSize: Int

    init(_ kernel: CLHandle, device: cl_device_id) throws(CLStatus) {
        let count: cl_uint = try CLInfo.value(of: 0) {
            clGetKernelInfo(kernel.raw, cl_kernel_info(CL_KERNEL_NUM_ARGS), $0, $1, $2)
        }
        parameters = try (0..<count).map { index throws(CLStatus) in try Self.parameter(index, of: kernel) }
        requiredBlock = try CLInfo.list(of: 0) {
            clGetKernelWorkGroupInfo(
                kernel.raw, device, cl_kernel_work_group_info(CL_KERNEL_COMPILE_WORK_GROUP_SIZE), $0, $1, $2)
        }
        maxGroupSize = try CLInfo.value(of: 0) {
            clGetKernelWorkGroupInfo(
                kernel.raw, device, cl_kernel_work_group_info(CL_KERNEL_WORK_GROUP_SIZE), $0, $1, $2)
        }
    }

    /// The first contradiction between a launch and the kernel, or nil.
    ///
    /// A launch with dynamic local memory has one parameter more than arguments, the last, in local memory.
    func firstProblem(in launch: Solution.Launch) -> String? {
        let expected = launch.arguments.count + (launch.sharedBytes > 0 ? 1 : 0)
        guard parameters.count == expected else {
            return "the kernel has \(parameters.count) parameters, the launch gives \(expected)"
        }
        for (parameter, argument) in zip(parameters, launch.arguments) {
            if let problem = problem(parameter, argument) { return "parameter '\(parameter.name)' \(problem)" }
        }
        if launch.sharedBytes > 0,
            parameters.last?.address != cl_kernel_arg_address_qualifier(CL_KERNEL_ARG_ADDRESS_LOCAL)
        {
            return "local memory is asked for, but the last parameter is no local pointer"
        }
        return blockProblem(launch.block)
    }

    private func blockProblem(_ block: [Int]) -> String? {
        let padded = block + Array(repeating: 1, count: 3 - block.count)
        if requiredBlock.contains(where: { $0 != 0 }), requiredBlock != padded {
            return "the kernel requires work-groups of \(requiredBlock), the launch has \(padded)"
        }
        if block.reduce(1, *) > maxGroupSize {
            return "block \(block) exceeds this kernel's \(maxGroupSize) work-items"
        }
        return nil
    }

    private func problem(_ parameter: Parameter, _ argument: Solution.Argument) -> String? {
        let isGlobal =
            parameter.address == cl_kernel_arg_address_qualifier(CL_KERNEL_ARG_ADDRESS_GLOBAL)
            || parameter.address == cl_kernel_arg_address_qualifier(CL_KERNEL_ARG_ADDRESS_CONSTANT)
        guard case .scalar(let type, _) = argument else {
            return isGlobal ? nil : "is no pointer to global memory, the launch gives a buffer"
        }
        if isGlobal { return "is a pointer to global memory, the launch gives a scalar" }
        let names = Self.typeNames[type] ?? []
        return names.contains(parameter.type) ? nil : "has type \(parameter.type), the launch gives \(type.rawValue)"
    }

    private static let typeNames: [DType: Set<String>] = [
        .float32: ["float"], .float64: ["double"], .float16: ["half"], .int8: ["char", "uchar"],
        .uint8: ["uchar"], .int16: ["short"], .uint16: ["ushort"], .int32: ["int", "uint"], .uint32: ["uint"],
        .int64: ["long", "ulong", "size_t"], .uint64: ["ulong", "size_t"],
    ]

    private static func parameter(_ index: cl_uint, of kernel: CLHandle) throws(CLStatus) -> Parameter {
        func text(_ key: Int32) throws(CLStatus) -> String {
            try CLInfo.string { clGetKernelArgInfo(kernel.raw, index, cl_kernel_arg_info(key), $0, $1, $2) }
        }
        let address: cl_kernel_arg_address_qualifier = try CLInfo.value(of: 0) {
            clGetKernelArgInfo(kernel.raw, index, cl_kernel_arg_info(CL_KERNEL_ARG_ADDRESS_QUALIFIER), $0, $1, $2)
        }
        return Parameter(
            name: try text(CL_KERNEL_ARG_NAME), type: try text(CL_KERNEL_ARG_TYPE_NAME), address: address)
    }
}
