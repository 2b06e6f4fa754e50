extension CUDADialect {
    /// Keywords of C++20, CUDA's variables, types and intrinsics, macros, and the library's functions, whose names no
    /// kernel may take since they stand at file scope too.
    ///
    /// Sources: ISO C++20, table 5 (keywords) and 6.4.3 (alternative tokens); CUDA C++ Programming Guide, "C++ Language
    /// Extensions"; CUDA Math API.
    static let words: Set<String> = {
        var words = Set(
            """
            alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t \
            class compl concept const consteval constexpr constinit const_cast continue co_await co_return co_yield \
            decltype default delete do double dynamic_cast else enum explicit export extern false float for friend \
            goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private \
            protected public register reinterpret_cast requires return short signed sizeof static static_assert \
            static_cast struct switch template this thread_local throw true try typedef typeid typename union \
            unsigned using virtual void volatile wchar_t while xor xor_eq typeof restrict threadIdx blockIdx \
            blockDim gridDim warpSize dim3 uint3 size_t ptrdiff_t clock_t std nvcuda cuda cudaError_t cudaStream_t \
            half half2 main printf malloc free memcpy memset memcmp memmove clock clock64 assert alloca va_list \
            abort exit rand srand NULL NAN INFINITY EOF linux unix as_float as_int convert_float select min max umin \
            umax llmin llmax ullmin ullmax abs labs llabs uabs div ldiv lldiv saturate mulhi umulhi mul24 umul24 \
            float2half half2float int2float isnan isinf isfinite isnormal signbit fpclassify isgreater isless \
            isunordered
            """.split(separator: " ").map(String.init))
        let functions = """
            acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh cospi cyl_bessel_i0 cyl_bessel_i1 erf \
            erfc erfcinv erfcx erfinv exp exp10 exp2 expm1 fabs fdim fdivide floor fma fmax fmin fmod frexp hypot \
            ilogb j0 j1 jn ldexp lgamma llrint llround log log10 log1p log2 logb lrint lround modf nan nearbyint \
            nextafter nexttoward norm norm3d norm4d normcdf normcdfinv pow pow10 powi rcbrt remainder remquo rhypot \
            rint rnorm rnorm3d rnorm4d round rsqrt scalb scalbln scalbn sin sincos sincospi sinh sinpi sqrt tan tanh \
            tanpi tgamma trunc y0 y1 yn
            """.split(separator: " ").map(String.init)
        for function in functions { words.formUnion([function, function + "f", function + "l"]) }
        for type in [
            "char", "uchar", "short", "ushort", "int", "uint", "long", "ulong", "longlong", "ulonglong", "float",
            "double",
        ] {
            words.insert(type)
            for width in 1...4 { words.formUnion(["\(type)\(width)", "make_\(type)\(width)"]) }
        }
        for name in [
            "Add", "Sub", "Exch", "Min", "Max", "Inc", "Dec", "CAS", "And", "Or", "Xor",
        ] { words.insert("atomic\(name)") }
        return words
    }()
}
