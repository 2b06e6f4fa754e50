#include "Lanes.h"

// Conversions between numbers. Those to fewer bits round to the nearest value unless they say otherwise; `cvt_to`
// forms take the direction from `second`.

LANE1(cvt_f32_u32, f32, u32, (float)x)
LANE1(cvt_f32_s32, f32, s32, (float)x)
LANE1(cvt_f32_u64, f32, u64, (float)x)
LANE1(cvt_f32_s64, f32, s64, (float)x)
LANE1(cvt_f64_u32, f64, u32, (double)x)
LANE1(cvt_f64_s32, f64, s32, (double)x)
LANE1(cvt_f64_u64, f64, u64, (double)x)
LANE1(cvt_f64_s64, f64, s64, (double)x)
LANE1(cvt_f64_f32, f64, f32, (double)x)
LANE1(cvt_f32_f64, f32, f64, (float)x)
LANE1(cvt_f32_f16, f32, f16, x)
LANE1(cvt_f16_f32, f16, f32, x)
LANE1(cvt_f32_bf16, f32, bf16, x)
LANE1(cvt_bf16_f32, bf16, f32, x)
// On the way to a half: cut toward zero, the last bit set if something was cut off.
LANE1(cvt_odd_f32_f64, f32, f64, odd_float(x, 0))
static INLINE float odd_of_unsigned(uint64_t x) {
    double high = (double)(x >> 32) * 0x1p32, low = (double)(x & 0xffffffffu);
    double sum = high + low;
    return odd_float(sum, low - (sum - high));
}
LANE1(cvt_odd_f32_u64, f32, u64, odd_of_unsigned(x))
LANE1(cvt_odd_f32_s64, f32, s64, x < 0 ? -odd_of_unsigned(0 - (uint64_t)x) : odd_of_unsigned((uint64_t)x))

/// A step of one in the last place where the nearest value lies on the wrong side of the exact one.
static INLINE uint32_t directed(uint32_t nearest, float made, float exact, uint32_t direction) {
    if (made == exact || made != made) return nearest;
    int isNegative = (nearest & 0x8000u) != 0;
    int isTooHigh = made > exact;
    switch (direction) {
    case KW_TOWARD_ZERO: return isTooHigh == (exact > 0) ? nearest - 1 : nearest;
    case KW_DOWN: return !isTooHigh ? nearest : isNegative ? nearest + 1 : nearest - 1;
    case KW_UP: return isTooHigh ? nearest : isNegative ? nearest - 1 : nearest + 1;
    default: return nearest;
    }
}
static INLINE uint32_t half_to(float x, uint32_t direction) {
    uint32_t nearest = half_of_float(x);
    return directed(nearest, float_of_half((uint16_t)nearest), x, direction);
}
static INLINE uint32_t bfloat_to(float x, uint32_t direction) {
    uint32_t nearest = bfloat_of_float(x);
    return directed(nearest, float_of(nearest << 16), x, direction);
}
LANE2(cvt_to_f16_f32, u32, f32, u32, half_to(x, y))
LANE2(cvt_to_bf16_f32, u32, f32, u32, bfloat_to(x, y))

static INLINE uint32_t cut_to_tf32(uint32_t bits, uint32_t added) {
    uint32_t isSpecial = (bits & 0x7f800000u) == 0x7f800000u;
    return isSpecial ? bits : (bits + added) & 0xffffe000u;
}
LANE1(cvt_tf32_f32, u32, u32, cut_to_tf32(x, 0xfffu + ((x >> 13) & 1)))
LANE1(cvt_away_tf32_f32, u32, u32, cut_to_tf32(x, 0x1000u))
LANE1(cvt_zero_tf32_f32, u32, u32, cut_to_tf32(x, 0))

// After another conversion: infinities become the largest finite number.
#define FINITE(x, infinity) (((x) & 0x7fffu) == (infinity) ? 1u : 0u)
LANE1(finite_f16, u32, u32, x - FINITE(x, 0x7c00u))
LANE1(finite_bf16, u32, u32, x - FINITE(x, 0x7f80u))
LANE1(finite_f16x2, u32, u32, x - FINITE(x, 0x7c00u) - (FINITE(x >> 16, 0x7c00u) << 16))
LANE1(finite_bf16x2, u32, u32, x - FINITE(x, 0x7f80u) - (FINITE(x >> 16, 0x7f80u) << 16))
LANE1(finite_tf32, u32, u32, (x & 0x7fffffffu) == 0x7f800000u ? x - 0x2000u : x)

