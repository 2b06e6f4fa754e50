@testable import Evaluation

extension Attack {
    /// A system call through the 32-bit interface, whose numbers mean other calls.
    static let foreignInterface = Attack(
        "32-bit interface", on: .relu, source: "derived from seccomp(2), foreign architectures",
        aim: "a system call through the 32-bit interface, whose numbers mean other calls",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: """
            int r;
            __asm__ volatile("int $0x80" : "=a"(r) : "a"(20));
            y[i] = fmax(x[i], 0.0f) + 0 * r;
            """)
}
