/// What stands at the top of a source that uses it.
extension CUDADialect {
    /// The function from float16's bits to a float32.
    static let fromHalf = "kw_float16"
    /// The function from a float32 to float16's bits.
    static let toHalf = "kw_float16_bits"

    /// Lines with the word that asks for them; the names of `ElementaryFunctions` are OpenCL's.
    ///
    /// NVRTC has no header of its own and defines no `INFINITY`. The conversions of float16 are exact, round to nearest
    /// even and keep NaN, also where denormals are flushed; `cuda_fp16.h` has them as instructions, but a solution may
    /// include nothing.
    static let definitions: [(word: String, lines: [String])] = [
        ("INFINITY", ["#define INFINITY __int_as_float(0x7f800000)"]),
        ("NAN", ["#define NAN __int_as_float(0x7fffffff)"]),
        ("as_float", ["__device__ __forceinline__ float as_float(int x) { return __int_as_float(x); }"]),
        ("as_int", ["__device__ __forceinline__ int as_int(float x) { return __float_as_int(x); }"]),
        ("convert_float", ["__device__ __forceinline__ float convert_float(int x) { return (float)x; }"]),
        (
            "select",
            ["__device__ __forceinline__ float select(float a, float b, bool isB) { return isB ? b : a; }"]
        ),
        (
            fromHalf,
            """
            __device__ __forceinline__ float \(fromHalf)(unsigned short h) {
                const unsigned int m = (h & 0x7fffu) << 13;
                // A denormal gets the leading 1 of the least exponent, which the subtraction takes away.
                const float least = __uint_as_float(m + 0x38800000u) - 6.103515625e-05f;
                const float finite = m < 0x00800000u ? least : __uint_as_float(m + 0x38000000u);
                const unsigned int b = m >= 0x0f800000u ? m | 0x7f800000u : __float_as_uint(finite);
                return __uint_as_float(b | (h & 0x8000u) << 16);
            }
            """.lines
        ),
        (
            toHalf,
            """
            __device__ __forceinline__ unsigned short \(toHalf)(float x) {
                const unsigned int b = __float_as_uint(x) & 0x7fffffffu;
                // 0.5 has float16's least denormal as the unit in its last place, so the sum rounds.
                const unsigned int least = __float_as_uint(__uint_as_float(b) + 0.5f) - 0x3f000000u;
                const unsigned int finite = b < 0x38800000u ? least : (b + 0xc8000fffu + (b >> 13 & 1u)) >> 13;
                const unsigned int m = b < 0x47800000u ? finite : b > 0x7f800000u ? 0x7e00u : 0x7c00u;
                return (unsigned short)(m | (__float_as_uint(x) >> 16 & 0x8000u));
            }
            """.lines
        ),
    ]

    func brainBits(_ name: String, width: Int) -> String {
        """
        \(helperQualifier) unsigned short \(name)(float x) {
            const unsigned int b = __float_as_uint(x);
            const unsigned int r = (b + 0x7fffu + (b >> 16 & 1u)) >> 16;
            return (unsigned short)(x != x ? 0x7fc0u : r);
        }

        """
    }
}

extension String {
    /// The lines, without their ends.
    var lines: [String] { split(separator: "\n").map(String.init) }
}
