import KernelIR
import Workloads

/// A diagonal of two axes of a tensor, laid along a new last axis.
struct Diagonal {
    /// Where its elements lie.
    let places: AxisOffsets

    /// Reads the offset and the two axes at the given argument positions.
    init<Scalar: ReferenceScalar>(
        _ call: OperatorCall<Scalar>, _ shape: [Int], offset position: Int, axes: (Int, Int), defaults: (Int, Int)
    ) throws {
        let offset = try call.int(position, "offset", default: 0)
        let first = try call.axis(try call.int(axes.0, "dim1", default: defaults.0), of: shape.count)
        let second = try call.axis(try call.int(axes.1, "dim2", default: defaults.1), of: shape.count)
        guard first != second, shape.count >= 2 else {
            throw call.error("axes \(first) and \(second) of rank \(shape.count)", hint: "name two different axes")
        }
        let strides = Shape.strides(shape)
        let (row, column) = offset < 0 ? (offset.magnitude, 0) : (0, offset.magnitude)
        let height = max(shape[first] - Int(clamping: row), 0)
        let length = min(height, max(shape[second] - Int(clamping: column), 0))
        var tables = AxisOffsets(shape).tables
        for axis in [first, second].sorted(by: >) { tables.remove(at: axis) }
        tables.append((0..<length).map { $0 * (strides[first] + strides[second]) })
        let start = length > 0 ? Int(row) * strides[first] + Int(column) * strides[second] : 0
        places = AxisOffsets(start: start, tables: tables)
    }
}
