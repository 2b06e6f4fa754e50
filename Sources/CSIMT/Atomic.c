#include "Lanes.h"

// Atomic operations, lane after lane in order; blocks on other cores see each one whole.

static INLINE uint32_t half_sum(uint32_t x, uint32_t y) { return half_of_float(GET_f16(x) + GET_f16(y)); }
static INLINE uint32_t bfloat_sum(uint32_t x, uint32_t y) {
    return bfloat_of_float(odd_fused(1.0f, GET_bf16(x & 0xffffu), GET_bf16(y & 0xffffu)));
}
static INLINE uint32_t half_extreme(uint32_t x, uint32_t y, int isMax) {
    float a = GET_f16(x), b = GET_f16(y);
    if (a != a || b != b) return a != a ? y & 0xffffu : x & 0xffffu;
    return (isMax ? a > b : a < b) ? x & 0xffffu : y & 0xffffu;
}
static INLINE uint32_t bfloat_extreme(uint32_t x, uint32_t y, int isMax) {
    float a = GET_bf16(x & 0xffffu), b = GET_bf16(y & 0xffffu);
    if (a != a || b != b) return a != a ? y & 0xffffu : x & 0xffffu;
    return (isMax ? a > b : a < b) ? x & 0xffffu : y & 0xffffu;
}

static INLINE uint32_t changed32(kw_atomic_operation operation, kw_atomic_type type, uint32_t old, uint32_t x,
                                 uint32_t y) {
    switch (operation) {
    case KW_ATOMIC_AND: return old & x;
    case KW_ATOMIC_OR: return old | x;
    case KW_ATOMIC_XOR: return old ^ x;
    case KW_ATOMIC_EXCHANGE: return x;
    case KW_ATOMIC_COMPARE: return old == x ? y : old;
    case KW_ATOMIC_INCREMENT: return old >= x ? 0 : old + 1;
    case KW_ATOMIC_DECREMENT: return old == 0 || old > x ? x : old - 1;
    case KW_ATOMIC_ADD:
        switch (type) {
        case KW_ATOMIC_F32: return bits_of(float_of(old) + float_of(x));
        case KW_ATOMIC_F16: return half_sum(old, x);
        case KW_ATOMIC_F16X2: return half_sum(old, x) | half_sum(old >> 16, x >> 16) << 16;
        case KW_ATOMIC_BF16: return bfloat_sum(old, x);
        case KW_ATOMIC_BF16X2: return bfloat_sum(old, x) | bfloat_sum(old >> 16, x >> 16) << 16;
        default: return old + x;
        }
    case KW_ATOMIC_MIN:
    case KW_ATOMIC_MAX: {
        const int isMax = operation == KW_ATOMIC_MAX;
        switch (type) {
        case KW_ATOMIC_S32: return (isMax ? (int32_t)x > (int32_t)old : (int32_t)x < (int32_t)old) ? x : old;
        case KW_ATOMIC_F16: return half_extreme(old, x, isMax);
        case KW_ATOMIC_F16X2: return half_extreme(old, x, isMax) | half_extreme(old >> 16, x >> 16, isMax) << 16;
        case KW_ATOMIC_BF16: return bfloat_extreme(old, x, isMax);
        case KW_ATOMIC_BF16X2:
            return bfloat_extreme(old, x, isMax) | bfloat_extreme(old >> 16, x >> 16, isMax) << 16;
        default: return (isMax ? x > old : x < old) ? x : old;
        }
    }
    }
    return old;
}

static INLINE uint64_t changed64(kw_atomic_operation operation, kw_atomic_type type, uint64_t old, uint64_t x,
                                 uint64_t y) {
    switch (operation) {
    case KW_ATOMIC_AND: return old & x;
    case KW_ATOMIC_OR: return old | x;
    case KW_ATOMIC_XOR: return old ^ x;
    case KW_ATOMIC_EXCHANGE: return x;
    case KW_ATOMIC_COMPARE: return old == x ? y : old;
    case KW_ATOMIC_ADD: return type == KW_ATOMIC_F64 ? bits_of_double(double_of(old) + double_of(x)) : old + x;
    case KW_ATOMIC_MIN:
        if (type == KW_ATOMIC_S64) return (int64_t)x < (int64_t)old ? x : old;
        return x < old ? x : old;
    case KW_ATOMIC_MAX:
        if (type == KW_ATOMIC_S64) return (int64_t)x > (int64_t)old ? x : old;
        return x > old ? x : old;
    default: return old;
    }
}

#define LANES_IN_ORDER(TM, TS, changed) \
    for (uint32_t left = mask; left; left &= left - 1) { \
        unsigned i = (unsigned)__builtin_ctz(left); \
        TM *place = (TM *)(host + offsets[i]); \
        const TS x = ((const TS *)operand)[i], y = ((const TS *)replacement)[i]; \
        TM old = __atomic_load_n(place, __ATOMIC_RELAXED); \
        while (!__atomic_compare_exchange_n(place, &old, (TM)changed(operation, type, old, (TM)x, (TM)y), 0, \
                                            __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {} \
        if (slot) ((TS *)slot)[i] = old; \
    }

void kw_atomic(uint32_t mask, kw_atomic_operation operation, kw_atomic_type type, const uint64_t *offsets, char *host,
               void *slot, const void *operand, const void *replacement) {
    switch (type) {
    case KW_ATOMIC_F16:
    case KW_ATOMIC_BF16:
    case KW_ATOMIC_B16: LANES_IN_ORDER(uint16_t, uint32_t, changed32) break;
    case KW_ATOMIC_U64:
    case KW_ATOMIC_S64:
    case KW_ATOMIC_F64: LANES_IN_ORDER(uint64_t, uint64_t, changed64) break;
    default: LANES_IN_ORDER(uint32_t, uint32_t, changed32) break;
    }
}