// To whole numbers that stay floating-point numbers.
#define WHOLE(T) \
    LANE1(round_even_##T, T, T, __builtin_elementwise_roundeven(x)) \
    LANE1(round_zero_##T, T, T, __builtin_elementwise_trunc(x)) \
    LANE1(round_down_##T, T, T, __builtin_elementwise_floor(x)) \
    LANE1(round_up_##T, T, T, __builtin_elementwise_ceil(x))
WHOLE(f32)
WHOLE(f64)

// To integers: toward zero, clamped to the range; NaN gives 0 or, of double precision and to 64 bits, the highest bit
// alone (PTX ISA, `cvt`).
LANE1(cvt_s32_f32, s32, f32, x != x ? 0 : x >= 0x1p31f ? INT32_MAX : x <= -0x1p31f ? INT32_MIN : (int32_t)x)
LANE1(cvt_u32_f32, u32, f32, x != x || x <= 0 ? 0u : x >= 0x1p32f ? UINT32_MAX : (uint32_t)x)
LANE1(cvt_s64_f32, s64, f32, x != x ? INT64_MIN : x >= 0x1p63f ? INT64_MAX : x <= -0x1p63f ? INT64_MIN : (int64_t)x)
LANE1(cvt_u64_f32, u64, f32, x != x ? 1ull << 63 : x <= 0 ? 0u : x >= 0x1p64f ? UINT64_MAX : (uint64_t)x)
LANE1(cvt_s32_f64, s32, f64, x != x ? INT32_MIN : x >= 0x1p31 ? INT32_MAX : x <= -0x1p31 ? INT32_MIN : (int32_t)x)
LANE1(cvt_u32_f64, u32, f64, x != x ? 1u << 31 : x <= 0 ? 0u : x >= 0x1p32 ? UINT32_MAX : (uint32_t)x)
LANE1(cvt_s64_f64, s64, f64, x != x ? INT64_MIN : x >= 0x1p63 ? INT64_MAX : x <= -0x1p63 ? INT64_MIN : (int64_t)x)
LANE1(cvt_u64_f64, u64, f64, x != x ? 1ull << 63 : x <= 0 ? 0u : x >= 0x1p64 ? UINT64_MAX : (uint64_t)x)
LANE1(cvt_u16_f64, u32, f64, x != x ? 1u << 15 : x <= 0 ? 0u : x >= UINT16_MAX ? UINT16_MAX : (uint32_t)x)
LANE1(cvt_u8_f64, u32, f64, x != x ? 1u << 7 : x <= 0 ? 0u : x >= UINT8_MAX ? UINT8_MAX : (uint32_t)x)

// Integers of 64 bits clamped to the range of another type.
#define CLAMP(T, TD, low, high) \
    LANE1(clamp_##T##_s64, TD, s64, x < (int64_t)(low) ? (low) : x > (int64_t)(high) ? (high) : x) \
    LANE1(clamp_##T##_u64, TD, u64, x > (uint64_t)(high) ? (uint64_t)(high) : x)
CLAMP(u8, u32, 0, UINT8_MAX)
CLAMP(s8, u32, INT8_MIN, INT8_MAX)
CLAMP(u16, u32, 0, UINT16_MAX)
CLAMP(s16, u32, INT16_MIN, INT16_MAX)
CLAMP(u32, u32, 0, UINT32_MAX)
CLAMP(s32, u32, INT32_MIN, INT32_MAX)
LANE1(clamp_u64_s64, u64, s64, x < 0 ? 0 : x)
LANE1(clamp_s64_u64, u64, u64, x > INT64_MAX ? INT64_MAX : x)

static INLINE uint32_t between(int32_t x, int32_t low, int32_t high) {
    return (uint32_t)(x < low ? low : x > high ? high : x);
}
#define PACK(T, width, low, high) \
    LANE3(cvt_pack_##T, u32, s32, s32, u32, \
          (between(x, low, high) & ((1u << width) - 1)) << width | (between(y, low, high) & ((1u << width) - 1)) | \
              (width < 16 ? z << (2 * width % 32) : 0))
PACK(u16, 16, 0, UINT16_MAX)
PACK(s16, 16, INT16_MIN, INT16_MAX)
PACK(u8, 8, 0, UINT8_MAX)
PACK(s8, 8, INT8_MIN, INT8_MAX)
PACK(u4, 4, 0, 15)
PACK(s4, 4, -8, 7)

/// A float of 8 bits: to the nearest value, ties to even; larger ones and infinities become the largest, NaN stays.
static INLINE uint32_t byte_of_float(float x, int mantissa, int bias, uint32_t largest) {
    uint32_t sign = (bits_of(x) >> 24) & 0x80u;
    float magnitude = float_of(bits_of(x) & 0x7fffffffu);
    if (x != x) return sign | 0x7fu;
    int exponent = (int)(bits_of(magnitude) >> 23) - 127;
    if (exponent < 1 - bias) exponent = 1 - bias;
    // The unit of the last place around the number; dividing by it is exact.
    float unit = float_of((uint32_t)(exponent - mantissa + 127) << 23);
    float count = __builtin_elementwise_roundeven(magnitude / unit);
    if (!(count < (float)(1 << (mantissa + 1)) * 2)) return sign | largest;
    uint32_t result = (uint32_t)count + (uint32_t)((exponent - (1 - bias)) << mantissa);
    return sign | (result > largest ? largest : result);
}
static INLINE float float_of_byte(uint32_t byte, int mantissa, int bias, uint32_t largest) {
    uint32_t magnitude = byte & 0x7fu;
    float sign = byte & 0x80u ? -1.0f : 1.0f;
    if (magnitude > largest) return magnitude == largest + 1 && mantissa == 2 ? sign * INFINITY : float_of(0x7fffffffu);
    uint32_t exponent = magnitude >> mantissa;
    float fraction = (float)(magnitude & ((1u << mantissa) - 1)) + (exponent ? (float)(1 << mantissa) : 0);
    int power = (int)(exponent ? exponent : 1) - bias - mantissa;
    return sign * fraction * float_of((uint32_t)(power + 127) << 23);
}
#define BYTES(T, mantissa, bias, largest) \
    LANE2(join_##T##x2_f32, u32, f32, f32, \
          byte_of_float(y, mantissa, bias, largest) | byte_of_float(x, mantissa, bias, largest) << 8) \
    LANE1(cvt_##T##x2_f16x2, u32, u32, \
          byte_of_float(GET_f16(x), mantissa, bias, largest) | \
              byte_of_float(GET_f16(x >> 16), mantissa, bias, largest) << 8) \
    LANE1(cvt_f16x2_##T##x2, u32, u32, \
          PUT_f16(float_of_byte(x & 0xff, mantissa, bias, largest)) | \
              PUT_f16(float_of_byte((x >> 8) & 0xff, mantissa, bias, largest)) << 16)
BYTES(e4m3, 3, 7, 0x7eu)
BYTES(e5m2, 2, 15, 0x7bu)
