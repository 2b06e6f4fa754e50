import KernelIR

extension TileGPU {
    /// Tiles worth trying for a product, the best guess first; the last one stages nothing.
    ///
    /// The list depends on its arguments alone. Its order is a guess: padded results of the busiest core, with a share
    /// for reads of operands that larger tiles save, and for waiting where a core has few work-items.
    public static func candidates(for product: ProductShape, target: TargetProfile) -> [TileGPU] {
        var joined = product
        joined.columns *= product.joined
        joined.batch /= product.joined
        var tiles = forms.map { (tile: $0, cost: $0.cost(product, target)) }
        for var form in forms where product.joined > 1 {
            form.joinsPlaces = true
            tiles.append((tile: form, cost: form.cost(joined, target)))
        }
        let ranked = tiles.enumerated().sorted { left, right in
            (left.element.cost, left.offset) < (right.element.cost, right.offset)
        }
        let staged = ranked.prefix(4).flatMap { form -> [TileGPU] in
            let shape = form.element.tile.joinsPlaces ? joined : product
            return form.element.tile.variants(shape, target)
        }
        return staged + [TileGPU(rowItems: 8, columnItems: 32, columns: 4, warpRows: 0, staged: nil)]
    }

    /// Blocks of 128 × 128 results down to 16 × 32.
    private static let forms: [TileGPU] = [
        TileGPU(rowItems: 16, columnItems: 8, rows: 8, columns: 16, warpRows: 8),
        TileGPU(rowItems: 16, columnItems: 16, rows: 8, columns: 8),
        TileGPU(rowItems: 8, columnItems: 16, rows: 8, columns: 8),
        TileGPU(rowItems: 16, columnItems: 8, rows: 8, columns: 8),
        TileGPU(rowItems: 8, columnItems: 8, rows: 8, columns: 8),
        TileGPU(rowItems: 16, columnItems: 16, rows: 4, columns: 4),
        TileGPU(rowItems: 8, columnItems: 16, rows: 4, columns: 4),
        TileGPU(rowItems: 8, columnItems: 8, rows: 4, columns: 4),
        TileGPU(rowItems: 4, columnItems: 8, rows: 4, columns: 4),
    ]

    /// Steps that are staged at a time, and copies that take turns.
    private static let copies: [(depth: Int, stages: Int)] = [(16, 1), (8, 3), (8, 1), (16, 2)]

    private func variants(_ product: ProductShape, _ target: TargetProfile) -> [TileGPU] {
        let tile = fitted(product.rows, product.columns, target)
        let blocks = tile.blocks(product)
        return Self.copies.filter { $0.stages == 1 || product.depth >= 4 * $0.depth }.map { copy in
            var variant = self
            (variant.depth, variant.pipelineStages, variant.writtenSteps) = (copy.depth, copy.stages, 4)
            variant.rasterization = min(blocks.rows, blocks.columns) > 8 ? .grouped(8) : nil
            return variant
        }
    }

    private func blocks(_ product: ProductShape) -> (rows: Int, columns: Int) {
        let (height, width) = (rowItems * rows, columnItems * columns)
        return ((product.rows + height - 1) / height, (product.columns + width - 1) / width)
    }

    /// A guess in no unit, good for comparing tiles of one product.
    private func cost(_ product: ProductShape, _ target: TargetProfile) -> Double {
        let tile = fitted(product.rows, product.columns, target)
        let (height, width) = (Double(tile.rowItems * tile.rows), Double(tile.columnItems * tile.columns))
        let blocks = tile.blocks(product)
        let groups = Double(blocks.rows * blocks.columns * product.batch)
        // Reads of local memory for each product by the item's tile, of device memory by the group's block.
        let reads = 1.5 * (1 / Double(tile.rows) + 1 / Double(tile.columns)) + 16 * (1 / height + 1 / width)
        let work = height * width * (1 + reads)
        let items = Double(tile.rowItems * tile.columnItems)
        return max((groups / Double(target.cores)).rounded(.up) * work, work * 256 / items)
    }
}
