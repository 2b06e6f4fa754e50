/// A product of matrices of m16n8k…, and how its sums are made.
///
/// The PTX manual leaves order and rounding of the sums open (`mma`, "Precision and rounding"). The emulator says what
/// it does (`kw_multiply`): a product is exact and added with one rounding to single precision, k ascending; a result
/// in half precision is rounded once more at the end; whole numbers wrap or clamp at the end.
struct MatrixOperation: Sendable {
    /// What stands in A and B.
    enum Element: Sendable, Hashable {
        case float(FloatFormat)
        case signedByte, unsignedByte
    }

    var name: String
    var k: Int
    var element: Element
    /// Of C and D; nil for whole numbers of 32 bits.
    var sum: FloatFormat?
    /// Whether whole numbers are clamped.
    var saturates = false

    static let all = [
        MatrixOperation(name: "m16n8k8.row.col.f32.f16.f16.f32", k: 8, element: .float(.half), sum: .single),
        MatrixOperation(name: "m16n8k16.row.col.f32.f16.f16.f32", k: 16, element: .float(.half), sum: .single),
        MatrixOperation(name: "m16n8k16.row.col.f16.f16.f16.f16", k: 16, element: .float(.half), sum: .half),
        MatrixOperation(name: "m16n8k8.row.col.f32.bf16.bf16.f32", k: 8, element: .float(.bfloat), sum: .single),
        MatrixOperation(name: "m16n8k16.row.col.f32.bf16.bf16.f32", k: 16, element: .float(.bfloat), sum: .single),
        MatrixOperation(name: "m16n8k4.row.col.f32.tf32.tf32.f32", k: 4, element: .float(.tensorFloat), sum: .single),
        MatrixOperation(name: "m16n8k8.row.col.f32.tf32.tf32.f32", k: 8, element: .float(.tensorFloat), sum: .single),
        MatrixOperation(name: "m16n8k32.row.col.s32.s8.s8.s32", k: 32, element: .signedByte, sum: nil),
        MatrixOperation(
            name: "m16n8k32.row.col.satfinite.s32.u8.u8.s32", k: 32, element: .unsignedByte, saturates: true),
    ]

    /// As PTX writes it, without operands.
    var instruction: String { "mma.sync.aligned.\(name)" }

    /// Elements of A and B side by side in a register.
    var perRegister: Int {
        switch element {
        case .float(let format): format == .tensorFloat ? 1 : 2
        case .signedByte, .unsignedByte: 4
        }
    }

    /// Registers of a lane for A, B, and C or D.
    var registers: (a: Int, b: Int, c: Int) { (k / (2 * perRegister), k / (4 * perRegister), sum == .half ? 2 : 4) }

    // MARK: Fragments, as the figures of the PTX manual draw them

    /// Row and column of part `part` of register `register` of a lane's fragment of A.
    func placeInA(_ lane: Int, _ register: Int, _ part: Int) -> (row: Int, column: Int) {
        (
            lane / 4 + 8 * (register % 2),
            lane % 4 * perRegister + part + register / 2 * 4 * perRegister
        )
    }

    func placeInB(_ lane: Int, _ register: Int, _ part: Int) -> (row: Int, column: Int) {
        (lane % 4 * perRegister + part + register * 4 * perRegister, lane / 4)
    }

    /// Of element `index` of C or D.
    func placeInC(_ lane: Int, _ index: Int) -> (row: Int, column: Int) {
        (lane / 4 + 8 * (index / 2), 2 * (lane % 4) + index % 2)
    }

    // MARK: The sum

    /// One element of D: a row of A, a column of B and the element of C.
    func result(_ row: [UInt64], _ column: [UInt64], _ addend: UInt64) -> UInt64 {
        guard let sum, case .float(let format) = element else { return wholeResult(row, column, addend) }
        let single = FloatFormat.single
        var made = single.bits(sum.value(addend))
        for (a, b) in zip(row, column) {
            made = single.bits(
                .fused(format.value(a), format.value(b), single.value(made), .nearestEven))
        }
        return sum == single ? made : sum.bits(single.value(made))
    }

    private func wholeResult(_ row: [UInt64], _ column: [UInt64], _ addend: UInt64) -> UInt64 {
        func number(_ bits: UInt64) -> Int64 {
            element == .signedByte ? Int64(Int8(truncatingIfNeeded: bits)) : Int64(bits & 0xff)
        }
        var sum = Int64(Int32(truncatingIfNeeded: addend))
        for (a, b) in zip(row, column) { sum += number(a) * number(b) }
        if saturates { sum = min(max(sum, Int64(Int32.min)), Int64(Int32.max)) }
        return UInt64(UInt32(truncatingIfNeeded: sum))
    }
}
