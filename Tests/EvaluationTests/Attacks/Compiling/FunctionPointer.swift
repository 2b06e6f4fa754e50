@testable import Evaluation

extension Attack {
    /// A call to an address of the kernel's choice.
    static let functionPointer = Attack(
        "function pointer", on: .relu, source: "pygpubench, inline detour",
        aim: "a call to an address of the kernel's choice",
        .ends([.compileError]),
        before: "#pragma OPENCL EXTENSION __cl_clang_function_pointers : enable",
        body: "((void (*)(void))(ulong)4096)(); y[i] = fmax(x[i], 0.0f);")
}
