#include "Lanes.h"

// The approximate functions of the machine, here as exact as the mathematical library makes them: far inside the
// errors that the PTX manual allows (2⁻²² to 2⁻¹¹ relative). `ftz` forms take and give no subnormal numbers.

static INLINE float reciprocal_root(float x) { return (float)(1.0 / SQRT((double)x)); }

#define APPROXIMATE(name, F) \
    LANE1(name##_f32, f32, f32, F(x)) \
    LANE1(name##_ftz_f32, f32, f32, flushed(F(flushed(x))))
APPROXIMATE(sin_approx, sinf)
APPROXIMATE(cos_approx, cosf)
APPROXIMATE(lg2_approx, log2f)
APPROXIMATE(tanh_approx, tanhf)
APPROXIMATE(rsqrt_approx, reciprocal_root)

/// 2ˣ by a polynomial of degree 7 on −0.5 … 0.5 in double precision; the relative error is below 2⁻²³,
/// most of it the last rounding.
static INLINE float power_of_two(float x) {
    float bounded = x < -160.0f ? -160.0f : x > 130.0f ? 130.0f : x;
    double rounded = (double)bounded + 0x1.8p52;
    double fraction = (double)bounded - (rounded - 0x1.8p52);
    double t = fraction * 0.693147180559945309;
    double power =
        1.0 +
        t * (1.0 + t * (0.5 + t * (1.0 / 6 + t * (1.0 / 24 + t * (1.0 / 120 + t * (1.0 / 720 + t * (1.0 / 5040)))))));
    // The low bits of `rounded` are the whole part; shifted into place they scale a double.
    uint64_t scale = (bits_of_double(rounded) << 52) + 0x3ff0000000000000ull;
    float result = (float)(power * double_of(scale));
    return x != x ? float_of(0x7fffffffu) : result;
}
LANE1(ex2_approx_f32, f32, f32, power_of_two(x))
LANE1(ex2_approx_ftz_f32, f32, f32, flushed(power_of_two(flushed(x))))

// x / y by way of the reciprocal, which is zero for the largest y: then zero, of an infinite x a NaN (PTX ISA, `div`).
static INLINE float quotient(float x, float y) {
    float magnitude = float_of(bits_of(y) & 0x7fffffffu);
    float plain = x / y;
    float zero = float_of((bits_of(x) ^ bits_of(y)) & 0x80000000u);
    float cut = x - x == 0 ? zero : float_of(0x7fffffffu);
    return magnitude > 0x1p126f && magnitude < INFINITY ? cut : plain;
}
LANE2(div_approx_f32, f32, f32, f32, quotient(x, y))
LANE2(div_approx_ftz_f32, f32, f32, f32, flushed(quotient(flushed(x), flushed(y))))

LANE1(rsqrt_approx_f64, f64, f64, 1.0 / SQRT(x))
/// Only the high 32 bits of operand and result count.
#define HIGH_WORD 0xffffffff00000000ull
LANE1(rcp_approx_f64, u64, u64, bits_of_double(1.0 / double_of(x & HIGH_WORD)) & HIGH_WORD)

#define HALF(op, F) \
    LANE1(op##_f16, f16, f16, F(x)) \
    LANE1(op##_bf16, bf16, bf16, F(x)) \
    LANE1(op##_f16x2, u32, u32, PUT_f16(F(GET_f16(x))) | PUT_f16(F(GET_f16(x >> 16))) << 16) \
    LANE1(op##_bf16x2, u32, u32, PUT_bf16(F(GET_bf16(x & 0xffffu))) | PUT_bf16(F(GET_bf16(x >> 16))) << 16)
HALF(ex2_approx, power_of_two)
HALF(tanh_approx, tanhf)
