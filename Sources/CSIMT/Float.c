#include "Lanes.h"

// Single and double precision, to the nearest value. `ftz` forms take and give no subnormal numbers.

LANE2(add_f32, f32, f32, f32, x + y)
LANE2(sub_f32, f32, f32, f32, x - y)
LANE2(mul_f32, f32, f32, f32, x *y)
LANE3(fma_f32, f32, f32, f32, f32, __builtin_fmaf(x, y, z))
LANE2(add_ftz_f32, f32, f32, f32, flushed(flushed(x) + flushed(y)))
LANE2(sub_ftz_f32, f32, f32, f32, flushed(flushed(x) - flushed(y)))
LANE2(mul_ftz_f32, f32, f32, f32, flushed(flushed(x) * flushed(y)))
LANE3(fma_ftz_f32, f32, f32, f32, f32, flushed(__builtin_fmaf(flushed(x), flushed(y), flushed(z))))

LANE2(add_f64, f64, f64, f64, x + y)
LANE2(sub_f64, f64, f64, f64, x - y)
LANE2(mul_f64, f64, f64, f64, x *y)
LANE3(fma_f64, f64, f64, f64, f64, __builtin_fma(x, y, z))

LANE2(div_f32, f32, f32, f32, x / y)
LANE2(div_f64, f64, f64, f64, x / y)
LANE1(rcp_f32, f32, f32, 1.0f / x)
LANE1(rcp_f64, f64, f64, 1.0 / x)
LANE1(sqrt_f32, f32, f32, SQRT(x))
LANE1(sqrt_f64, f64, f64, SQRT(x))

LANE1(abs_f32, u32, u32, x & 0x7fffffffu)
LANE1(neg_f32, u32, u32, x ^ 0x80000000u)
LANE1(abs_f64, u64, u64, x & 0x7fffffffffffffffull)
LANE1(neg_f64, u64, u64, x ^ 0x8000000000000000ull)
LANE1(ftz_f32, f32, f32, flushed(x))
LANE2(copysign_f32, u32, u32, u32, (x & 0x80000000u) | (y & 0x7fffffffu))
LANE2(copysign_f64, u64, u64, u64, (x & 0x8000000000000000ull) | (y & 0x7fffffffffffffffull))

// After another operation: clamp to 0 … 1, or negative numbers and NaN to what `.relu` makes of them.
LANE1(sat_f32, f32, f32, saturated(x))
LANE1(sat_f64, f64, f64, saturated_double(x))
LANE1(relu_f32, f32, f32, x != x ? float_of(0x7fffffffu) : x > 0 ? x : 0.0f)

// Of a number and a NaN, the number is the result; −0 is below +0. NaN forms give a NaN if there is one.
static INLINE float smaller(float x, float y) {
    float ordered = x < y ? x : y < x ? y : float_of(bits_of(x) | bits_of(y));
    float result = x != x ? y : y != y ? x : ordered;
    return result != result ? float_of(0x7fffffffu) : result;
}
static INLINE float larger(float x, float y) {
    float ordered = x > y ? x : y > x ? y : float_of(bits_of(x) & bits_of(y));
    float result = x != x ? y : y != y ? x : ordered;
    return result != result ? float_of(0x7fffffffu) : result;
}
static INLINE double smaller_double(double x, double y) {
    double ordered = x < y ? x : y < x ? y : double_of(bits_of_double(x) | bits_of_double(y));
    return x != x ? y : y != y ? x : ordered;
}
static INLINE double larger_double(double x, double y) {
    double ordered = x > y ? x : y > x ? y : double_of(bits_of_double(x) & bits_of_double(y));
    return x != x ? y : y != y ? x : ordered;
}
static INLINE float nan_or(float x, float y, float result) {
    return x != x || y != y ? float_of(0x7fffffffu) : result;
}
static INLINE float magnitude(float x) { return float_of(bits_of(x) & 0x7fffffffu); }
static INLINE float signed_by(float x, float y, float result) {
    uint32_t sign = (bits_of(x) ^ bits_of(y)) & 0x80000000u;
    return result != result ? result : float_of(bits_of(magnitude(result)) | sign);
}
LANE2(min_f32, f32, f32, f32, smaller(x, y))
LANE2(max_f32, f32, f32, f32, larger(x, y))
LANE2(min_ftz_f32, f32, f32, f32, smaller(flushed(x), flushed(y)))
LANE2(max_ftz_f32, f32, f32, f32, larger(flushed(x), flushed(y)))
LANE2(min_nan_f32, f32, f32, f32, nan_or(x, y, smaller(x, y)))
LANE2(max_nan_f32, f32, f32, f32, nan_or(x, y, larger(x, y)))
LANE2(min_xorsign_f32, f32, f32, f32, signed_by(x, y, smaller(magnitude(x), magnitude(y))))
LANE2(max_xorsign_f32, f32, f32, f32, signed_by(x, y, larger(magnitude(x), magnitude(y))))
LANE2(min_nan_xorsign_f32, f32, f32, f32, nan_or(x, y, signed_by(x, y, smaller(magnitude(x), magnitude(y)))))
LANE2(max_nan_xorsign_f32, f32, f32, f32, nan_or(x, y, signed_by(x, y, larger(magnitude(x), magnitude(y)))))
LANE2(min_f64, f64, f64, f64, smaller_double(x, y))
LANE2(max_f64, f64, f64, f64, larger_double(x, y))

