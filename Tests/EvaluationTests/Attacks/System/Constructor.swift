@testable import Evaluation

extension Attack {
    /// Code that runs when the program is loaded.
    static let constructor = Attack(
        "constructor", on: .relu, source: "derived from code run at import",
        aim: "code that runs when the program is loaded",
        .ends([.sandboxViolation]),
        rule: .attribute,
        before: """
            __attribute__((constructor, noinline)) void evil(void) {
                long r = 39;
                __asm__ volatile("syscall" : "+a"(r) : : "rcx", "r11", "memory");
            }
            """,
        body: "y[i] = fmax(x[i], 0.0f); if (x[1] == 12345.0f) evil();")
}
