import KernelIR

/// Tensor cores, by inline PTX: what CUDA C++ offers for them is in headers, which a solution may not include.
///
/// Source: PTX ISA, "Multiply-and-Accumulate Instruction: mma" and "Data Movement and Conversion Instructions: cvt".
extension CUDADialect: MatrixInstructions {
    func multiplyAdd(
        _ format: MatrixFormat, _ sums: [Value], of type: DType, left: [Value], right: [Value]
    ) -> String {
        "\(Self.name(format, type))(\((sums + left + right).map(\.text).joined(separator: ", ")))"
    }

    func loadPair(_ pointer: String, _ index: Value) -> Value {
        Value("*reinterpret_cast<const unsigned int *>(\(address(pointer, index)))", .uint32, .unary)
    }

    func loadBits(_ pointer: String, _ index: Value) -> Value { Value("\(pointer)[\(index.text)]", .uint16) }

    func joined(_ low: Value, _ high: Value) -> Value { Value("kw_pair(\(low.text), \(high.text))", .uint32) }

    func rounded(_ values: [Value], to format: MatrixFormat) -> Value {
        Value("kw_\(format.rawValue)_operand(\(values.map(\.text).joined(separator: ", ")))", .uint32)
    }

    private static func name(_ format: MatrixFormat, _ sum: DType) -> String {
        "kw_multiply_\(format.rawValue)" + (sum == .float16 ? "_in_float16" : "")
    }

    /// The functions that kernels call, as `definitions` has them.
    static let matrixDefinitions: [(word: String, lines: [String])] = {
        let pair = """
            __device__ __forceinline__ unsigned int kw_pair(unsigned short low, unsigned short high) {
                return low | (unsigned int)high << 16;
            }
            """
        let single = """
            __device__ __forceinline__ unsigned int kw_tf32_operand(float x) {
                unsigned int bits;
                asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
                return bits;
            }
            """
        var result: [(word: String, lines: [String])] = [
            (word: "kw_pair", lines: pair.lines), (word: "kw_tf32_operand", lines: single.lines),
            (word: "kw_float16_operand", lines: conversion("kw_float16_operand", "cvt.rn.f16x2.f32")),
            (word: "kw_bfloat16_operand", lines: conversion("kw_bfloat16_operand", "cvt.rn.bf16x2.f32")),
        ]
        for format in MatrixFormat.allCases {
            result.append((word: name(format, .float32), lines: product(format)))
        }
        result.append((word: name(.float16, .float16), lines: halfProduct))
        return result
    }()

    /// Two values as a pair; the upper half is the instruction's first operand.
    private static func conversion(_ name: String, _ instruction: String) -> [String] {
        """
        __device__ __forceinline__ unsigned int \(name)(float low, float high) {
            unsigned int pair;
            asm("\(instruction) %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
            return pair;
        }
        """.lines
    }

    private static let operands = """
        unsigned int a0, unsigned int a1, unsigned int a2, unsigned int a3, unsigned int b0, unsigned int b1) {
        """

    private static func product(_ format: MatrixFormat) -> [String] {
        let type =
            switch format {
            case .float16: "f16"
            case .bfloat16: "bf16"
            case .tf32: "tf32"
            }
        let instruction = "mma.sync.aligned.m16n8k\(format.depth).row.col.f32.\(type).\(type).f32"
        return """
            __device__ __forceinline__ void \(name(format, .float32))(float &c0, float &c1, float &c2, float &c3,
                \(operands)
                asm volatile(
                    "\(instruction) {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                    : "+f"(c0), "+f"(c1), "+f"(c2), "+f"(c3)
                    : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
            }
            """.lines
    }

    /// Sums of float16 are pairs for the instruction and float32 variables for all else, between which nothing is lost.
    private static let halfProduct = """
        __device__ __forceinline__ void \(name(.float16, .float16))(float &c0, float &c1, float &c2, float &c3,
            \(operands)
            unsigned int upper = kw_float16_operand(c0, c1), lower = kw_float16_operand(c2, c3);
            asm volatile(
                "mma.sync.aligned.m16n8k16.row.col.f16.f16.f16.f16 {%0, %1}, {%2, %3, %4, %5}, {%6, %7}, {%0, %1};"
                : "+r"(upper), "+r"(lower)
                : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
            c0 = \(fromHalf)((unsigned short)upper);
            c1 = \(fromHalf)((unsigned short)(upper >> 16));
            c2 = \(fromHalf)((unsigned short)lower);
            c3 = \(fromHalf)((unsigned short)(lower >> 16));
        }
        """.lines
}
