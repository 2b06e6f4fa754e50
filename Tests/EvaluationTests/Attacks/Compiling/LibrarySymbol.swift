@testable import Evaluation

extension Attack {
    /// The dynamic linker asked for a function.
    static let librarySymbol = Attack(
        "dynamic symbol", on: .relu, source: "pygpubench, GOT patch",
        aim: "the dynamic linker asked for a function",
        .ends([.compileError]),
        before: "void *dlopen(const char *path, int mode);",
        body: "dlopen(0, 2); y[i] = fmax(x[i], 0.0f);")
}
