#include "Lanes.h"

// Bit operations, shifts, selections and moves.

LANE1(mov_b32, u32, u32, x)
LANE1(mov_b64, u64, u64, x)
LANE2(and_b32, u32, u32, u32, x &y)
LANE2(and_b64, u64, u64, u64, x &y)
LANE2(or_b32, u32, u32, u32, x | y)
LANE2(or_b64, u64, u64, u64, x | y)
LANE2(xor_b32, u32, u32, u32, x ^ y)
LANE2(xor_b64, u64, u64, u64, x ^ y)
LANE1(not_b32, u32, u32, ~x)
LANE1(not_b64, u64, u64, ~x)
LANE1(cnot_b16, u32, u16, x == 0)
LANE1(cnot_b32, u32, u32, x == 0)
LANE1(cnot_b64, u64, u64, x == 0)

LANE2(shl_b32, u32, u32, u32, y > 31 ? 0 : x << (y & 31))
LANE2(shl_b64, u64, u64, u32, y > 63 ? 0 : x << (y & 63))
LANE2(shr_u16, u32, u16, u32, y > 15 ? 0 : (uint32_t)x >> (y & 15))
LANE2(shr_u32, u32, u32, u32, y > 31 ? 0 : x >> (y & 31))
LANE2(shr_u64, u64, u64, u32, y > 63 ? 0 : x >> (y & 63))
LANE2(shr_s16, u32, s16, u32, (uint32_t)((int32_t)x >> (y > 15 ? 15 : y)))
LANE2(shr_s32, u32, s32, u32, (uint32_t)(x >> (y > 31 ? 31 : y)))
LANE2(shr_s64, u64, s64, u32, (uint64_t)(x >> (y > 63 ? 63 : y)))

static INLINE uint64_t joined(uint32_t low, uint32_t high) { return (uint64_t)high << 32 | low; }
LANE3(shf_l_wrap, u32, u32, u32, u32, (uint32_t)((joined(x, y) << (z & 31)) >> 32))
LANE3(shf_r_wrap, u32, u32, u32, u32, (uint32_t)(joined(x, y) >> (z & 31)))
LANE3(shf_l_clamp, u32, u32, u32, u32, (uint32_t)((joined(x, y) << (z > 32 ? 32 : z)) >> 32))
LANE3(shf_r_clamp, u32, u32, u32, u32, (uint32_t)(joined(x, y) >> (z > 32 ? 32 : z)))

LANE1(popc_b32, u32, u32, (uint32_t)__builtin_popcount(x))
LANE1(popc_b64, u32, u64, (uint32_t)__builtin_popcountll(x))
LANE1(clz_b32, u32, u32, x == 0 ? 32 : (uint32_t)__builtin_clz(x))
LANE1(clz_b64, u32, u64, x == 0 ? 64 : (uint32_t)__builtin_clzll(x))
LANE1(brev_b32, u32, u32, __builtin_bitreverse32(x))
LANE1(brev_b64, u64, u64, __builtin_bitreverse64(x))

static INLINE uint32_t highest(uint64_t x) { return x == 0 ? 0xffffffffu : 63 - (uint32_t)__builtin_clzll(x); }
static INLINE uint32_t to_top(uint32_t position, uint32_t top) {
    return position == 0xffffffffu ? position : top - position;
}
LANE1(bfind_u32, u32, u32, highest(x))
LANE1(bfind_s32, u32, s32, highest((uint32_t)(x < 0 ? ~x : x)))
LANE1(bfind_u64, u32, u64, highest(x))
LANE1(bfind_s64, u32, s64, highest((uint64_t)(x < 0 ? ~x : x)))
LANE1(bfind_shift_u32, u32, u32, to_top(highest(x), 31))
LANE1(bfind_shift_s32, u32, s32, to_top(highest((uint32_t)(x < 0 ? ~x : x)), 31))
LANE1(bfind_shift_u64, u32, u64, to_top(highest(x), 63))
LANE1(bfind_shift_s64, u32, s64, to_top(highest((uint64_t)(x < 0 ? ~x : x)), 63))

