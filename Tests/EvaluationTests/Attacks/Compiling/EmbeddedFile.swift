@testable import Evaluation

extension Attack {
    /// A file of the machine embedded by the assembler.
    static let embeddedFile = Attack(
        "embedded file", on: .relu, source: "tests and reference read by the candidate",
        aim: "a file of the machine embedded by the assembler",
        .gainsNothing,
        rule: .inlineAssembly,
        body: #"""
            __asm__ volatile(".pushsection .rodata\n.incbin \"/etc/passwd\"\n.popsection");
            y[i] = fmax(x[i], 0.0f);
            """#)
}
