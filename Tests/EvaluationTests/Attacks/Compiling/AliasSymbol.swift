@testable import Evaluation

extension Attack {
    /// A function under a second name, which takes the compiler down.
    static let aliasSymbol = Attack(
        "symbol alias", on: .relu, source: "derived: PoCL 3.1 dies of it",
        aim: "a function under a second name, which takes the compiler down",
        .ends([.compileError, .crashed]),
        rule: .attribute,
        before: """
            int evil(int a) { return a; }
            int other(int) __attribute__((alias("evil")));
            """,
        body: "y[i] = fmax(x[i], 0.0f) + other(0);")
}