static INLINE uint64_t low_bits(uint32_t count) { return count > 63 ? ~0ull : (1ull << count) - 1; }

/// `length` bits from `position` on, of a number of `width` bits; bits above are zero or, if `isSigned`, the sign.
static INLINE uint64_t extracted(uint64_t value, uint32_t position, uint32_t length, uint32_t width, int isSigned) {
    position &= 0xff;
    length &= 0xff;
    uint32_t there = position >= width ? 0 : width - position;
    uint32_t count = length < there ? length : there;
    uint64_t bits = position >= width ? 0 : (value >> position) & low_bits(count);
    uint32_t top = position + length - 1 < width - 1 ? position + length - 1 : width - 1;
    uint64_t sign = isSigned && length > 0 ? (value >> top) & 1 : 0;
    return sign ? bits | ~low_bits(count) : bits;
}
LANE3(bfe_u32, u32, u32, u32, u32, (uint32_t)extracted(x, y, z, 32, 0))
LANE3(bfe_s32, u32, u32, u32, u32, (uint32_t)extracted(x, y, z, 32, 1))
LANE3(bfe_u64, u64, u64, u32, u32, extracted(x, y, z, 64, 0))
LANE3(bfe_s64, u64, u64, u32, u32, extracted(x, y, z, 64, 1))

static INLINE uint64_t inserted(uint64_t bits, uint64_t base, uint32_t position, uint32_t length) {
    position &= 0xff;
    length &= 0xff;
    uint64_t field = position > 63 ? 0 : low_bits(length) << position;
    return (base & ~field) | (position > 63 ? 0 : (bits << position) & field);
}
LANE4(bfi_b32, u32, u32, u32, u32, u32, (uint32_t)inserted(x, y, z, w))
LANE4(bfi_b64, u64, u64, u64, u32, u32, inserted(x, y, z, w))

LANE2(bmsk_wrap, u32, u32, u32, (uint32_t)(low_bits(y & 31) << (x & 31)))
LANE2(bmsk_clamp, u32, u32, u32, x > 31 ? 0 : (uint32_t)(low_bits(y > 32 ? 32 : y) << x))
static INLINE uint32_t extended(uint32_t value, uint32_t count, int isSigned) {
    if (count == 0) return 0;
    if (count > 31) return value;
    uint32_t bits = value & (uint32_t)low_bits(count);
    return isSigned && ((value >> (count - 1)) & 1) ? bits | ~(uint32_t)low_bits(count) : bits;
}
LANE2(szext_wrap_u32, u32, u32, u32, extended(x, y & 31, 0))
LANE2(szext_wrap_s32, u32, u32, u32, extended(x, y & 31, 1))
LANE2(szext_clamp_u32, u32, u32, u32, extended(x, y, 0))
LANE2(szext_clamp_s32, u32, u32, u32, extended(x, y, 1))

static INLINE uint32_t nth_set(uint32_t bits, uint32_t base, int32_t offset) {
    if (base > 31) return 0xffffffffu;
    if (offset == 0) return IS_ACTIVE(bits, base) ? base : 0xffffffffu;
    int64_t left = offset < 0 ? -(int64_t)offset : offset;
    int step = offset < 0 ? -1 : 1;
    for (int position = (int)base; position >= 0 && position < 32; position += step)
        if (IS_ACTIVE(bits, position) && --left == 0) return (uint32_t)position;
    return 0xffffffffu;
}
LANE3(fns, u32, u32, u32, s32, nth_set(x, y, z))

