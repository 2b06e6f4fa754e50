#pragma once
#include "CSIMT.h"
#include <math.h>
#include <string.h>

// Products and sums must round one by one unless an instruction fuses them.
#pragma clang fp contract(off)

// One body, compiled for several instruction sets, chosen when the program loads.
#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

// A helper must be compiled with the function around it, for the same instruction set.
#define INLINE inline __attribute__((always_inline))

#define LANES 32
#define ALL 0xffffffffu

// Lane i touches only element i of every slot, so slots may be the same but never overlap otherwise.
#define EACH_LANE \
    _Pragma("clang loop vectorize(assume_safety) interleave(enable)") for (unsigned i = 0; i < LANES; ++i)
#define EACH_LANE_REDUCING \
    _Pragma("clang loop vectorize(enable) interleave(enable)") for (unsigned i = 0; i < LANES; ++i)
// Loops around a call of the mathematical library stay scalar on some machines; that is fine.
#pragma clang diagnostic ignored "-Wpass-failed"

#define IS_ACTIVE(mask, i) (((mask) >> (i)) & 1)

/// The root without the library's report of errors, which would keep loops scalar.
#define SQRT(x) __builtin_elementwise_sqrt(x)

typedef uint16_t kw_u16;
typedef int16_t kw_s16;
typedef uint32_t kw_u32;
typedef int32_t kw_s32;
typedef uint64_t kw_u64;
typedef int64_t kw_s64;
typedef float kw_f32;
typedef double kw_f64;

// What a lane of a slot is: 4 bytes for 32 bits and less, 8 bytes for 64 bits.
#define SLOT_u8 uint32_t
#define SLOT_s8 uint32_t
#define SLOT_u16 uint32_t
#define SLOT_s16 uint32_t
#define SLOT_u32 uint32_t
#define SLOT_s32 uint32_t
#define SLOT_u64 uint64_t
#define SLOT_s64 uint64_t
#define SLOT_f32 uint32_t
#define SLOT_f64 uint64_t
#define SLOT_f16 uint32_t
#define SLOT_bf16 uint32_t

static INLINE float float_of(uint32_t bits) {
    float value;
    memcpy(&value, &bits, 4);
    return value;
}
static INLINE uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}
static INLINE double double_of(uint64_t bits) {
    double value;
    memcpy(&value, &bits, 8);
    return value;
}
static INLINE uint64_t bits_of_double(double value) {
    uint64_t bits;
    memcpy(&bits, &value, 8);
    return bits;
}

// The value in a lane and the bits of a result; above the bits of a narrow type a lane holds anything.
#define GET_u8(bits) ((uint8_t)(bits))
#define GET_s8(bits) ((int8_t)(bits))
#define GET_u16(bits) ((uint16_t)(bits))
#define GET_s16(bits) ((int16_t)(bits))
#define GET_u32(bits) (bits)
#define GET_s32(bits) ((int32_t)(bits))
#define GET_u64(bits) (bits)
#define GET_s64(bits) ((int64_t)(bits))
#define GET_f32(bits) float_of(bits)
#define GET_f64(bits) double_of(bits)
#define GET_f16(bits) float_of_half((uint16_t)(bits))
#define GET_bf16(bits) float_of((uint32_t)(bits) << 16)
#define PUT_u8(value) ((uint32_t)(value))
#define PUT_s8(value) ((uint32_t)(value))
#define PUT_u16(value) ((uint32_t)(value))
#define PUT_s16(value) ((uint32_t)(value))
#define PUT_u32(value) ((uint32_t)(value))
#define PUT_s32(value) ((uint32_t)(value))
#define PUT_u64(value) ((uint64_t)(value))
#define PUT_s64(value) ((uint64_t)(value))
#define PUT_f32(value) bits_of(value)
#define PUT_f64(value) bits_of_double(value)
#define PUT_f16(value) half_of_float(value)
#define PUT_bf16(value) bfloat_of_float(value)

// A function over the lanes: `result` is an expression of x (and y, z, w), the operands of types TA (and TB, TC, TE).
#define SIGNATURE(name) \
    void kw_lane_##name(uint32_t mask, void *slot, const void *first, const void *second, const void *third, \
                        const void *fourth)

#define BODY(TD, operands, result) \
    SLOT_##TD *d = slot; \
    if (mask == ALL) { \
        EACH_LANE { \
            operands; \
            d[i] = PUT_##TD(result); \
        } \
    } else { \
        EACH_LANE { \
            operands; \
            SLOT_##TD kept = d[i]; \
            SLOT_##TD made = PUT_##TD(result); \
            d[i] = IS_ACTIVE(mask, i) ? made : kept; \
        } \
    }

