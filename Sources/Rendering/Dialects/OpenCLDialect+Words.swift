extension OpenCLDialect {
    /// Keywords, types and the built-in functions that printed kernels may call.
    static let words: Set<String> = {
        var words = Set(
            """
            auto break case const continue default do else enum extern for goto if inline register restrict \
            return signed sizeof static struct switch typedef union unsigned void volatile while bool true false \
            kernel global local constant private read_only write_only read_write image1d_t image2d_t image3d_t \
            sampler_t event_t half quad complex imaginary uniform pipe asm main size_t ptrdiff_t intptr_t uintptr_t \
            INFINITY NAN HUGE_VAL MAXFLOAT FLT_MAX INT_MAX INT_MIN M_PI NULL barrier select fma mad min max clamp abs \
            fabs fmax fmin exp exp2 expm1 log log2 log1p sqrt rsqrt tanh erf sin cos floor pow ldexp rint trunc ceil \
            isnan isinf any all dot length distance cross step sign mix shuffle get_group_id get_local_id \
            get_global_id get_local_size get_global_size get_num_groups
            """.split(separator: " ").map(String.init))
        for type in ["char", "uchar", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "half"] {
            for width in ["", "2", "3", "4", "8", "16"] {
                words.formUnion(["\(type)\(width)", "convert_\(type)\(width)", "as_\(type)\(width)"])
            }
        }
        for width in ["2", "3", "4", "8", "16"] { words.formUnion(["vload\(width)", "vstore\(width)"]) }
        for width in ["", "2", "3", "4", "8", "16"] {
            words.formUnion(["vload_half\(width)", "vstore_half\(width)_rte"])
        }
        return words
    }()
}