#define TERM(k) (0u - ((w >> k) & 1))
LANE4(lop3, u32, u32, u32, u32, u32,
      (~x & ~y & ~z & TERM(0)) | (~x & ~y & z & TERM(1)) | (~x & y & ~z & TERM(2)) | (~x & y & z & TERM(3)) |
          (x & ~y & ~z & TERM(4)) | (x & ~y & z & TERM(5)) | (x & y & ~z & TERM(6)) | (x & y & z & TERM(7)))

static INLINE uint32_t permuted(uint32_t low, uint32_t high, uint32_t selector) {
    uint64_t bytes = joined(low, high);
    uint32_t result = 0;
    for (unsigned k = 0; k < 4; ++k) {
        uint32_t choice = selector >> (4 * k);
        uint32_t byte = (uint32_t)(bytes >> (8 * (choice & 7))) & 0xff;
        uint32_t sign = byte & 0x80 ? 0xff : 0;
        result |= (choice & 8 ? sign : byte) << (8 * k);
    }
    return result;
}
/// The selector of the general form that does what a mode does; modes are numbered as in `kw_permute_mode`.
static INLINE uint32_t selector_of(uint32_t mode, uint32_t n) {
    n &= 3;
    uint32_t selector = 0;
    for (uint32_t k = 0; k < 4; ++k) {
        uint32_t byte = 0;
        switch (mode) {
        case KW_PERMUTE_F4E: byte = n + k; break;
        case KW_PERMUTE_B4E: byte = (n + 8 - k) & 7; break;
        case KW_PERMUTE_RC8: byte = n; break;
        case KW_PERMUTE_ECL: byte = k > n ? k : n; break;
        case KW_PERMUTE_ECR: byte = k < n ? k : n; break;
        default: byte = (k & 1) + 2 * (n & 1); break;
        }
        selector |= byte << (4 * k);
    }
    return selector;
}
LANE3(prmt, u32, u32, u32, u32, permuted(x, y, z))
LANE4(prmt_mode, u32, u32, u32, u32, u32, permuted(x, y, selector_of(w, z)))

#define BYTE(T, v, k) ((int64_t)(T)((v) >> (8 * (k))))
#define HALF(T, v, k) ((int64_t)(T)((v) >> (16 * (k))))
#define DOT(name, T4, T2, U4) \
    LANE3(dp4a_##name, u32, u32, u32, u32, \
          (uint32_t)((int64_t)z + BYTE(T4, x, 0) * BYTE(U4, y, 0) + BYTE(T4, x, 1) * BYTE(U4, y, 1) + \
                     BYTE(T4, x, 2) * BYTE(U4, y, 2) + BYTE(T4, x, 3) * BYTE(U4, y, 3))) \
    LANE3(dp2a_lo_##name, u32, u32, u32, u32, \
          (uint32_t)((int64_t)z + HALF(T2, x, 0) * BYTE(U4, y, 0) + HALF(T2, x, 1) * BYTE(U4, y, 1))) \
    LANE3(dp2a_hi_##name, u32, u32, u32, u32, \
          (uint32_t)((int64_t)z + HALF(T2, x, 0) * BYTE(U4, y, 2) + HALF(T2, x, 1) * BYTE(U4, y, 3)))
DOT(uu, uint8_t, uint16_t, uint8_t)
DOT(us, uint8_t, uint16_t, int8_t)
DOT(su, int8_t, int16_t, uint8_t)
DOT(ss, int8_t, int16_t, int8_t)

// Selections: the predicate is a mask, in `third`.
#define SELECT(T) \
    CLONES SIGNATURE(selp_##T) { \
        const kw_##T *a = first, *b = second; \
        const uint32_t chosen = *(const uint32_t *)third; \
        kw_##T *d = slot; \
        if (mask == ALL) { \
            EACH_LANE d[i] = IS_ACTIVE(chosen, i) ? a[i] : b[i]; \
        } else { \
            EACH_LANE { \
                kw_##T made = IS_ACTIVE(chosen, i) ? a[i] : b[i]; \
                d[i] = IS_ACTIVE(mask, i) ? made : d[i]; \
            } \
        } \
    }
