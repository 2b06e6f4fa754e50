#include "Lanes.h"

// Half precision and bfloat16, alone and in pairs; every result is rounded once, to the nearest value.
//
// Sums and products of two such numbers are exact or innocuous in single precision; fused ones pass through a float
// that keeps track of what was cut off.

#define CANONICAL 0x7fffu
#define LOW(T, bits) GET_##T((bits) & 0xffffu)
#define HIGH(T, bits) GET_##T((bits) >> 16)
#define BOTH(T, low, high) (PUT_##T(low) | PUT_##T(high) << 16)

#define HALF1(op, T, F) \
    LANE1(op##_##T, T, T, F(x)) \
    LANE1(op##_##T##x2, u32, u32, BOTH(T, F(LOW(T, x)), F(HIGH(T, x))))
#define HALF2(op, T, F) \
    LANE2(op##_##T, T, T, T, F(x, y)) \
    LANE2(op##_##T##x2, u32, u32, u32, BOTH(T, F(LOW(T, x), LOW(T, y)), F(HIGH(T, x), HIGH(T, y))))
#define HALF3(op, T, F) \
    LANE3(op##_##T, T, T, T, T, F(x, y, z)) \
    LANE3(op##_##T##x2, u32, u32, u32, u32, \
          BOTH(T, F(LOW(T, x), LOW(T, y), LOW(T, z)), F(HIGH(T, x), HIGH(T, y), HIGH(T, z))))

static INLINE float sum(float x, float y) { return x + y; }
static INLINE float difference(float x, float y) { return x - y; }
static INLINE float product(float x, float y) { return x * y; }
static INLINE float rectified(float x) { return x != x ? x : x > 0 ? x : 0.0f; }
static INLINE float smaller(float x, float y) {
    float ordered = x < y ? x : y < x ? y : float_of(bits_of(x) | bits_of(y));
    return x != x ? y : y != y ? x : ordered;
}
static INLINE float larger(float x, float y) {
    float ordered = x > y ? x : y > x ? y : float_of(bits_of(x) & bits_of(y));
    return x != x ? y : y != y ? x : ordered;
}
static INLINE float smaller_or_nan(float x, float y) { return x != x ? x : y != y ? y : smaller(x, y); }
static INLINE float larger_or_nan(float x, float y) { return x != x ? x : y != y ? y : larger(x, y); }

// Products of bfloats can be below the floats; as odd floats they still round once.
static INLINE float sum_once(float x, float y) { return odd_fused(1.0f, x, y); }
static INLINE float difference_once(float x, float y) { return odd_fused(1.0f, x, -y); }
static INLINE float product_once(float x, float y) { return odd_float((double)x * (double)y, 0); }

HALF2(add, f16, sum)
HALF2(sub, f16, difference)
HALF2(mul, f16, product)
HALF3(fma, f16, odd_fused)
HALF2(add, bf16, sum_once)
HALF2(sub, bf16, difference_once)
HALF2(mul, bf16, product_once)
HALF3(fma, bf16, odd_fused)
#define BOTH_TYPES(op, MACRO, F) MACRO(op, f16, F) MACRO(op, bf16, F)
BOTH_TYPES(min, HALF2, smaller)
BOTH_TYPES(max, HALF2, larger)
BOTH_TYPES(min_nan, HALF2, smaller_or_nan)
BOTH_TYPES(max_nan, HALF2, larger_or_nan)
BOTH_TYPES(sat, HALF1, saturated)
BOTH_TYPES(relu, HALF1, rectified)

// The sign bits alone.
LANE1(abs_f16, u32, u32, x & 0x7fffu)
LANE1(neg_f16, u32, u32, x ^ 0x8000u)
LANE1(abs_f16x2, u32, u32, x & 0x7fff7fffu)
LANE1(neg_f16x2, u32, u32, x ^ 0x80008000u)

/// Subnormal numbers become zero of the same sign.
static INLINE uint32_t flushed_half(uint32_t bits) { return bits & 0x7c00u ? bits : bits & 0x8000u; }
LANE1(ftz_f16, u32, u32, flushed_half(x & 0xffffu))
LANE1(ftz_f16x2, u32, u32, flushed_half(x & 0xffffu) | flushed_half(x >> 16) << 16)
static INLINE uint32_t flushed_bfloat(uint32_t bits) { return bits & 0x7f80u ? bits : bits & 0x8000u; }
LANE1(ftz_bf16, u32, u32, flushed_bfloat(x & 0xffffu))
LANE1(ftz_bf16x2, u32, u32, flushed_bfloat(x & 0xffffu) | flushed_bfloat(x >> 16) << 16)

// Conversions of both elements of a pair.
LANE2(join_f16x2_f32, u32, f32, f32, PUT_f16(y) | PUT_f16(x) << 16)
LANE2(join_bf16x2_f32, u32, f32, f32, PUT_bf16(y) | PUT_bf16(x) << 16)

/// `set`: for each element the second number where the predicate's bit is set, else zero; bits of two predicates.
SIGNATURE(fill_b16x2) {
    const uint32_t low = *(const uint32_t *)first, high = *(const uint32_t *)second;
    const uint32_t yes = *(const uint32_t *)third;
    uint32_t *d = slot;
    EACH_LANE {
        uint32_t made = (IS_ACTIVE(low, i) ? yes & 0xffffu : 0) | (IS_ACTIVE(high, i) ? yes << 16 : 0);
        d[i] = IS_ACTIVE(mask, i) ? made : d[i];
    }
}
