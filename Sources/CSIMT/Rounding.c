#include "Lanes.h"
#include <fenv.h>

// Single and double precision in the other rounding directions: `third` (of fma `fourth`) holds the direction.
//
// The machine's own rounding mode does the work, so operands and results pass through volatile memory: the compiler
// must neither fold an operation nor move it over a change of the mode.

static int machine_direction(uint32_t direction) {
    switch (direction) {
    case KW_TOWARD_ZERO: return FE_TOWARDZERO;
    case KW_DOWN: return FE_DOWNWARD;
    case KW_UP: return FE_UPWARD;
    default: return FE_TONEAREST;
    }
}

#define DIRECTED(name, T, operation) \
    SIGNATURE(name) { \
        const SLOT_##T *a = first, *b = second; \
        SLOT_##T *d = slot; \
        fesetround(machine_direction(*(const uint32_t *)third)); \
        for (unsigned i = 0; i < LANES; ++i) { \
            if (!IS_ACTIVE(mask, i)) continue; \
            volatile kw_##T x = GET_##T(a[i]), y = GET_##T(b[i]); \
            (void)y; \
            volatile kw_##T result = operation; \
            d[i] = PUT_##T(result); \
        } \
        fesetround(FE_TONEAREST); \
    }
#define DIRECTED3(name, T, operation) \
    SIGNATURE(name) { \
        const SLOT_##T *a = first, *b = second, *c = third; \
        SLOT_##T *d = slot; \
        fesetround(machine_direction(*(const uint32_t *)fourth)); \
        for (unsigned i = 0; i < LANES; ++i) { \
            if (!IS_ACTIVE(mask, i)) continue; \
            volatile kw_##T x = GET_##T(a[i]), y = GET_##T(b[i]), z = GET_##T(c[i]); \
            volatile kw_##T result = operation; \
            d[i] = PUT_##T(result); \
        } \
        fesetround(FE_TONEAREST); \
    }
DIRECTED(add_to_f32, f32, x + y)
DIRECTED(sub_to_f32, f32, x - y)
DIRECTED(mul_to_f32, f32, x *y)
DIRECTED(div_to_f32, f32, x / y)
DIRECTED(rcp_to_f32, f32, 1.0f / x)
DIRECTED(sqrt_to_f32, f32, sqrtf(x))
DIRECTED3(fma_to_f32, f32, fmaf(x, y, z))
DIRECTED(add_to_f64, f64, x + y)
DIRECTED(sub_to_f64, f64, x - y)
DIRECTED(mul_to_f64, f64, x *y)
DIRECTED(div_to_f64, f64, x / y)
DIRECTED(rcp_to_f64, f64, 1.0 / x)
DIRECTED(sqrt_to_f64, f64, sqrt(x))
DIRECTED3(fma_to_f64, f64, fma(x, y, z))

// Conversions; `second` holds the direction. Compilers make doubles of 64 bits with a difference, which downward would
// turn zero into −0.
#define CONVERTED(name, TD, TA, zero) \
    SIGNATURE(name) { \
        const SLOT_##TA *a = first; \
        SLOT_##TD *d = slot; \
        fesetround(machine_direction(*(const uint32_t *)second)); \
        for (unsigned i = 0; i < LANES; ++i) { \
            if (!IS_ACTIVE(mask, i)) continue; \
            volatile kw_##TA x = GET_##TA(a[i]); \
            volatile kw_##TD result = x == 0 ? (zero) : (kw_##TD)x; \
            d[i] = PUT_##TD(result); \
        } \
        fesetround(FE_TONEAREST); \
    }
CONVERTED(cvt_to_f32_u32, f32, u32, 0)
CONVERTED(cvt_to_f32_s32, f32, s32, 0)
CONVERTED(cvt_to_f32_u64, f32, u64, 0)
CONVERTED(cvt_to_f32_s64, f32, s64, 0)
CONVERTED(cvt_to_f64_u64, f64, u64, 0)
CONVERTED(cvt_to_f64_s64, f64, s64, 0)
CONVERTED(cvt_to_f32_f64, f32, f64, (kw_f32)x)