SELECT(u32)
SELECT(u64)
LANE3(slct_u32_s32, u32, u32, u32, s32, z >= 0 ? x : y)
LANE3(slct_u64_s32, u64, u64, u64, s32, z >= 0 ? x : y)
LANE3(slct_u32_f32, u32, u32, u32, f32, z >= 0 ? x : y)
LANE3(slct_u64_f32, u64, u64, u64, f32, z >= 0 ? x : y)
LANE3(slct_u32_ftz_f32, u32, u32, u32, f32, flushed(z) >= 0 ? x : y)
LANE3(slct_u64_ftz_f32, u64, u64, u64, f32, flushed(z) >= 0 ? x : y)

// Predicates are masks: every operation is one of 32 bits.
#define LOGIC(name, result) \
    SIGNATURE(name) { \
        const uint32_t x = *(const uint32_t *)first, y = *(const uint32_t *)second; \
        (void)x; \
        (void)y; \
        uint32_t *d = slot; \
        *d = (*d & ~mask) | ((result) & mask); \
    }
LOGIC(pred_mov, x)
LOGIC(pred_not, ~x)
LOGIC(pred_and, x & y)
LOGIC(pred_or, x | y)
LOGIC(pred_xor, x ^ y)
LOGIC(pred_andn, x & ~y)
LOGIC(pred_orn, x | ~y)
LOGIC(pred_eq, ~(x ^ y))
LOGIC(pred_zero, 0)

/// A number for each lane out of a predicate: the second operand where it is true, else the third.
SIGNATURE(fill_u32) {
    const uint32_t chosen = *(const uint32_t *)first;
    const uint32_t yes = *(const uint32_t *)second, no = *(const uint32_t *)third;
    uint32_t *d = slot;
    EACH_LANE {
        uint32_t made = IS_ACTIVE(chosen, i) ? yes : no;
        d[i] = IS_ACTIVE(mask, i) ? made : d[i];
    }
}

// Parts of wider registers: `pack` joins low and high parts, `low` and `high` take them out.
LANE2(pack_b32, u32, u16, u16, (uint32_t)x | (uint32_t)y << 16)
LANE2(pack_b64, u64, u32, u32, (uint64_t)x | (uint64_t)y << 32)
LANE2(pack_b16, u32, u8, u8, (uint32_t)x | (uint32_t)y << 8)
LANE1(low_b32, u32, u32, x & 0xffffu)
LANE1(high_b32, u32, u32, x >> 16)
LANE1(low_b16, u32, u32, x & 0xffu)
LANE1(high_b16, u32, u32, (x >> 8) & 0xffu)
LANE1(low_b64, u32, u64, (uint32_t)x)
LANE1(high_b64, u32, u64, (uint32_t)(x >> 32))

// Extensions: of the low bits of a register, to 32 or 64 bits.
#define EXTEND(K) \
    LANE1(ext_##K##_32_32, u32, u32, PUT_u32((int32_t)GET_##K(x))) \
    LANE1(ext_##K##_64_32, u32, u64, PUT_u32((int32_t)GET_##K(x))) \
    LANE1(ext_##K##_32_64, u64, u32, PUT_u64((int64_t)GET_##K(x))) \
    LANE1(ext_##K##_64_64, u64, u64, PUT_u64((int64_t)GET_##K(x)))
EXTEND(u8)
EXTEND(s8)
EXTEND(u16)
EXTEND(s16)
LANE1(ext_u32_32_64, u64, u32, (uint64_t)x)
LANE1(ext_s32_32_64, u64, s32, (uint64_t)(int64_t)x)
LANE1(ext_u32_64_64, u64, u64, x & 0xffffffffull)
LANE1(ext_s32_64_64, u64, u64, (uint64_t)(int64_t)(int32_t)(uint32_t)x)
