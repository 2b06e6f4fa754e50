import KernelIR

/// Programs that need only sums of products: what the distributive law shortens.
enum FactoredPrograms {
    /// Half the sum of the rows of a product to which a vector is added.
    static func summedProduct(_ m: Int, _ n: Int, _ k: Int) -> TensorProgram {
        var program = SamplePrograms.matmul(m, n, k)
        program.buffers[2].role = .temporary
        program.buffers += [Buffer("bias", shape: [n], role: .input), Buffer("s", shape: [m], role: .output)]
        program.stages[0].finish = [.state(0) + .load("bias", [.axis("n")])]
        program.stages.append(
            .reduce(
                "sum", [Axis("row", m)], .sum(), over: [Axis("r", n)],
                [.load("c", [.axis("row"), .axis("r")]) / .float(2) - .float(3)], finish: [.state(0) * .float(0.25)],
                into: ["s"]))
        return program
    }

    /// Means over blocks of a convolution's results, flattened over samples and channels; reads beyond the input are 0.
    static func pooledConvolution(samples: Int, channels: Int, length: Int, pool: Int) -> TensorProgram {
        let (window, results) = (3, length / pool * pool)
        let position = Index.axis("n") + .axis("k1") + -1
        let input = Expr.load(
            Load("x", [.axis("b"), .axis("k0"), position], bounds: [Bound(position, below: length)]))
        let weight = Expr.load("w", [.axis("m"), .axis("k0"), .axis("k1")])
        let (row, ranges) = (Index.axis("row"), Ranges([Axis("row", samples * channels)]))
        let place = [
            row.divided(by: channels, ranges), row.remainder(by: channels, ranges), Index.axis("i") * pool + .axis("r"),
        ]
        return TensorProgram(
            name: "pooledConvolution",
            buffers: [
                Buffer("x", shape: [samples, 2, length], role: .input),
                Buffer("w", shape: [channels, 2, window], role: .parameter),
                Buffer("c", shape: [samples, channels, results], role: .temporary),
                Buffer("y", shape: [samples * channels, length / pool], role: .output),
            ],
            stages: [
                .reduce(
                    "conv", [Axis("b", samples), Axis("m", channels), Axis("n", results)], .sum(),
                    over: [Axis("k0", 2), Axis("k1", window)], [weight * input], finish: [.state(0)], into: ["c"]),
                .reduce(
                    "pool", [Axis("row", samples * channels), Axis("i", length / pool)], .sum(),
                    over: [Axis("r", pool)], [.load("c", place)], finish: [.state(0) * .float(1 / Double(pool))],
                    into: ["y"]),
            ])
    }
}
