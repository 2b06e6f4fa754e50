import KernelIR
import Workloads

/// For each axis of an index space the offsets of its positions: element `[i, j, …]` lies at
/// `start + tables[0][i] + tables[1][j] + …` of a buffer.
///
/// Slices, flips, rolls, permutations, expansions, windows, reflections and selections by index differ in their tables only.
struct AxisOffsets {
    var start = 0
    var tables: [[Int]]

    /// Every element of a row-major tensor, in order.
    init(_ shape: [Int]) {
        tables = zip(shape, Shape.strides(shape)).map { extent, stride in (0..<extent).map { $0 * stride } }
    }

    /// The elements of a row-major tensor at chosen positions along one axis.
    init(_ shape: [Int], axis: Int, at positions: [Int]) {
        self.init(shape)
        let stride = Shape.strides(shape)[axis]
        tables[axis] = positions.map { $0 * stride }
    }

    init(start: Int = 0, tables: [[Int]]) { (self.start, self.tables) = (start, tables) }

    var shape: [Int] { tables.map(\.count) }

    /// Goes through the index space in rows, in parallel: `body` gets the number of the row's first element, the row's
    /// start in the buffer and the offsets of its elements from there, and whether those are 0, 1, 2 …
    ///
    /// Trailing axes are put together until rows are long enough to hide the walk over the others.
    func forEachRow(_ body: (_ first: Int, _ start: Int, _ offsets: UnsafeBufferPointer<Int>, _ isRun: Bool) -> Void) {
        guard shape.allSatisfy({ $0 > 0 }) else { return }
        var outer = tables
        var row = outer.popLast() ?? [0]
        while row.count < Self.rowLength, let axis = outer.popLast() {
            row = axis.flatMap { offset in row.map { offset + $0 } }
        }
        let width = row.count
        let base = start + row[0]
        for j in row.indices.reversed() { row[j] -= row[0] }
        let isRun = row.indices.allSatisfy { row[$0] == $0 }
        row.withUnsafeBufferPointer { offsets in
            Parallel.run(outer.map(\.count).reduce(1, *), grain: max(1, Self.grain / width)) { range in
                var walk = OffsetWalk(tables: outer, position: range.lowerBound)
                for row in range {
                    body(row * width, base + walk.offset, offsets, isRun)
                    walk.advance()
                }
            }
        }
    }

    private static let rowLength = 256
    private static let grain = 1 << 15
}

/// Walks over an index space row-major and keeps the sum of the offsets.
private struct OffsetWalk {
    private let tables: [[Int]]
    private var index: [Int]
    private(set) var offset: Int

    init(tables: [[Int]], position: Int) {
        self.tables = tables
        index = [Int](repeating: 0, count: tables.count)
        var rest = position
        for axis in tables.indices.reversed() {
            index[axis] = rest % tables[axis].count
            rest /= tables[axis].count
        }
        offset = zip(tables, index).reduce(0) { $0 + $1.0[$1.1] }
    }

    mutating func advance() {
        for axis in tables.indices.reversed() {
            offset -= tables[axis][index[axis]]
            index[axis] += 1
            guard index[axis] == tables[axis].count else {
                offset += tables[axis][index[axis]]
                return
            }
            index[axis] = 0
            offset += tables[axis][0]
        }
    }
}

extension Tensor {
    /// The elements at the given offsets; all must lie within the tensor.
    func read(_ places: AxisOffsets) -> Tensor {
        Tensor(dtype: dtype, shape: places.shape) { out in
            values.withUnsafeBufferPointer { x in
                guard let x = x.baseAddress else { return }
                places.forEachRow { first, start, offsets, isRun in
                    if isRun {
                        (out + first).initialize(from: x + start, count: offsets.count)
                    } else {
                        for j in offsets.indices { (out + first + j).initialize(to: x[start + offsets[j]]) }
                    }
                }
            }
        }
    }

    /// Puts the elements, in order, at the given offsets of a buffer; no two offsets may be equal.
    func write(to out: UnsafeMutablePointer<Scalar>, at places: AxisOffsets) {
        values.withUnsafeBufferPointer { x in
            guard let x = x.baseAddress else { return }
            places.forEachRow { first, start, offsets, isRun in
                if isRun {
                    (out + start).initialize(from: x + first, count: offsets.count)
                } else {
                    for j in offsets.indices { (out + start + offsets[j]).initialize(to: x[first + j]) }
                }
            }
        }
    }

    /// The elements at chosen positions along some axes.
    func picked(_ positions: [Int: [Int]]) -> Tensor {
        var places = AxisOffsets(shape)
        let strides = Shape.strides(shape)
        for (axis, chosen) in positions { places.tables[axis] = chosen.map { $0 * strides[axis] } }
        return read(places)
    }
}
