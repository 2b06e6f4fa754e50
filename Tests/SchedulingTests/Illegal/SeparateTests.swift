import KernelIR
import Scheduling
import Testing

/// The ways in which `separate` is illegal.
@Suite struct IllegalSeparateTests {
    @Test(arguments: ["b", "z"]) func axesThatAreNotReduced(_ axis: String) throws {
        expectIllegal(
            .separate(Separate(stage: "pool", axis: axis)), try scheduled(WindowPrograms.pool(4, 8)), .unknownName,
            at: ["pool", axis], hint: "reduced axes: p q")
    }

    @Test func oneReducedAxis() throws {
        expectIllegal(
            .separate(Separate(stage: "window", axis: "w")), try scheduled(MorePrograms.paddedWindow(16, 3)),
            .illegalDataFlow, at: ["window", "w"], hint: "two axes or more")
    }

    @Test func scheduledLoops() throws {
        let state = try scheduled(WindowPrograms.pool(4, 8), [.bind(Bind(stage: "pool", loop: "b"))])
        expectIllegal(
            .separate(Separate(stage: "pool", axis: "q")), state, .illegalOrder, at: ["pool"],
            hint: "before their loops")
    }

    @Test func monoidsThatDoNotCommute() throws {
        var program = MorePrograms.recurrence(1, 6)
        guard let monoid = program.stages[0].monoid else { return }
        program.stages[0].kind = .reduce(monoid, over: [Axis("q", 3), Axis("r", 6)])
        expectIllegal(
            .separate(Separate(stage: "affine", axis: "r")), try scheduled(program), .illegalOrder, at: ["affine"],
            hint: "sums")
    }

    @Test func axesThatDoNotSlide() throws {
        expectIllegal(
            .separate(Separate(stage: "norm", axis: "norm.j")), try scheduled(MorePrograms.frobenius(2, 3, 4)),
            .illegalDataFlow, at: ["norm.j"], hint: "axes of windows")
    }

    @Test func twoRatios() throws {
        var program = WindowPrograms.pool(4, 8)
        let other = Expr.load(
            Load(
                "x", [.axis("b"), .axis("p"), .axis("q") * 2 + .axis("j")],
                bounds: [
                    Bound(.axis("q") * 2 + .axis("j"), below: 4), Bound(.axis("p"), below: 2),
                ]))
        program.stages[0].body = [program.stages[0].body[0] + other]
        expectIllegal(
            .separate(Separate(stage: "pool", axis: "q")), try scheduled(program), .illegalDataFlow, at: ["pool", "q"],
            hint: "axes of windows")
    }
}
