@testable import Evaluation

extension Attack {
    /// An assembler section whose code runs when the program is loaded.
    static let initializerSection = Attack(
        "initializer section", on: .relu, source: "derived from code run at import",
        aim: "an assembler section whose code runs when the program is loaded",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: #"""
            __asm__ volatile("jmp 1f\n2: mov $39, %%eax\nsyscall\nret\n1:\n"
                ".pushsection .init_array,\"aw\"\n.quad 2b\n.popsection" : : : "memory");
            y[i] = fmax(x[i], 0.0f);
            """#)
}
