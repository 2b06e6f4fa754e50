#include "Lanes.h"

// Whole numbers of 32 and 64 bits; narrower ones use these wherever the high bits do not matter.

LANE2(add_u32, u32, u32, u32, x + y)
LANE2(add_u64, u64, u64, u64, x + y)
LANE2(sub_u32, u32, u32, u32, x - y)
LANE2(sub_u64, u64, u64, u64, x - y)
LANE2(mul_u32, u32, u32, u32, x * y)
LANE2(mul_u64, u64, u64, u64, x * y)
LANE3(mad_u32, u32, u32, u32, u32, x * y + z)
LANE3(mad_u64, u64, u64, u64, u64, x * y + z)

LANE2(mul_wide_u16, u32, u16, u16, (uint32_t)x * (uint32_t)y)
LANE2(mul_wide_s16, u32, s16, s16, (uint32_t)((int32_t)x * (int32_t)y))
LANE2(mul_wide_u32, u64, u32, u32, (uint64_t)x * (uint64_t)y)
LANE2(mul_wide_s32, u64, s32, s32, (uint64_t)((int64_t)x * (int64_t)y))
LANE3(mad_wide_u16, u32, u16, u16, u32, (uint32_t)x * (uint32_t)y + z)
LANE3(mad_wide_s16, u32, s16, s16, u32, (uint32_t)((int32_t)x * (int32_t)y) + z)
LANE3(mad_wide_u32, u64, u32, u32, u64, (uint64_t)x * (uint64_t)y + z)
LANE3(mad_wide_s32, u64, s32, s32, u64, (uint64_t)((int64_t)x * (int64_t)y) + z)

LANE2(mul_hi_u16, u32, u16, u16, ((uint32_t)x * (uint32_t)y) >> 16)
LANE2(mul_hi_s16, u32, s16, s16, (uint32_t)(((int32_t)x * (int32_t)y) >> 16))
LANE2(mul_hi_u32, u32, u32, u32, (uint32_t)(((uint64_t)x * (uint64_t)y) >> 32))
LANE2(mul_hi_s32, u32, s32, s32, (uint32_t)(((int64_t)x * (int64_t)y) >> 32))
LANE2(mul_hi_u64, u64, u64, u64, (uint64_t)(((unsigned __int128)x * y) >> 64))
LANE2(mul_hi_s64, u64, s64, s64, (uint64_t)(((__int128)x * y) >> 64))

static INLINE uint32_t saturated_s32(int64_t value) {
    int64_t low = value < INT32_MIN ? INT32_MIN : value;
    return (uint32_t)(low > INT32_MAX ? INT32_MAX : low);
}
LANE2(add_sat_s32, u32, s32, s32, saturated_s32((int64_t)x + (int64_t)y))
LANE2(sub_sat_s32, u32, s32, s32, saturated_s32((int64_t)x - (int64_t)y))
LANE3(mad_hi_sat_s32, u32, s32, s32, s32, saturated_s32((((int64_t)x * (int64_t)y) >> 32) + (int64_t)z))