// Comparisons: `u` forms are true if an operand is a NaN; `num` and `nan` ask about that alone.
#define COMPARISONS(T, P) \
    TEST2(setp_eq_##P##T, T, T, F_##P(x) == F_##P(y)) \
    TEST2(setp_ne_##P##T, T, T, F_##P(x) < F_##P(y) || F_##P(x) > F_##P(y)) \
    TEST2(setp_lt_##P##T, T, T, F_##P(x) < F_##P(y)) \
    TEST2(setp_le_##P##T, T, T, F_##P(x) <= F_##P(y)) \
    TEST2(setp_equ_##P##T, T, T, !(F_##P(x) < F_##P(y) || F_##P(x) > F_##P(y))) \
    TEST2(setp_neu_##P##T, T, T, F_##P(x) != F_##P(y)) \
    TEST2(setp_ltu_##P##T, T, T, !(F_##P(x) >= F_##P(y))) \
    TEST2(setp_leu_##P##T, T, T, !(F_##P(x) > F_##P(y))) \
    TEST2(setp_num_##P##T, T, T, x == x && y == y) \
    TEST2(setp_nan_##P##T, T, T, x != x || y != y)
#define F_(x) (x)
#define F_ftz_(x) flushed(x)
COMPARISONS(f32, )
COMPARISONS(f32, ftz_)
COMPARISONS(f64, )

#define MAGNITUDE32(x) (bits_of(x) & 0x7fffffffu)
#define MAGNITUDE64(x) (bits_of_double(x) & 0x7fffffffffffffffull)
TEST1(testp_finite_f32, f32, MAGNITUDE32(x) < 0x7f800000u)
TEST1(testp_infinite_f32, f32, MAGNITUDE32(x) == 0x7f800000u)
TEST1(testp_number_f32, f32, x == x)
TEST1(testp_notanumber_f32, f32, x != x)
TEST1(testp_normal_f32, f32, MAGNITUDE32(x) < 0x7f800000u && MAGNITUDE32(x) >= 0x00800000u)
TEST1(testp_subnormal_f32, f32, MAGNITUDE32(x) < 0x00800000u && MAGNITUDE32(x) > 0)
TEST1(testp_finite_f64, f64, MAGNITUDE64(x) < 0x7ff0000000000000ull)
TEST1(testp_infinite_f64, f64, MAGNITUDE64(x) == 0x7ff0000000000000ull)
TEST1(testp_number_f64, f64, x == x)
TEST1(testp_notanumber_f64, f64, x != x)
TEST1(testp_normal_f64, f64, MAGNITUDE64(x) < 0x7ff0000000000000ull && MAGNITUDE64(x) >= 0x0010000000000000ull)
TEST1(testp_subnormal_f64, f64, MAGNITUDE64(x) < 0x0010000000000000ull && MAGNITUDE64(x) > 0)