#define LANE1(name, TD, TA, result) \
    CLONES SIGNATURE(name) { \
        const SLOT_##TA *a = first; \
        BODY(TD, __auto_type x = GET_##TA(a[i]), result) \
    }
#define LANE2(name, TD, TA, TB, result) \
    CLONES SIGNATURE(name) { \
        const SLOT_##TA *a = first; \
        const SLOT_##TB *b = second; \
        BODY(TD, __auto_type x = GET_##TA(a[i]); __auto_type y = GET_##TB(b[i]), result) \
    }
#define LANE3(name, TD, TA, TB, TC, result) \
    CLONES SIGNATURE(name) { \
        const SLOT_##TA *a = first; \
        const SLOT_##TB *b = second; \
        const SLOT_##TC *c = third; \
        BODY(TD, __auto_type x = GET_##TA(a[i]); __auto_type y = GET_##TB(b[i]); __auto_type z = GET_##TC(c[i]), \
             result) \
    }
#define LANE4(name, TD, TA, TB, TC, TE, result) \
    CLONES SIGNATURE(name) { \
        const SLOT_##TA *a = first; \
        const SLOT_##TB *b = second; \
        const SLOT_##TC *c = third; \
        const SLOT_##TE *e = fourth; \
        BODY(TD, __auto_type x = GET_##TA(a[i]); __auto_type y = GET_##TB(b[i]); __auto_type z = GET_##TC(c[i]); \
             __auto_type w = GET_##TE(e[i]), result) \
    }

// A test over the lanes that writes the bits of a predicate.
typedef int32_t kw_lanes __attribute__((ext_vector_type(32)));
typedef _Bool kw_mask __attribute__((ext_vector_type(32)));
#define TEST_BODY(operands, result) \
    kw_lanes hits; \
    EACH_LANE { \
        operands; \
        hits[i] = (result) ? -1 : 0; \
    } \
    kw_mask hit = __builtin_convertvector(hits, kw_mask); \
    uint32_t bits; \
    memcpy(&bits, &hit, 4); \
    uint32_t *d = slot; \
    *d = (*d & ~mask) | (bits & mask);
#define TEST1(name, TA, result) \
    CLONES SIGNATURE(name) { \
        const SLOT_##TA *a = first; \
        TEST_BODY(__auto_type x = GET_##TA(a[i]), result) \
    }
#define TEST2(name, TA, TB, result) \
    CLONES SIGNATURE(name) { \
        const SLOT_##TA *a = first; \
        const SLOT_##TB *b = second; \
        TEST_BODY(__auto_type x = GET_##TA(a[i]); __auto_type y = GET_##TB(b[i]), result) \
    }

/// Subnormal numbers become zero of the same sign.
static INLINE float flushed(float value) {
    uint32_t bits = bits_of(value);
    return float_of((bits & 0x7f800000u) == 0 ? bits & 0x80000000u : bits);
}

/// Clamps to 0 … 1; NaN gives 0.
static INLINE float saturated(float value) {
    float low = value > 0.0f ? value : 0.0f;
    return low < 1.0f ? low : 1.0f;
}
static INLINE double saturated_double(double value) {
    double low = value > 0.0 ? value : 0.0;
    return low < 1.0 ? low : 1.0;
}

static INLINE float float_of_half(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
    uint32_t magnitude = half & 0x7fffu;
    uint32_t normal = (magnitude << 13) + 0x38000000u;
    uint32_t special = (magnitude << 13) | 0x7f800000u;
    uint32_t subnormal = bits_of((float)(int32_t)magnitude * 0x1p-24f);
    uint32_t exponent = magnitude & 0x7c00u;
    uint32_t bits = exponent == 0x7c00u ? special : exponent == 0 ? subnormal : normal;
    return float_of(bits | sign);
}

/// To the nearest half, ties to even; NaN gives 0x7fff.
static INLINE uint32_t half_of_float(float value) {
    uint32_t bits = bits_of(value);
    uint32_t sign = (bits >> 16) & 0x8000u;
    uint32_t magnitude = bits & 0x7fffffffu;
    // Halves below 2⁻¹⁴ are multiples of 2⁻²⁴, the unit of the last place of floats from 0.5 to 1.
    uint32_t subnormal = bits_of(float_of(magnitude) + 0.5f) - 0x3f000000u;
    uint32_t normal = (magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13) & 1)) >> 13;
    uint32_t finite = magnitude < 0x38800000u ? subnormal : normal;
    uint32_t result = magnitude >= 0x477ff000u ? 0x7c00u : finite;
    result |= sign;
    return magnitude > 0x7f800000u ? 0x7fffu : result;
}

/// To the nearest bfloat16, ties to even; NaN gives 0x7fff.
static INLINE uint32_t bfloat_of_float(float value) {
    uint32_t bits = bits_of(value);
    uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1)) >> 16;
    return (bits & 0x7fffffffu) > 0x7f800000u ? 0x7fffu : rounded;
}

/// The float next to value + rest toward zero, with its last bit set if anything was cut off.
///
/// Rounding that to a type with at most 22 bits gives what rounding value + rest would give.
static INLINE float odd_float(double value, double rest) {
    float nearest = (float)value;
    double difference = (double)nearest - value;
    double error = difference != 0 ? difference : -rest;
    uint32_t isAway = (error > 0 && nearest > 0) || (error < 0 && nearest < 0);
    uint32_t odd = (bits_of(nearest) - isAway) | 1;
    return value - value != 0 || error == 0 ? nearest : float_of(odd);
}

/// a · b + c of halves or bfloats, ready to be rounded once.
static INLINE float odd_fused(float a, float b, float c) {
    double product = (double)a * (double)b;
    double addend = (double)c;
    double sum = product + addend;
    double back = sum - product;
    double rest = (product - (sum - back)) + (addend - back);
    return odd_float(sum, rest - rest == 0 ? rest : 0);
}
