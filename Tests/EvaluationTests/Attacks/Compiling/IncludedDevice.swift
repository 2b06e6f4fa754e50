@testable import Evaluation

extension Attack {
    /// An endless file read by the preprocessor.
    static let includedDevice = Attack(
        "included device", on: .relu, source: "derived: denial of service",
        aim: "an endless file read by the preprocessor",
        .gainsNothing,
        rule: .include,
        before: """
            #include "/dev/zero"
            """)
}
