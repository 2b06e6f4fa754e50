@testable import Evaluation

extension Attack {
    /// A connection to the network.
    static let openSocket = Attack(
        "open a socket", on: .relu, source: "packages fetched by the candidate",
        aim: "a connection to the network",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(41, ["2L", "1L", "0L"]))
}
