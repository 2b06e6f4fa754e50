@testable import Evaluation

extension Attack {
    /// A file of the machine read by the preprocessor.
    static let includedFile = Attack(
        "included file", on: .relu, source: "tests and reference read by the candidate",
        aim: "a file of the machine read by the preprocessor",
        .ends([.compileError]),
        rule: .include,
        before: """
            #include "/etc/passwd"
            """)
}