// Division by zero gives all ones and the remainder the dividend, as the machine does.
// Of the least number and −1 the quotient is the least number again.
#define IS_MINUS_ONE(T, y) ((kw_##T)-1 < 0 && (y) == (kw_##T)-1)
#define DIVISION(T) \
    LANE2(div_##T, T, T, T, y == 0 ? (kw_##T)-1 : IS_MINUS_ONE(T, y) ? (kw_##T)(0 - (SLOT_##T)x) : (kw_##T)(x / y)) \
    LANE2(rem_##T, T, T, T, y == 0 ? x : IS_MINUS_ONE(T, y) ? 0 : (kw_##T)(x % y))
DIVISION(u16)
DIVISION(s16)
DIVISION(u32)
DIVISION(s32)
DIVISION(u64)
DIVISION(s64)

#define ORDERED(T) \
    LANE2(min_##T, T, T, T, x < y ? x : y) \
    LANE2(max_##T, T, T, T, x > y ? x : y) \
    LANE3(sad_##T, T, T, T, T, (SLOT_##T)z + (x > y ? (SLOT_##T)x - (SLOT_##T)y : (SLOT_##T)y - (SLOT_##T)x)) \
    TEST2(setp_eq_##T, T, T, x == y) \
    TEST2(setp_ne_##T, T, T, x != y) \
    TEST2(setp_lt_##T, T, T, x < y) \
    TEST2(setp_le_##T, T, T, x <= y)
ORDERED(u16)
ORDERED(s16)
ORDERED(u32)
ORDERED(s32)
ORDERED(u64)
ORDERED(s64)

#define SIGNED(T) \
    LANE1(abs_##T, T, T, x < 0 ? 0 - (SLOT_##T)x : (SLOT_##T)x) \
    LANE1(neg_##T, T, T, 0 - (SLOT_##T)x)
SIGNED(s16)
SIGNED(s32)
SIGNED(s64)

static INLINE uint64_t product24_u(uint32_t x, uint32_t y) { return (uint64_t)(x & 0xffffffu) * (y & 0xffffffu); }
static INLINE uint64_t product24_s(uint32_t x, uint32_t y) {
    return (uint64_t)((int64_t)((int32_t)(x << 8) >> 8) * (int64_t)((int32_t)(y << 8) >> 8));
}
LANE2(mul24_lo_u32, u32, u32, u32, (uint32_t)product24_u(x, y))
LANE2(mul24_hi_u32, u32, u32, u32, (uint32_t)(product24_u(x, y) >> 16))
LANE2(mul24_lo_s32, u32, u32, u32, (uint32_t)product24_s(x, y))
LANE2(mul24_hi_s32, u32, u32, u32, (uint32_t)(product24_s(x, y) >> 16))

// Sums with a carry: bit 0 of z reads the flag, bit 1 writes it, bit 2 subtracts. The flag is a mask, in `fourth`.
#define CARRY(T) \
    SIGNATURE(carry_##T) { \
        const kw_##T *a = first, *b = second; \
        const uint32_t kind = *(const uint32_t *)third; \
        uint32_t *flag = (uint32_t *)fourth; \
        kw_##T *d = slot; \
        uint32_t out = 0; \
        for (unsigned i = 0; i < LANES; ++i) { \
            if (!IS_ACTIVE(mask, i)) continue; \
            kw_##T in = kind & 1 ? IS_ACTIVE(*flag, i) : 0; \
            kw_##T x = a[i], y = b[i], partial, result; \
            int carried; \
            if (kind & 4) { \
                carried = __builtin_sub_overflow(x, y, &partial); \
                carried |= __builtin_sub_overflow(partial, in, &result); \
            } else { \
                carried = __builtin_add_overflow(x, y, &partial); \
                carried |= __builtin_add_overflow(partial, in, &result); \
            } \
            out |= (uint32_t)carried << i; \
            d[i] = result; \
        } \
        if (kind & 2) *flag = (*flag & ~mask) | out; \
    }
CARRY(u32)
CARRY(u64)

// Two numbers of 16 bits side by side.
#define HALVES(op, T, low, high) \
    LANE2(op##_##T##x2, u32, u32, u32, (uint32_t)(uint16_t)(low) | (uint32_t)(uint16_t)(high) << 16)
#define PAIR_ORDER(op, T, relation) \
    HALVES(op, T, (kw_##T)x relation(kw_##T) y ? x : y, (kw_##T)(x >> 16) relation(kw_##T)(y >> 16) ? x >> 16 : y >> 16)
HALVES(add, u16, x + y, (x >> 16) + (y >> 16))
HALVES(sub, u16, x - y, (x >> 16) - (y >> 16))
HALVES(mul, u16, x *y, (x >> 16) * (y >> 16))
PAIR_ORDER(min, u16, <)
PAIR_ORDER(max, u16, >)
PAIR_ORDER(min, s16, <)
PAIR_ORDER(max, s16, >)
