import CCUDADriver
import SIMT

/// What results are called, and what they mean here.
enum Results {
    /// The constant's name in `cuda.h` and a text; nil for results that no function here gives.
    static func words(_ code: Int32) -> (name: StaticString, text: StaticString)? {
        switch code {
        case CCUDA_SUCCESS: ("CUDA_SUCCESS", "the call did what it was asked")
        case CCUDA_INVALID_VALUE: ("CUDA_ERROR_INVALID_VALUE", "an argument is out of its range")
        case CCUDA_OUT_OF_MEMORY: ("CUDA_ERROR_OUT_OF_MEMORY", "so much memory is not left")
        case CCUDA_NOT_INITIALIZED: ("CUDA_ERROR_NOT_INITIALIZED", "cuInit was not called")
        case CCUDA_INVALID_DEVICE: ("CUDA_ERROR_INVALID_DEVICE", "there is no device of that number")
        case CCUDA_INVALID_IMAGE: ("CUDA_ERROR_INVALID_IMAGE", "this is no program")
        case CCUDA_INVALID_CONTEXT: ("CUDA_ERROR_INVALID_CONTEXT", "the thread uses no context, or one that ended")
        case CCUDA_NO_BINARY_FOR_GPU: ("CUDA_ERROR_NO_BINARY_FOR_GPU", "the emulator runs PTX, no machine code")
        case CCUDA_INVALID_PTX: ("CUDA_ERROR_INVALID_PTX", "the PTX cannot be parsed")
        case CCUDA_INVALID_HANDLE: ("CUDA_ERROR_INVALID_HANDLE", "the handle stands for nothing")
        case CCUDA_NOT_FOUND: ("CUDA_ERROR_NOT_FOUND", "the program has nothing of that name")
        case CCUDA_ILLEGAL_ADDRESS: ("CUDA_ERROR_ILLEGAL_ADDRESS", "a kernel reached beyond its memory")
        case CCUDA_LAUNCH_TIMEOUT: ("CUDA_ERROR_LAUNCH_TIMEOUT", "a kernel does not come to its end")
        case CCUDA_ASSERT: ("CUDA_ERROR_ASSERT", "an assertion of a kernel does not hold")
        case CCUDA_HARDWARE_STACK_ERROR: ("CUDA_ERROR_HARDWARE_STACK_ERROR", "a kernel's calls are too deep")
        case CCUDA_ILLEGAL_INSTRUCTION: ("CUDA_ERROR_ILLEGAL_INSTRUCTION", "an instruction's operand is illegal")
        case CCUDA_MISALIGNED_ADDRESS:
            ("CUDA_ERROR_MISALIGNED_ADDRESS", "an address is no multiple of the bytes accessed")
        case CCUDA_INVALID_ADDRESS_SPACE:
            ("CUDA_ERROR_INVALID_ADDRESS_SPACE", "an operation is not defined in that memory")
        case CCUDA_INVALID_PC: ("CUDA_ERROR_INVALID_PC", "a kernel jumped to where no code is")
        case CCUDA_LAUNCH_FAILED: ("CUDA_ERROR_LAUNCH_FAILED", "a kernel ended itself, or its warps fell apart")
        case CCUDA_NOT_SUPPORTED: ("CUDA_ERROR_NOT_SUPPORTED", "the emulator cannot do that")
        default: nil
        }
    }
}

extension SIMTFault.Kind {
    /// What a driver calls it.
    var result: Int32 {
        switch self {
        case .outOfBounds, .unmapped, .readOnly: CCUDA_ILLEGAL_ADDRESS
        case .misaligned: CCUDA_MISALIGNED_ADDRESS
        case .wrongSpace: CCUDA_INVALID_ADDRESS_SPACE
        case .assertion: CCUDA_ASSERT
        case .stackOverflow: CCUDA_HARDWARE_STACK_ERROR
        case .callTarget, .branchIndex: CCUDA_INVALID_PC
        case .barrierDeadlock, .warpDeadlock, .instructionLimit: CCUDA_LAUNCH_TIMEOUT
        case .barrierOperand: CCUDA_ILLEGAL_INSTRUCTION
        case .trap, .mask: CCUDA_LAUNCH_FAILED
        case .uninitializedRead, .sharedRace, .globalRace, .barrierDivergence, .maskMisuse: CCUDA_LAUNCH_FAILED
        }
    }
}
