import KernelIR

/// The greatest grid and group of a language, by dimension.
struct LaunchLimits: Sendable, Hashable {
    /// Groups along x, y, z.
    var grid: [Int]
    /// Work-items of a group along x, y, z.
    var group: [Int]
    /// Work-items of a group in all.
    var groupSize: Int

    /// Source: CUDA C++ Programming Guide, "Technical Specifications per Compute Capability".
    static let cuda = LaunchLimits(grid: [Int(Int32.max), 65_535, 65_535], group: [1024, 1024, 64], groupSize: 1024)

    /// The kernel with axes fused where a dimension would be too large: x, the last axis, has the most room.
    ///
    /// - Throws: `internalInconsistency` for what no launch can hold.
    func fitted(_ kernel: Kernel) throws -> Kernel {
        let size = kernel.local.reduce(1) { $0 * $1.extent }
        guard size <= groupSize else {
            throw KernelwrightError(
                .internalInconsistency, "kernel \(kernel.name) has groups of \(size) work-items",
                hint: "at most \(groupSize)")
        }
        let groups = kernel.grid.reduce(1) { $0 * $1.extent }
        guard groups <= grid[0] else {
            throw KernelwrightError(
                .internalInconsistency, "kernel \(kernel.name) has a grid of \(groups) groups",
                hint: "at most \(grid[0]); give each group more work")
        }
        var result = kernel
        let ranges = Ranges(kernel.grid + kernel.local)
        var replacements: [String: Index] = [:]
        if !fits(kernel.launchGrid, grid) {
            result.grid = [fused(kernel.grid, "groups", &replacements)]
            result.rasterization = nil
        }
        if !fits(kernel.local, group) { result.local = [fused(kernel.local, "items", &replacements)] }
        guard !replacements.isEmpty else { return kernel }
        result.body = kernel.body.substituting(
            replacements, (result.grid + result.local).reduce(ranges) { $0.adding($1.name, 0...($1.extent - 1)) })
        return result
    }

    private func fits(_ axes: [Axis], _ limits: [Int]) -> Bool {
        axes.count > limits.count || zip(axes.reversed(), limits).allSatisfy { $0.extent <= $1 }
    }

    /// One axis for several, the last one fastest; notes what each of them is of it.
    private func fused(_ axes: [Axis], _ name: String, _ replacements: inout [String: Index]) -> Axis {
        let joined = Axis(
            axes.map(\.name).joined(separator: ".") + "." + name, axes.reduce(1) { $0 * $1.extent })
        let ranges = Ranges([joined])
        var stride = 1
        for axis in axes.reversed() {
            let position = Index.axis(joined.name).divided(by: stride, ranges)
            replacements[axis.name] = position.remainder(by: axis.extent, ranges)
            stride *= axis.extent
        }
        return joined
    }
}

extension [Statement] {
    /// Replaces axes of the grid everywhere; `ranges` know the new axes.
    fileprivate func substituting(_ replacements: [String: KernelIR.Index], _ ranges: Ranges) -> [Statement] {
        map { statement in
            switch statement {
            case .loop(let axis, let start, let end, let kind, let body):
                let inner = start < end ? ranges.adding(axis, start...(end - 1)) : ranges
                return .loop(
                    axis: axis, start: start, end: end, kind: kind, body: body.substituting(replacements, inner))
            case .store(let stores): return .store(stores.map { $0.substituting(replacements, ranges) })
            case .when(let bounds, let then, let otherwise):
                return .when(
                    bounds.map { $0.substituting(replacements, ranges) }, then: then.substituting(replacements, ranges),
                    otherwise: otherwise.substituting(replacements, ranges))
            case .combine(let reduction): return .combine(reduction.substituting(replacements, ranges))
            case .matrix(let product): return .matrix(product.substituting(replacements, ranges))
            case .allocate, .barrier: return statement
            case .asyncCopy(let copy):
                return .asyncCopy(copy.mapStores { $0.map { $0.substituting(replacements, ranges) } })
            }
        }
    }
}

extension Store {
    /// Replaces axes; `ranges` are those of the new axes.
    func substituting(_ replacements: [String: Index], _ ranges: Ranges) -> Store {
        var result = self
        result.indices = indices.map { $0.substituting(replacements, ranges) }
        result.value = value.substituting(replacements, ranges)
        result.bounds = bounds.map { $0.substituting(replacements, ranges) }
        return result
    }
}
